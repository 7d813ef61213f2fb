"""Colours code a few milliseconds at a time, so that long code never stops the window."""

from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

from pygments.lexer import Lexer

from desktop.ui.transcript.highlight import LANGUAGES, Colour, highlight, lexer_for

SLICE_SECONDS = 0.004
KEPT_CODES = 32
REST = 8
"""Code that grows is coloured again after a rest of this many times what it took."""


@dataclass(slots=True)
class _Job:
    """A code that is being coloured."""

    language: str
    code: str
    work: Iterator[Colour]
    colours: list[Colour] = field(default_factory=list[Colour])
    seconds: float = 0.0

    def run(self) -> bool:
        """Go on for a while; True at the end of the code."""
        start = now = perf_counter()
        is_done = True
        for colour in self.work:
            if colour.length:
                self.colours.append(colour)
            now = perf_counter()
            if now - start > SLICE_SECONDS:
                is_done = False
                break
        self.seconds += now - start
        return is_done


class Colourist:
    """Remembers the colours of the last few codes.

    `is_late` is set when colours were asked for that are still to come. Whoever sets it
    back and asks again gets more of them.
    """

    def __init__(self) -> None:
        self.is_late = False
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lexers")
        self._lexers: dict[str, Future[Lexer | None]] = {}
        self._done: OrderedDict[tuple[str, str], list[Colour]] = OrderedDict()
        self._job = self._last = _Job("", "", iter(()))
        self._rests_until = 0.0

    def colours(self, code: str, language: str) -> tuple[list[Colour], bool]:
        """Return the colours of code as far as they are known, and whether that is all."""
        if language not in LANGUAGES:
            return [], True
        known = self._done.get((language, code))
        if known is not None:
            return known, True
        if not self._is_loaded(language):
            self.is_late = True
            return [], False
        grew = self._last.language == language and code.startswith(self._last.code or "\0")
        if grew and perf_counter() < self._rests_until:
            self.is_late = True
            return self._last.colours, False
        if (self._job.language, self._job.code) != (language, code):
            self._job = _Job(language, code, highlight(code, language))
        if not self.is_late and self._job.run():
            self._keep(self._job)
            return self._job.colours, True
        self.is_late = True
        return (self._last if grew else self._job).colours, False

    def _is_loaded(self, language: str) -> bool:
        if language not in self._lexers:
            self._lexers[language] = self._loader.submit(lexer_for, language)
        return self._lexers[language].done()

    def _keep(self, job: _Job) -> None:
        self._last = job
        self._rests_until = perf_counter() + REST * job.seconds
        self._done[job.language, job.code] = job.colours
        if len(self._done) > KEPT_CODES:
            self._done.popitem(last=False)
