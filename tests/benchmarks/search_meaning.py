"""Search by meaning among many passages, beside a bare numpy dot product over the same vectors.

Seeding takes a minute or two. The first run of the probe makes the index file, which is what a
damaged one costs; the second one loads it, as every start does.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.meaning_home import BEST, Seeded, seed

ROOT = Path(__file__).resolve().parents[2]


def search_meaning(
    name: str, count: int, dimension: int, *, milliseconds: float, megabytes: float
) -> Iterator[Figure]:
    """Measure one size of library."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        seeded = seed(home, count, dimension)
        np.save(home / "questions.npy", seeded.questions)
        floor = _p95(_bare(seeded))
        built = _probe(home)
        asked = _probe(home)
    missed = _missed(asked["found"], seeded)
    yield figure(
        name,
        _p95(asked["took"]),
        "ms p95",
        floor=floor,
        budget=milliseconds,
        budget_of="value",
    )
    yield figure(f"{name}_missed", missed, "% of 10", budget=2)
    yield figure(f"{name}_memory", asked["memory"], "MB", budget=megabytes)
    yield figure(f"{name}_load", asked["load"] * 1000, "ms", budget=500)
    yield figure(f"{name}_rebuild", built["load"], "s")


def _probe(home: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.meaning_probe", str(home)]
    run = subprocess.run(
        [*command, str(home / "questions.npy")], cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(run.stdout)


def _bare(seeded: Seeded) -> list[float]:
    took: list[float] = []
    for question in seeded.questions:
        started = time.perf_counter()
        scores = seeded.vectors @ question
        np.argpartition(scores, -BEST)[-BEST:]
        took.append((time.perf_counter() - started) * 1000)
    return took


def _missed(found: list[list[int]], seeded: Seeded) -> float:
    right = sum(len(set(ids) & truth) for ids, truth in zip(found, seeded.truth, strict=True))
    return 100 * (1 - right / (BEST * len(found)))


def _p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "search.meaning_100k": partial(
        search_meaning, "search.meaning_100k", 100_000, 1536, milliseconds=30, megabytes=300
    ),
    "search.meaning_1m": partial(
        search_meaning, "search.meaning_1m", 1_000_000, 384, milliseconds=60, megabytes=800
    ),
}
