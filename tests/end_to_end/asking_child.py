"""Runs the app off-screen, sends a question and stops dead once something of it is stored.

Arguments: home, endpoint, model, and the table whose first row is the last that is stored:
`conversation` or `message`; the key comes from PARLEY_API_KEY. It never ends by itself.
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

from desktop.app import Parley, make_application
from desktop.core.conversation import Conversation
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.writing_thread import WritingThread
from desktop.ui.event_loop import EventLoop
from tests.end_to_end.streaming_child import configure

QUESTION = "What is the capital of France?"


def found(home: Path, query: str) -> object:
    with closing(sqlite3.connect(Paths.resolve(home).database)) as connection:
        return connection.execute(query).fetchone()


def stop_after(table: str, home: Path) -> None:
    """Let what stores the first row of a table never come back from its transaction."""
    transact, create = WritingThread._transact, ConversationRepository.create

    def stop_if_stored() -> None:
        if found(home, f"SELECT 1 FROM {table}"):
            print("stored", flush=True)
            threading.Event().wait()

    def transacting(self: WritingThread, work: Any) -> Any:
        result = transact(self, work)
        stop_if_stored()
        return result

    async def creating(self: ConversationRepository, conversation: Conversation) -> None:
        await create(self, conversation)
        stop_if_stored()

    WritingThread._transact = transacting
    ConversationRepository.create = creating


async def main(home: Path, endpoint: str, model: str, table: str) -> None:
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
    stop_after(table, home)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    await running


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]))
