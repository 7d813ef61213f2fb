"""Which copies are kept: many of the last days, fewer of the months before."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

NEWEST, DAYS, WEEKS, MONTHS = 5, 12, 10, 9
BUDGET = 5 * 1024**3
"""Bytes that copies may take together; `NEWEST` of them are kept even so."""

_PERIODS: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
    (DAYS, lambda moment: moment.date()),
    (WEEKS, lambda moment: moment.isocalendar()[:2]),
    (MONTHS, lambda moment: (moment.year, moment.month)),
)


class Dated(Protocol):
    """What the rule needs to know of a copy."""

    @property
    def made_at(self) -> datetime:
        """When it was made, as the clock said then."""
        ...

    @property
    def size(self) -> int:
        """Its bytes."""
        ...


Copy = TypeVar("Copy", bound=Dated)


def superseded(copies: Sequence[Copy]) -> list[Copy]:
    """Return those of `copies`, newest first, that need not be kept.

    Kept are the newest few, and the newest of each of the last days, weeks and months in
    which a copy was made (the numbers of days, weeks and months are Anki's). The present
    time plays no part: copies are only compared with each other, so a clock that jumped
    makes none of them look old.
    """
    kept = set(range(min(NEWEST, len(copies))))
    for most, period_of in _PERIODS:
        kept.update(_newest_of_each([period_of(copy.made_at) for copy in copies], most))
    affordable = _affordable(copies, kept)
    return [copy for place, copy in enumerate(copies) if place not in affordable]


def _newest_of_each(periods: Sequence[Hashable], most: int) -> list[int]:
    seen: dict[Hashable, int] = {}
    for place, period in enumerate(periods):
        seen.setdefault(period, place)
    return list(seen.values())[:most]


def _affordable(copies: Sequence[Dated], kept: set[int]) -> set[int]:
    affordable: set[int] = set()
    total = 0
    for place in sorted(kept):
        total += copies[place].size
        if place < NEWEST or total <= BUDGET:
            affordable.add(place)
    return affordable
