"""Formulas as they become ready: set in a thread, kept for a while."""

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from desktop.ui.transcript.formula import Formula, guess, typeset

KEPT = 2_000


class Formulas:
    """Remembers the last few thousand formulas.

    `is_late` is set when one was asked for that is still to come. Whoever sets it back and
    asks again may get it.
    """

    def __init__(self) -> None:
        self.is_late = False
        self._setter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="formulas")
        self._found: OrderedDict[tuple[str, bool], Future[Formula]] = OrderedDict()

    def get(self, tex: str, *, display: bool) -> tuple[Formula | None, bool]:
        """Return a formula, or an empty one while it is to come (False); None if it has none."""
        key = (tex, display)
        if key not in self._found:
            self._found[key] = self._setter.submit(typeset, tex, display=display)
            if len(self._found) > KEPT:
                self._found.popitem(last=False)[1].cancel()
        future = self._found[key]
        self._found.move_to_end(key)
        if not future.done():
            self.is_late = True
            return guess(tex, display=display), False
        return (None if future.exception() else future.result()), True
