"""Opens conversations in the running app and prints, as JSON, how long until they are painted."""

import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter

import psutil
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import Parley, make_application
from desktop.ui.conversation_list import ConversationList
from desktop.ui.event_loop import EventLoop
from desktop.ui.main_window import MainWindow
from tests.benchmarks.stored_conversation import TITLE

ROUNDS = 60
QUIET = 5.0
"""Per cent of one processor, below which what begins with the app has ended."""
_SETTLE_SECONDS = 300.0
_AFTER = {"open", "show chat settings", "find earlier messages", "show sources"}

Result = dict[str, list[float]]


class _Painted(QObject):
    """Waits for the first painting of the transcript once it shows another conversation."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._shown = False
        self.done = asyncio.Event()
        window.chat.title_changed.connect(self._note_shown)
        window.chat.transcript.viewport().installEventFilter(self)

    def begin(self) -> None:
        self._shown = False
        self.done.clear()

    def _note_shown(self) -> None:
        self._shown = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._shown and event.type() is QEvent.Type.Paint:
            asyncio.get_running_loop().call_soon(self.done.set)  # once it is over
        return False


async def _when_quiet() -> None:
    process = psutil.Process()
    process.cpu_percent()
    async with asyncio.timeout(_SETTLE_SECONDS):
        await asyncio.sleep(3)  # the check of the database begins after two seconds
        while process.cpu_percent() > QUIET:
            await asyncio.sleep(0.5)


async def _click(window: MainWindow, row: int, painted: _Painted) -> float:
    """Click on a row of the list; return the milliseconds until its transcript is painted."""
    listed = window.sidebar.list
    index = listed.conversations.index(row)
    listed.scrollTo(index, ConversationList.ScrollHint.PositionAtCenter)
    async with asyncio.timeout(10):
        while listed.conversations.summary(index) is None:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    painted.begin()
    place = listed.visualRect(index).center()
    start = perf_counter()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    async with asyncio.timeout(10):
        await painted.done.wait()
    return (perf_counter() - start) * 1000


async def _after() -> None:
    """Let what follows an opening end, so that one does not slow down the next."""
    while any(task.get_name() in _AFTER for task in asyncio.all_tasks()):
        await asyncio.sleep(0.01)


def _rows(window: MainWindow) -> list[int]:
    model = window.sidebar.list.conversations
    return [row for row in range(model.rowCount()) if model.flags(model.index(row))]


def _title(window: MainWindow, row: int) -> str:
    model = window.sidebar.list.conversations
    summary = model.summary(model.index(row))
    return "" if summary is None else summary.title


async def _measure(app: QApplication, home: Path) -> Result:
    parley = Parley(app, home, demo=False)
    running = asyncio.create_task(parley.main())
    await parley.opened.wait()
    window = parley.window
    assert window is not None
    await _when_quiet()
    painted = _Painted(window)
    rows = _rows(window)
    [longest] = [row for row in rows[:40] if _title(window, row) == TITLE]
    result: Result = {"ordinary": [], "longest": []}
    for place in range(1, ROUNDS + 1):
        row = rows[place * len(rows) // (ROUNDS + 2)]
        result["ordinary"].append(await _click(window, row, painted))
        await _after()
        if place % 6 == 0:
            result["longest"].append(await _click(window, longest, painted))
            await _after()
    window.close()
    await running
    return result


def main() -> None:
    app = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(app)) as runner:
        print(json.dumps(runner.run(_measure(app, Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
