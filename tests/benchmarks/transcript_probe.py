"""Measures one thing about the transcript in a process of its own and prints it as JSON."""

import json
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import psutil
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QPlainTextEdit

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, text_parts
from desktop.ui.fonts import load_fonts
from desktop.ui.garbage import GarbageCollection
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.transcript.view import TranscriptView
from tests.benchmarks.long_conversation import ANSWER, conversation, message
from tests.benchmarks.stored_conversation import StoredConversation

SIZE = (1_000, 800)
BEAT_MS = 10
TOKEN = 4
"""Characters of a token."""
STREAMED_TOKENS = 20_000

Result = dict[str, float]


class Probe:
    """A transcript on screen."""

    def __init__(self) -> None:
        self.app = QApplication([])
        load_fonts(self.app)
        self.garbage = GarbageCollection()
        self.garbage.start()  # as the app has it
        self.view = TranscriptView(theme=Theme(self.app), icons=Icons())
        self.view.resize(*SIZE)
        self.view.show()
        self.view.set_messages(conversation(4))
        self.settle()

    def settle(self, milliseconds: int = 100) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def paint(self) -> None:
        self.view.viewport().repaint()

    def open(self, count: int) -> Result:
        """Open a conversation of the database as the app does, to the first paint."""
        with (
            TemporaryDirectory() as directory,
            StoredConversation(Path(directory), count) as stored,
        ):
            first = self._open(stored)  # imports and compiles what the queries need
            memory = _memory()
            milliseconds = min(first, *(self._open(stored) for _ in range(4)))
            self.view.messages_requested.connect(
                lambda ids: self.view.fill_in(stored.messages(ids))
            )
            before = self.view.messages.get(0)
            assert before is not None
            self.view.show_earlier(before.id, stored.ids_above(before.id))
            for _ in range(60):  # look around: what is seen is kept for a while
                self.view.verticalScrollBar().triggerAction(
                    QAbstractSlider.SliderAction.SliderPageStepSub
                )
                self.paint()
            assert len(self.view.messages) == count
            return {"value": milliseconds, "floor": self._floor(), "memory": _memory() - memory}

    def _open(self, stored: StoredConversation) -> float:
        start = perf_counter()
        self.view.set_messages(stored.end())
        self.paint()
        return (perf_counter() - start) * 1e3

    def _floor(self) -> float:
        """Return the time a plain text field needs to show one such page."""
        edit = QPlainTextEdit()
        edit.resize(*SIZE)
        edit.show()
        self.settle()
        start = perf_counter()
        edit.setPlainText(ANSWER * 3)
        edit.viewport().repaint()
        return (perf_counter() - start) * 1e3

    def scroll(self) -> Result:
        self.view.set_messages(conversation(10_000))
        self.paint()
        times = [self._time(lambda: self._wheel(120)) for _ in range(600)]
        floor = [self._time(self.view.viewport().repaint) for _ in range(60)]
        return {"value": _percentile(times, 99), "floor": statistics.median(floor)}

    def resize(self) -> Result:
        self.view.set_messages(conversation(10_000))
        self.paint()
        widths = [*range(990, 400, -20), *range(400, 990, 20)]
        times = [self._time(lambda width=width: self._resize(width)) for width in widths]
        floor = [self._time(self.view.viewport().repaint) for _ in range(60)]
        return {"value": _percentile(times, 99), "floor": statistics.median(floor)}

    def _resize(self, width: int) -> None:
        self.view.resize(width, SIZE[1])
        self.paint()

    def _wheel(self, delta: int) -> None:
        centre = QPointF(self.view.viewport().rect().center())
        none = Qt.KeyboardModifier.NoModifier
        buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        angle = QPoint(0, delta)
        event = QWheelEvent(centre, centre, QPoint(), angle, buttons, none, phase, False)
        QApplication.sendEvent(self.view.viewport(), event)
        self.paint()

    @staticmethod
    def _time(step: Callable[[], object]) -> float:
        start = perf_counter()
        step()
        return (perf_counter() - start) * 1e3

    def stream(self, text: str, rate: int) -> Result:
        """Stream `text` at `rate` tokens a second below 200 messages."""
        self.view.set_messages(conversation(200))
        answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
        self.view.add_message(answer)
        self.settle()
        idle = self._beats(lambda: True, seconds=1.0)
        tokens = (text[i : i + TOKEN] for i in range(0, len(text), TOKEN))
        start, cpu, sent = perf_counter(), process_time(), 0

        def feed() -> bool:
            nonlocal sent
            due = int((perf_counter() - start) * rate)
            for token in islice(tokens, due - sent):
                self.view.append_text(answer.id, token)
            sent = due
            return due * TOKEN < len(text)

        late = self._beats(feed, seconds=60.0)
        share = (process_time() - cpu) / (perf_counter() - start)
        done = replace(answer, parts=text_parts(text), status=MessageStatus.COMPLETE)
        self.view.finish_message(done)
        return {
            "value": _percentile(late, 99),
            "floor": _percentile(idle, 99),
            "p50": _percentile(late, 50),
            "max": max(late),
            "cpu_percent": share * 100,
        }

    def _beats(self, work: Callable[[], bool], seconds: float) -> list[float]:
        """Return by how many ms each beat of a timer came late while `work` wanted to go on."""
        late: list[float] = []
        loop = QEventLoop()
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        begin = last = perf_counter()

        def beat() -> None:
            nonlocal last
            now = perf_counter()
            late.append(max(0.0, (now - last) * 1e3 - BEAT_MS))
            if not work() or now - begin > seconds:
                loop.quit()
            last = now

        timer.timeout.connect(beat)
        timer.start(BEAT_MS)
        loop.exec()
        timer.stop()
        return late


def _memory() -> float:
    return psutil.Process().memory_full_info().pss / 1e6


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _text(paragraphs: Iterator[str]) -> str:
    parts: list[str] = []
    length = 0
    while length < STREAMED_TOKENS * TOKEN:
        parts.append(next(paragraphs))
        length += len(parts[-1])
    return "".join(parts)


def prose() -> str:
    return _text(cycle([f"{ANSWER}\n\n"]))


def code() -> str:
    lines = (f"    value_{i} = compute({i}, name='x')  # step {i}\n" for i in range(10**6))
    return f"```python\n{_text(lines)}```"


def bullets() -> str:
    return _text(f"- item {i} with **bold** and `code` in it\n" for i in range(10**6))


def table() -> str:
    return "| a | b | c |\n|---|---|---|\n" + _text(
        f"| {i} | `x` | some words |\n" for i in range(10**6)
    )


MEASURES: dict[str, Callable[[Probe], Result]] = {
    "open_10k": lambda probe: probe.open(10_000),
    "open_100k": lambda probe: probe.open(100_000),
    "stream_1k": lambda probe: probe.stream(prose(), 1_000),
    "stream_5k": lambda probe: probe.stream(prose(), 5_000),
    "stream_code": lambda probe: probe.stream(code(), 5_000),
    "stream_list": lambda probe: probe.stream(bullets(), 5_000),
    "stream_table": lambda probe: probe.stream(table(), 5_000),
    "scroll": Probe.scroll,
    "resize": Probe.resize,
}


if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](Probe())))
