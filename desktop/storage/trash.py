"""The dates of what is in the trash, kept in step with a clock that may jump."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.trash_clock import TrashClock
from desktop.storage.orm.conversation import ConversationRow
from desktop.storage.repositories.system_config import SystemConfigRepository

_CATEGORY, _KEY = "trash", "clock"
_IN_TRASH = ConversationRow.deleted_at.is_not(None)


async def look_at_clock(session: AsyncSession, now: datetime) -> None:
    """Date what is in the trash so that its age is the time that was seen to pass.

    Where no look is known, as in a copy from before, all of it begins to wait now.
    """
    config = SystemConfigRepository(session)
    clock = _clock(await config.get(_CATEGORY, _KEY))
    if clock is None:
        clock = TrashClock(seen=now)
        await session.execute(update(ConversationRow).where(_IN_TRASH).values(deleted_at=now))
    else:
        clock, moved = clock.look(now)
        if moved:
            await _date_later(session, moved)
    record = {"seen": clock.seen.isoformat(), "ahead_seconds": clock.ahead.total_seconds()}
    await config.put(_CATEGORY, _KEY, record)


async def _date_later(session: AsyncSession, by: timedelta) -> None:
    # What went into the trash together has one date; none may be moved onto one still to come.
    dates = await session.scalars(select(ConversationRow.deleted_at).where(_IN_TRASH).distinct())
    known = sorted((each for each in dates if each is not None), reverse=by > timedelta())
    for date in known:
        dated = update(ConversationRow).where(ConversationRow.deleted_at == date)
        await session.execute(dated.values(deleted_at=date + by))


def _clock(record: Mapping[str, Any] | None) -> TrashClock | None:
    match record:
        case {"seen": str(seen), "ahead_seconds": int(ahead) | float(ahead)}:
            try:
                moment = datetime.fromisoformat(seen)
            except ValueError:
                return None
            known = moment.tzinfo is not None
            return TrashClock(seen=moment, ahead=timedelta(seconds=ahead)) if known else None
        case _:
            return None
