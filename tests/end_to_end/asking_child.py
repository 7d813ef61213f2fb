"""Runs the app off-screen, sends a question and stops dead once it is stored, before its answer.

Arguments: home, endpoint, model; the key comes from PARLEY_API_KEY. It never ends by itself.
"""

import asyncio
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from qasync import QEventLoop

from desktop.app import Parley, make_application
from desktop.storage.paths import Paths
from desktop.storage.writing_thread import WritingThread
from tests.end_to_end.streaming_child import configure

QUESTION = "What is the capital of France?"


def found(home: Path, query: str) -> object:
    with closing(sqlite3.connect(Paths.resolve(home).database)) as connection:
        return connection.execute(query).fetchone()


def stop_after_the_question(home: Path) -> None:
    """Let the thread that writes never come back from the transaction that stores a message."""
    transact = WritingThread._transact

    def stopping(self: WritingThread, work: Any) -> Any:
        result = transact(self, work)
        if found(home, "SELECT 1 FROM message"):
            print("stored", flush=True)
            threading.Event().wait()
        return result

    WritingThread._transact = stopping


async def main(home: Path, endpoint: str, model: str) -> None:
    await configure(home, endpoint, model, max_tokens=16)
    parley = Parley(application, home, demo=False)
    running = asyncio.create_task(parley.main())
    await parley.opened.wait()
    assert parley.window is not None
    edit = parley.window.chat.composer.edit
    edit.setFocus()
    QTest.keyClicks(edit, QUESTION)
    is_kept = f"SELECT 1 FROM system_config WHERE key = 'draft' AND value_json LIKE '%{QUESTION}%'"
    while not found(home, is_kept):
        await asyncio.sleep(0.02)
    stop_after_the_question(home)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    await running


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
