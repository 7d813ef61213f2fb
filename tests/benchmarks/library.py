"""A folder with a hundred thousand documents: how long the loop waits, what each look costs.

The floors, in the same run: an idle loop, and the same walk over the disk with nothing compared.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.services.library import Library
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.library import LibraryRepository
from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.index_loop import latency

FOLDERS, FILES = 100, 1000
LOOKS = 5


def library() -> Iterator[Figure]:
    """Add the folder, then look at it again."""
    with tempfile.TemporaryDirectory() as directory:
        many = _make(Path(directory))
        idle, busy, look = asyncio.run(_measure(Path(directory) / "home", many))
        yield figure("library.loop", busy, "ms p99", floor=idle, budget=8, budget_of="value")
        yield figure("library.look", look, "s", floor=_walk(many))


def _make(directory: Path) -> Path:
    many = directory / "many"
    for folder in range(FOLDERS):
        inside = many / f"{folder}"
        inside.mkdir(parents=True)
        (inside / "0.txt").write_text("text", "utf-8")
        for name in range(1, FILES):
            os.link(inside / "0.txt", inside / f"{name}.txt")
    return many


async def _measure(home: Path, many: Path) -> tuple[float, float, float]:
    database = await Database.open(Paths.resolve(home))
    library = Library(LibraryRepository(database))
    collection = await library.create("Many")
    idle = await latency(asyncio.sleep(3))
    busy = await latency(library.add(collection, [many]))
    [source] = await library.sources(collection)
    looks: list[float] = []
    for _ in range(LOOKS):
        started = time.perf_counter()
        await library.look(source)
        looks.append(time.perf_counter() - started)
    await database.close()
    return idle, busy, min(looks)


def _walk(folder: Path) -> float:
    started = time.perf_counter()
    for inside in os.scandir(folder):
        for entry in os.scandir(inside.path):
            entry.stat(follow_symlinks=False)
    return time.perf_counter() - started


BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {"library.loop": library}
