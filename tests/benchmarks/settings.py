"""How long the settings window stands still while what it waits for hangs, or much arrives."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, figure

PROBE = Path(__file__).with_name("settings_probe.py")
ROOT = Path(__file__).resolve().parents[2]
BUDGET_MS = 100
ROUNDS = 3


def pause(scenario: str) -> float:
    """Return the longest pause in ms, the least of some rounds: the machine has other work."""
    return min(_round(scenario) for _ in range(ROUNDS))


def _round(scenario: str) -> float:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, str(PROBE), scenario],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return float(result.stdout.splitlines()[-1])


def _benchmark(name: str, scenario: str) -> Callable[[], Iterator[Figure]]:
    def run() -> Iterator[Figure]:
        yield figure(name, pause(scenario), "ms", budget=BUDGET_MS)

    return run


BENCHMARKS = {
    f"settings.{scenario}": _benchmark(f"settings.{scenario}", scenario)
    for scenario in ("keyring_hangs", "network_hangs", "models_2000")
}
