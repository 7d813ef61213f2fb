"""How long something has been in the trash, by a clock that may be wrong.

What is erased can't be brought back, so a clock that jumps must never make anything look old.
Parley looks at the clock at every start and every hour. From one look to the next at most a
day counts, and what a clock counted that is then set back does not count again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.core.organising import TRASH_DAYS

MOST = timedelta(days=1)
"""Counts at most between two looks: time in which Parley did not run is not seen to pass."""

KEPT = timedelta(days=TRASH_DAYS) + MOST
"""A clock that has jumped ahead since the last look gives one `MOST` too much."""

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashClock:
    """What the last look left: the moment it saw, and what has been counted too early."""

    seen: datetime
    ahead: timedelta = _NOTHING

    def look(self, now: datetime) -> tuple["TrashClock", timedelta]:
        """Return the clock after a look, and by how much the clock moved without time passing.

        All that is in the trash is to be dated later by that much, or earlier where it is
        negative: then its age by the clock is the time that was seen to pass.
        """
        step = now - self.seen
        if step < _NOTHING:
            return TrashClock(seen=now, ahead=self.ahead + min(-step, MOST)), step
        passed = min(step, MOST)
        known = min(passed, self.ahead)
        return TrashClock(seen=now, ahead=self.ahead - known), step - (passed - known)
