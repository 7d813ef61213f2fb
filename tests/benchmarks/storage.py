"""What keeping a streaming answer costs: each flush, beside a bare write of the same row."""

import asyncio
import sqlite3
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.ui.event_loop import EventLoop
from tests.benchmarks.figure import Figure, figure

_Result = TypeVar("_Result")

FLUSHES = 200
TEXT = "A sentence of an answer that streams in. " * 100  # 4 kB, a long answer's middle
WORKER_BUDGET_MS = 5.0
UI_BUDGET_MS = 0.2


def flush() -> Iterator[Figure]:
    """Measure a flush from its call to its end, and what of it the UI's thread does itself."""
    with TemporaryDirectory() as folder:
        whole, here = on_the_apps_loop(_flushes(Path(folder) / "home"))
        floor = _bare(Path(folder) / "bare.db")
    yield figure(
        "storage.flush",
        _p95(whole),
        "ms",
        floor=_p95(floor),
        budget=WORKER_BUDGET_MS,
        budget_of="value",
    )
    yield figure("storage.flush_ui", _p95(here), "ms", budget=UI_BUDGET_MS)


def on_the_apps_loop(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run `work` as the app does, on Qt's event loop; no window is needed."""
    app = QCoreApplication.instance() or QCoreApplication([])
    with asyncio.Runner(loop_factory=lambda: EventLoop(app)) as runner:
        return runner.run(work)


async def _flushes(home: Path) -> tuple[list[float], list[float]]:
    database = await Database.open(Paths.resolve(home))
    repository, moment = ConversationRepository(database), datetime.now(UTC)
    conversation = Conversation(
        id=new_conversation_id(), title="Flushed", created_at=moment, updated_at=moment
    )
    await repository.create(conversation)
    answer = Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=None,
        role=Role.ASSISTANT,
        parts=text_parts(""),
        status=MessageStatus.STREAMING,
        created_at=moment,
    )
    await repository.add_message(answer)
    whole: list[float] = []
    here: list[float] = []
    for number in range(FLUSHES):
        message = replace(answer, parts=text_parts(f"{TEXT}{number}"))
        wall, cpu = time.perf_counter(), time.thread_time()
        await repository.save_answer(message)
        whole.append((time.perf_counter() - wall) * 1000)
        here.append((time.thread_time() - cpu) * 1000)
    await database.close()
    return whole, here


def _bare(path: Path) -> list[float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE message(id INTEGER PRIMARY KEY, text TEXT)")
        connection.execute("INSERT INTO message VALUES (1, '')")
        taken: list[float] = []
        for number in range(FLUSHES):
            wall = time.perf_counter()
            connection.execute("UPDATE message SET text = ? WHERE id = 1", (f"{TEXT}{number}",))
            taken.append((time.perf_counter() - wall) * 1000)
    return taken


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


BENCHMARKS = {"storage.flush": flush}
