"""A crash in the middle of an answer: what had arrived is there after the next start."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from desktop.local.server import LocalConnection
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.streaming_child import QUESTION

pytestmark = pytest.mark.qt_loop
CHILD = Path(__file__).with_name("streaming_child.py")


def stream_and_kill(home: Path, server: LocalConnection) -> None:
    """Run the app until an answer has streamed for a second, then end it with SIGKILL."""
    environment = {**os.environ, "PARLEY_API_KEY": server.api_key}
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(home), server.endpoint, server.model],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        try:
            lengths = (int(line) for line in child.stdout)
            first = next(lengths)
            started = time.monotonic()
            for length in lengths:
                if length > first + 60 and time.monotonic() - started > 1.0:
                    break
        finally:
            child.send_signal(signal.SIGKILL)


async def test_a_killed_answer_is_kept_and_marked_interrupted(
    app: RunningApp, own_home: Path, llama_server: LocalConnection
) -> None:
    stream_and_kill(own_home, llama_server)

    with closing(sqlite3.connect(own_home / "parley.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        statuses = [row[0] for row in connection.execute("SELECT status FROM message")]
    assert sorted(statuses) == ["complete", "streaming"]
    await app.start()
    model = app.window.sidebar.list.conversations
    (summary,) = [s for r in range(model.rowCount()) if (s := model.summary(model.index(r, 0)))]
    app.window.sidebar.conversation_selected.emit(summary.id)
    await until(lambda: QUESTION in app.shown)

    answer = app.shown.partition(QUESTION)[2]
    assert len(answer) > 40
    assert "Interrupted" in answer
