"""How the transcript opens, streams, scrolls and wraps, each in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.start import screen

LATENCY_BUDGET_MS = 8.0
CODE_LATENCY_BUDGET_MS = 20.0


def probe(name: str) -> dict[str, float]:
    """Measure `name` on a virtual screen."""
    with screen() as display:
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-m", "tests.benchmarks.transcript_probe", name]
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=300
        )
    return json.loads(result.stdout.splitlines()[-1])


def opening() -> Iterator[Figure]:
    """Open ten and a hundred thousand messages; the larger one is compared to the smaller."""
    small, large = probe("open_10k"), probe("open_100k")
    yield figure(
        "transcript.open_10k", small["value"], "ms", floor=small["floor"], budget=120,
        budget_of="value",
    )  # fmt: skip
    yield figure("transcript.open_100k", large["value"], "ms", floor=small["value"], budget=1.5)
    yield figure("transcript.memory_10k", small["memory"], "MB", budget=40)


def streaming(name: str, budget: float) -> Iterator[Figure]:
    """Stream 20,000 tokens; the floor is the same clock while nothing happens."""
    found = probe(name)
    yield figure(
        f"transcript.{name}", found["value"], "ms", floor=found["floor"], budget=budget,
        budget_of="value",
    )  # fmt: skip
    yield figure(f"transcript.{name}.p50", found["p50"], "ms", budget=1)
    yield figure(f"transcript.{name}.max", found["max"], "ms", budget=33)
    yield figure(f"transcript.{name}.cpu", found["cpu_percent"], "%")


def moving(name: str, budget: float) -> Iterator[Figure]:
    """Scroll or resize ten thousand messages; the floor is painting the page once more."""
    found = probe(name)
    yield figure(
        f"transcript.{name}", found["value"], "ms", floor=found["floor"], budget=budget,
        budget_of="value",
    )  # fmt: skip


BENCHMARKS = {
    "transcript.open_10k": opening,
    "transcript.stream_1k": partial(streaming, "stream_1k", LATENCY_BUDGET_MS),
    "transcript.stream_5k": partial(streaming, "stream_5k", LATENCY_BUDGET_MS),
    "transcript.stream_code": partial(streaming, "stream_code", CODE_LATENCY_BUDGET_MS),
    "transcript.stream_list": partial(streaming, "stream_list", LATENCY_BUDGET_MS),
    "transcript.stream_table": partial(streaming, "stream_table", LATENCY_BUDGET_MS),
    "transcript.scroll": partial(moving, "scroll", 16),
    "transcript.resize": partial(moving, "resize", 50),
}
