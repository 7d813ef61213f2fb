"""Another program keeps the database locked: waited for, or said in words; nothing typed is lost."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.local.server import LocalConnection
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.streaming_child import configure
from tests.end_to_end.test_kill import stored_messages

pytestmark = pytest.mark.qt_loop

LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def locked(home: Path) -> AsyncGenerator[None]:
    """Let another process hold the lock that every writer needs."""
    command = [sys.executable, "-c", LOCKER, str(home / "parley.db")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        # In a thread: the app may be in the middle of a write, which the loop must end first.
        assert await asyncio.to_thread(other.stdout.readline) == "locked\n"
        yield
        assert other.stdin is not None
        other.stdin.close()


async def test_d11_a_lock_of_three_seconds_is_waited_for_and_a_longer_one_said(
    app: RunningApp,
    own_home: Path,
    llama_server: LocalConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A writer waits for 5 s: a lock of a minute is as good as an endless one."""
    monkeypatch.setenv("PARLEY_API_KEY", llama_server.api_key)
    await configure(own_home, llama_server.endpoint, llama_server.model, max_tokens=8)
    await app.start()

    async with locked(own_home):
        await app.ask("Say hello.")
        await asyncio.sleep(3)
        assert stored_messages(own_home) == []
        assert app.window.chat.is_busy
    await until(lambda: len(stored_messages(own_home)) == 2)
    await until(lambda: not app.window.chat.is_busy)

    async with locked(own_home):
        await app.ask("Are you there?")
        await until(lambda: "Another program is using" in app.find(QLabel, "noticeMessage").text())
        await until(lambda: not app.window.chat.is_busy)
        assert app.window.chat.draft == "Are you there?"
    assert len(stored_messages(own_home)) == 2
    assert app.find(QPushButton, "noticeButton").text() == "Send again"
    app.click("noticeButton")
    await until(lambda: len(stored_messages(own_home)) == 4)
    await until(lambda: not app.window.chat.is_busy)

    said = stored_messages(own_home)
    assert [text for role, _, text in said if role == "user"] == ["Say hello.", "Are you there?"]
    assert {status for _, status, _ in said} == {"complete"}
    assert app.window.chat.draft == ""
