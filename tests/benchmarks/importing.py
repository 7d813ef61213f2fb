"""What an import costs: how long it takes, and how late the window's loop is meanwhile."""

import gc
import json
import random
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QTimer

from desktop.app import SWITCH_SECONDS
from desktop.services.backups import Backups
from desktop.services.transfer.importer import Importer
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.storage import on_the_apps_loop

CONVERSATIONS, EACH = 1_000, 20
TICK_MS = 5
GAP_BUDGET_MS = 8.0
_WORDS = "alpha beta gamma delta soup river stone music winter harbour lamp"


def import_conversations() -> Iterator[Figure]:
    """Import an export of ChatGPT's with a thousand conversations of twenty messages."""
    with TemporaryDirectory() as folder:
        seconds, late = on_the_apps_loop(_measured(Path(folder)))
    yield figure("import.1000", seconds, "s")
    yield figure("import.gap_p99", quantiles(late, n=100)[-1], "ms", budget=GAP_BUDGET_MS)
    yield figure("import.gap_max", max(late), "ms")


async def _measured(folder: Path) -> tuple[float, list[float]]:
    path = folder / "export.zip"
    _write_export(path)
    paths = Paths.resolve(folder / "home")
    database = await Database.open(paths)
    importer = Importer(ArchiveRepository(database), Backups(database, paths.backups))
    preview = await importer.preview(path, lambda *_: None)
    chosen = {each.id for each in preview.candidates}
    # As the app has it.
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    late: list[float] = []
    timer, last = QTimer(interval=TICK_MS), time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append((now - last) * 1000 - TICK_MS)
        last = now

    timer.timeout.connect(tick)
    timer.start()
    started = last = time.perf_counter()
    report = await importer.run(preview, chosen, lambda *_: None)
    seconds = time.perf_counter() - started
    timer.stop()
    gc.enable()
    assert (report.conversations, report.messages) == (CONVERSATIONS, CONVERSATIONS * EACH)
    await database.close()
    return seconds, late


def _write_export(path: Path) -> None:
    chooser = random.Random(1)
    conversations = [_conversation(number, chooser) for number in range(CONVERSATIONS)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", json.dumps(conversations))


def _conversation(number: int, chooser: random.Random) -> dict[str, Any]:
    keys = [f"{number}-{place}" for place in range(EACH)]
    mapping = {
        key: {
            "id": key,
            "parent": keys[place - 1] if place else None,
            "children": keys[place + 1 : place + 2],
            "message": _message(key, place, chooser),
        }
        for place, key in enumerate(keys)
    }
    return {
        "title": f"Talk {number}",
        "create_time": 1.7e9 + number,
        "update_time": 1.7e9 + number,
        "mapping": mapping,
        "current_node": keys[-1],
        "conversation_id": str(number),
    }


def _message(key: str, place: int, chooser: random.Random) -> dict[str, Any]:
    text = " ".join(chooser.choices(_WORDS.split(), k=120))
    return {
        "id": key,
        "author": {"role": "assistant" if place % 2 else "user"},
        "create_time": 1.7e9 + place,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "metadata": {"model_slug": "gpt-4o"},
        "recipient": "all",
    }


BENCHMARKS = {"import.1000": import_conversations}
