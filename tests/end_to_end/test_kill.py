"""A crash in the middle of an answer: what had arrived is there after the next start."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.local.server import LocalConnection
from tests.end_to_end.asking_child import QUESTION as ASKED
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.streaming_child import QUESTION

pytestmark = pytest.mark.qt_loop


@contextmanager
def killed_at_the_end(
    script: str, home: Path, server: LocalConnection, *arguments: str
) -> Generator[IO[str]]:
    """Run a program beside this one, give what it prints, then end it with SIGKILL."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PARLEY_API_KEY": server.api_key, "PYTHONPATH": str(root)}
    child = Path(__file__).with_name(script)
    with subprocess.Popen(
        [sys.executable, str(child), str(home), server.endpoint, server.model, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.send_signal(signal.SIGKILL)


def stream_and_kill(home: Path, server: LocalConnection) -> None:
    """Run the app until an answer has streamed for a second, then end it with SIGKILL."""
    with killed_at_the_end("streaming_child.py", home, server) as output:
        lengths = (int(line) for line in output)
        first = next(lengths)
        started = time.monotonic()
        for length in lengths:
            if length > first + 60 and time.monotonic() - started > 1.0:
                break


def stored_messages(home: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(home / "parley.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        query = "SELECT role, status, text FROM message ORDER BY created_at"
        return connection.execute(query).fetchall()


def the_question(home: Path) -> UUID:
    with closing(sqlite3.connect(home / "parley.db")) as connection:
        [(found,)] = connection.execute("SELECT id FROM message WHERE role = 'user'")
    return UUID(found)


async def open_the_one_conversation(app: RunningApp) -> None:
    model = app.window.sidebar.list.conversations
    (summary,) = [s for r in range(model.rowCount()) if (s := model.summary(model.index(r, 0)))]
    app.window.sidebar.conversation_selected.emit(summary.id)


async def test_a_killed_answer_is_kept_and_marked_interrupted(
    app: RunningApp, own_home: Path, llama_server: LocalConnection
) -> None:
    stream_and_kill(own_home, llama_server)

    assert sorted(status for _, status, _ in stored_messages(own_home)) == ["complete", "streaming"]
    await app.start()
    await open_the_one_conversation(app)
    await until(lambda: QUESTION in app.shown)

    answer = app.shown.partition(QUESTION)[2]
    assert len(answer) > 40
    assert "Interrupted" in answer


@pytest.mark.parametrize("again", ["typed", "retried"])
async def test_d02_killed_before_the_answer_began_the_question_is_there_once(
    app: RunningApp, own_home: Path, llama_server: LocalConnection, again: str
) -> None:
    with killed_at_the_end("asking_child.py", own_home, llama_server, "message") as output:
        assert output.readline() == "stored\n"
    assert stored_messages(own_home) == [("user", "complete", ASKED)]

    await app.start()
    assert app.window.chat.draft == ""  # sent once more from here, it would be there twice
    await open_the_one_conversation(app)
    await until(lambda: ASKED in app.shown)
    if again == "typed":
        await app.ask(ASKED)
    else:
        app.window.chat.retry_requested.emit(the_question(own_home))
    await app.answer()

    question, answer = stored_messages(own_home)
    assert question == ("user", "complete", ASKED)
    assert answer[:2] == ("assistant", "complete")
    assert answer[2]


async def test_d02_killed_before_the_question_was_stored_it_is_the_draft_alone(
    app: RunningApp, own_home: Path, llama_server: LocalConnection
) -> None:
    with killed_at_the_end("asking_child.py", own_home, llama_server, "conversation") as output:
        assert output.readline() == "stored\n"
    assert stored_messages(own_home) == []

    await app.start()
    assert app.window.sidebar.list.conversations.rowCount() == 0
    assert app.window.chat.draft == ASKED
    QTest.keyClick(app.window.chat.composer.edit, Qt.Key.Key_Return)
    await app.answer()

    assert [role for role, _, _ in stored_messages(own_home)] == ["user", "assistant"]
    await until(lambda: app.window.sidebar.list.conversations.rowCount() == 2)  # with its heading
