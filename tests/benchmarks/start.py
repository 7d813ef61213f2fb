"""How long until the main window is painted, and what the app holds at rest."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.seeded_home import seed

ROUNDS = 9
SETTLE_SECONDS = 10.0
REPORT_SECONDS = 60.0
MEGABYTE = 1_000_000

BARE_WINDOW = """
import json, os, sys, time
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        path = os.environ.pop("PARLEY_REPORT_START", None)
        if path:
            with open(path, "w") as file:
                json.dump({"first_paint": time.time()}, file)

app = QApplication(sys.argv)
window = Window()
window.resize(1100, 720)
window.show()
app.exec()
"""


@contextmanager
def screen() -> Generator[str]:
    """Start a virtual screen and yield its name, such as `:99`."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    # Without -noreset the server starts over whenever its last client leaves.
    with subprocess.Popen(
        [*command, "-noreset"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield f":{server.stdout.readline().strip()}"
        finally:
            server.terminate()


@contextmanager
def painted(command: Sequence[str], display: str, home: Path) -> Generator[tuple[float, int]]:
    """Start `command`; yield the seconds to its first paint and its process id; end it.

    Raises:
        RuntimeError: it painted nothing; what it printed is in the message.
    """
    report = home / "first-paint.json"
    report.unlink(missing_ok=True)
    environment = os.environ | {"DISPLAY": display, "PARLEY_REPORT_START": str(report)}
    environment.pop("QT_QPA_PLATFORM", None)
    environment.pop("WAYLAND_DISPLAY", None)
    # An installed Parley is compiled; here, the round that does not count compiles it.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with (home / "output.txt").open("w+") as output:
        started = time.time()
        with subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process:
            try:
                seconds = _first_paint(report, process, output.name) - started
                yield seconds, process.pid
            finally:
                process.terminate()
                _end(process)


def _first_paint(report: Path, process: subprocess.Popen[bytes], output: str) -> float:
    deadline = time.monotonic() + REPORT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if report.exists() and (text := report.read_text()):
            return float(json.loads(text)["first_paint"])
        time.sleep(0.02)
    raise RuntimeError(f"No window was painted: {Path(output).read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def app_command(home: Path) -> list[str]:
    """Return the command that opens the app with its data in `home`."""
    return [sys.executable, "-m", "desktop", "--home", str(home / "parley")]


def bare_command() -> list[str]:
    """Return the command that opens an empty window of the same size."""
    return [sys.executable, "-c", BARE_WINDOW]


def window() -> Iterator[Figure]:
    """Start app and bare window in turn, so that both meet the same load."""
    app: list[float] = []
    bare: list[float] = []
    with screen() as display, tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        asyncio.run(seed(home / "parley"))
        for _ in range(ROUNDS + 1):
            for command, times in ((app_command(home), app), (bare_command(), bare)):
                with painted(command, display, home) as (seconds, _):
                    times.append(seconds)
    # The first round fills the caches of the disk.
    value, floor = statistics.median(app[1:]), statistics.median(bare[1:])
    yield figure("start.window", value, "s", floor=floor, budget=2.5)


def rest_memory() -> Iterator[Figure]:
    """Weigh the app at rest, its provider's SDK loaded, beside the bare window."""
    with screen() as display, tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        asyncio.run(seed(home / "parley"))
        app = megabytes_at_rest(app_command(home), display, home)
        bare = megabytes_at_rest(bare_command(), display, home)
    yield figure("start.rest_memory", app, "MB", floor=bare, budget=150, budget_of="value")


def megabytes_at_rest(command: Sequence[str], display: str, home: Path) -> float:
    """Start `command`, let it settle and weigh it with its children."""
    with painted(command, display, home) as (_, pid):
        time.sleep(SETTLE_SECONDS)
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        # Proportional: a page shared by n processes counts 1/n in each.
        return sum(process.memory_full_info().pss for process in family) / MEGABYTE


BENCHMARKS = {"start.window": window, "start.rest_memory": rest_memory}
