"""Where words stand in the displayed text of messages: found a few milliseconds at a time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.transcript.rich_text import PAD

SLICE_SECONDS = 0.004
MOST_HITS = 9_999

Texts = Callable[[int], Iterator[tuple[int, str]]]
"""Gives the items of a message, by their index, with their displayed texts."""
Sources = Callable[[int], str]

_MARKS = str.maketrans("", "", "*_`~\\")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Displayed characters [start, end) of an item; hits compare in reading order."""

    message: int
    index: int
    start: int
    end: int


class Finder(QObject):
    """Looks for words, beginning with the messages on screen.

    `changed` says that more was found, `moved` that another hit is the current one.
    """

    changed = Signal()
    moved = Signal(Hit)

    def __init__(self, sources: Sources, texts: Texts, parent: QObject) -> None:
        super().__init__(parent)
        self._sources, self._texts = sources, texts
        self._pattern: re.Pattern[str] | None = None
        self._words: list[str] = []
        self._waiting: list[int] = []
        self._hits: dict[int, list[Hit]] = {}
        self._count = 0
        self._current: Hit | None = None
        self._is_fresh = False  # no hit was gone to yet
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._work)

    @property
    def current(self) -> Hit | None:
        """Return the hit that the reader is at."""
        return self._current

    @property
    def count(self) -> int:
        """Return how many hits are known."""
        return self._count

    @property
    def is_done(self) -> bool:
        """Tell whether everything was searched; no more than `MOST_HITS` are."""
        return not self._waiting

    @property
    def number(self) -> int:
        """Return which hit the current one is, from 1 on; 0 without one."""
        if self._current is None:
            return 0
        before = sum(len(hits) for at, hits in self._hits.items() if at < self._current.message)
        return before + self._hits[self._current.message].index(self._current) + 1

    def hits_in(self, message: int, index: int) -> list[Hit]:
        """Return the hits in one item."""
        return [hit for hit in self._hits.get(message, ()) if hit.index == index]

    def search(self, words: str, count: int, first: int) -> None:
        """Look for `words` in `count` messages, in the `first` one and those below it first."""
        self._pattern = _pattern(words)
        self._words = re.findall(r"\w+", words.casefold())
        self._hits, self._count, self._current = {}, 0, None
        self._is_fresh = True
        order = [*range(first, count), *range(first - 1, -1, -1)] if self._pattern else []
        self._waiting = order[::-1]
        self._timer.start()
        self._work()

    def search_again(self, count: int) -> None:
        """Note that `count` messages came above those that were searched; they are searched too."""
        moved = {at + count: hits for at, hits in self._hits.items()}
        self._hits = {at: [_moved(hit, count) for hit in hits] for at, hits in moved.items()}
        self._current = _moved(self._current, count) if self._current else None
        above = range(count) if self._pattern else ()
        self._waiting = [*above, *(at + count for at in self._waiting)]
        if self._waiting:
            self._timer.start()

    def look_again(self, message: int) -> None:
        """Search one message anew whose text has changed or has come only now."""
        if self._pattern is None:
            return
        found = self._hits.pop(message, [])
        self._count -= len(found)
        if self._current in found:
            self._current = None
        if message not in self._waiting:
            self._waiting.append(message)
        self._timer.start()

    def step(self, distance: int) -> None:
        """Go on to the next hit below (1) or above (-1), around the ends."""
        every = [hit for message in sorted(self._hits) for hit in self._hits[message]]
        if not every:
            return
        at = every.index(self._current) if self._current in every else -1 if distance > 0 else 0
        self._go_to(every[(at + distance) % len(every)])

    def _go_to(self, hit: Hit) -> None:
        self._current, self._is_fresh = hit, False
        self.moved.emit(hit)
        self.changed.emit()

    def _work(self) -> None:
        start = perf_counter()
        while self._waiting and perf_counter() - start < SLICE_SECONDS:
            self._search_message(self._waiting.pop())
        if self._count >= MOST_HITS:
            self._waiting = []
        if not self._waiting:
            self._timer.stop()
        if self._is_fresh and self._hits:
            self._go_to(self._hits[next(iter(self._hits))][0])
        self.changed.emit()

    def _search_message(self, message: int) -> None:
        if self._pattern is None or not self._may_hold(self._sources(message)):
            return
        hits = [
            Hit(message, index, found.start(), found.end())
            for index, text in self._texts(message)
            for found in self._pattern.finditer(text)
        ]
        if hits:
            self._hits[message] = hits
            self._count += len(hits)

    def _may_hold(self, source: str) -> bool:
        """Tell without parsing; characters may be written as entities."""
        plain = source.casefold().translate(_MARKS)
        return "&" in plain or all(word in plain for word in self._words)


def _moved(hit: Hit, count: int) -> Hit:
    return replace(hit, message=hit.message + count)


def _pattern(words: str) -> re.Pattern[str] | None:
    parts = words.split()
    if not parts:
        return None
    # The narrow spaces around inline code belong to the look, not the text.
    letters = [f"{PAD}?".join(map(re.escape, part)) for part in parts]
    return re.compile(r"\s+".join(letters), re.IGNORECASE)
