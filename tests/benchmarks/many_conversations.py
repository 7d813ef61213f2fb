"""Search, sidebar and opening over a million messages in fifty thousand conversations."""

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from desktop.core.search import parse_query
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.fulltext import fts_expression
from desktop.storage.paths import Paths
from desktop.storage.repositories.search import SearchRepository
from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.many import make, words
from tests.benchmarks.stored_conversation import StoredConversation

LIMIT = 60
LONGEST = 10_000
"""Messages of the longest conversation."""
ROUNDS = 3
_BARE = "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC LIMIT ?"


@cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    directory = tempfile.TemporaryDirectory(prefix="parley-many-")
    make(Path(directory.name))
    return directory


def home() -> Path:
    """Return a home with a million messages, made once in a run of the benchmarks."""
    return Path(_directory().name)


def queries() -> list[str]:
    """Return what people type: common and rare words, beginnings, several, phrases, filters."""
    known = words()
    common = known[:40:4]
    typed = [word[:length] for word in known[50:400:50] for length in range(2, len(word) + 1)]
    pairs = [f"{one} {other}" for one, other in zip(known[5:25], known[30:50], strict=True)]
    phrases = [f'"{known[0]} {known[n]}"' for n in range(1, 8)]
    rare = known[2_000:30_000:2_000]
    filtered = [f"{known[20]} has:code", f"{known[30]} model:gpt-5", f"{known[300]} after:2024"]
    return [*common, *typed, *pairs, *phrases, *rare, *filtered]


def search() -> Iterator[Figure]:
    """Search as the app does, beside the same words in bare FTS5."""
    own, bare = asyncio.run(_measured(home()))
    yield figure("search.text_1m", _p95(own), "ms", floor=_p95(bare), budget=50, budget_of="value")
    yield figure("search.text_1m.p50", statistics.median(own), "ms", floor=statistics.median(bare))


async def _measured(where: Path) -> tuple[list[float], list[float]]:
    paths = Paths.resolve(where)
    database = await Database.open(paths)
    repository = SearchRepository(database)
    own: list[float] = []
    bare: list[float] = []
    with closing(sqlite3.connect(paths.database)) as connection:
        for text in queries() * ROUNDS:
            query = parse_query(text)
            start = perf_counter()
            await repository.find(query, limit=LIMIT)
            own.append((perf_counter() - start) * 1000)
            start = perf_counter()
            connection.execute(_BARE, (fts_expression(query), LIMIT)).fetchall()
            bare.append((perf_counter() - start) * 1000)
    await database.close()
    return own, bare


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def probe(name: str, where: Path) -> dict[str, float]:
    """Measure `name` in a process of its own."""
    return _run("many_probe", name, os.fspath(where))


def _run(module: str, *arguments: str) -> Any:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(result.stdout.splitlines()[-1])


@contextmanager
def empty_home() -> Generator[Path]:
    """Make a home without conversations."""
    with tempfile.TemporaryDirectory(prefix="parley-empty-") as directory:
        paths = Paths.resolve(Path(directory))
        paths.create()
        schema.create(paths.database)
        yield Path(directory)


def first_results() -> Iterator[Figure]:
    """From a key to the painted results."""
    found = probe("typing", home())
    yield figure("search.first_results", found["value"], "ms", budget=100)
    yield figure("search.first_results.p50", found["p50"], "ms")


def sidebar() -> Iterator[Figure]:
    """Show a list of a hundred thousand beside one of forty."""
    with empty_home() as where:
        found = probe("open_100k", where)
    yield figure(
        "sidebar.open_100k", found["value"], "ms", floor=found["floor"], budget=50,
        budget_of="value",
    )  # fmt: skip
    yield figure("sidebar.scroll_100k", found["scroll"], "ms", budget=16)


def conversation() -> Iterator[Figure]:
    """From a click in the list to the painted transcript; the floor is to read it."""
    with StoredConversation(home(), LONGEST):
        pass
    read = probe("reading", home())["value"]
    opened = _run("opening_probe", os.fspath(home()))
    ordinary, longest = _p95(opened["ordinary"]), max(opened["longest"])
    yield figure("conversation.open", ordinary, "ms", floor=read, budget=150, budget_of="value")
    yield figure("conversation.open_longest", longest, "ms", budget=150)
    yield figure("conversation.context_longest", probe("context", home())["value"], "ms")


def memory() -> Iterator[Figure]:
    """What a full home takes more than an empty one, listed, scrolled and searched."""
    with empty_home() as where:
        empty = probe("memory", where)["value"]
    full = probe("memory", home())["value"]
    yield figure("conversations.memory", full - empty, "MB", budget=60)


BENCHMARKS = {
    "search.text_1m": search,
    "search.first_results": first_results,
    "sidebar.open_100k": sidebar,
    "conversations.memory": memory,
    "conversation.open": conversation,  # last: it adds the longest one
}
