"""The trash is erased after thirty days that were seen to pass, and never without a copy."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.conversation import Conversation
from desktop.core.errors import BackupFailed
from desktop.core.ids import ConversationId, new_conversation_id
from desktop.core.organising import Listing, Place
from desktop.services import trash as service
from desktop.services.backups import Backups
from desktop.services.trash import Trash
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories import organising as module
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.organising import OrganisingRepository
from desktop.storage.repositories.system_config import SystemConfigRepository

DAY = timedelta(days=1)
YEAR = 365 * DAY


@dataclass
class Clock:
    """The computer's clock."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Home:
    """A profile whose clock the test sets."""

    def __init__(self, database: Database, paths: Paths, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.backups = Backups(database, paths.backups)
        self.organising = OrganisingRepository(database)
        self.trash = Trash(self.organising, self.backups)
        self._conversations = ConversationRepository(database)

    async def deleted(self, title: str) -> ConversationId:
        """Put a conversation into the trash."""
        at = self.clock.now
        made = Conversation(id=new_conversation_id(), title=title, created_at=at, updated_at=at)
        await self._conversations.create(made)
        await self.organising.trash([made.id])
        return made.id

    async def pass_time(self, step: timedelta, times: int = 1) -> list[str]:
        """Move the clock and look, as each start does; return what the trash still has."""
        for _ in range(times):
            self.clock.now += step
            await self.trash.erase_old()
        return await self.left()

    async def left(self) -> list[str]:
        rows = await self.organising.page(Listing(place=Place.TRASH), offset=0, limit=9)
        return [row.title for row in rows]


@pytest.fixture
async def home(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    paths = Paths.resolve(own_home)
    database = await Database.open(paths)
    clock = Clock(datetime.now(UTC))
    monkeypatch.setattr(module, "now", clock)
    yield Home(database, paths, clock)
    await database.close()


async def test_it_is_kept_for_thirty_days(home: Home) -> None:
    await home.deleted("old")
    await home.pass_time(DAY)
    await home.deleted("new")

    assert await home.pass_time(DAY, 29) == ["new", "old"]
    assert await home.pass_time(DAY) == ["new"]
    assert await home.pass_time(DAY) == []


async def test_d14_a_clock_years_ahead_erases_nothing(home: Home) -> None:
    await home.deleted("kept")
    assert await home.pass_time(5 * YEAR) == ["kept"]
    await home.deleted("deleted in the future")
    assert await home.pass_time(-5 * YEAR) == ["deleted in the future", "kept"]
    assert await home.pass_time(-YEAR) == ["deleted in the future", "kept"]
    assert await home.pass_time(YEAR) == ["deleted in the future", "kept"]
    # What the jumps made of the dates does not keep it for years either.
    assert await home.pass_time(DAY, 33) == []


async def test_d14_a_computer_that_was_off_for_months_erases_nothing(home: Home) -> None:
    await home.deleted("kept")
    assert await home.pass_time(60 * DAY) == ["kept"]
    assert await home.pass_time(60 * DAY) == ["kept"]


async def test_what_was_erased_is_in_a_copy(home: Home) -> None:
    await home.deleted("old")
    assert await home.backups.listed() == []

    assert await home.pass_time(DAY, 31) == []

    [copy] = await home.backups.listed()
    assert copy.reason == "before-erasing"
    await home.backups.restore(copy)
    assert await home.left() == ["old"]


async def test_without_a_copy_nothing_is_erased(home: Home) -> None:
    await home.deleted("old")
    await home.pass_time(DAY, 30)
    home.backups.directory.write_text("a file stands where the directory should be")

    with pytest.raises(BackupFailed):
        await home.pass_time(DAY)

    assert await home.left() == ["old"]
    home.backups.directory.unlink()
    assert await home.pass_time(timedelta(hours=1)) == []


@pytest.mark.parametrize("record", [None, {}, {"seen": "x", "ahead_seconds": 0}, {"seen": "2020"}])
async def test_where_no_look_is_known_the_time_begins_anew(
    home: Home, record: dict[str, object] | None
) -> None:
    """So it is after an update, and after a copy that is older than this."""
    await home.deleted("kept")
    async with home.database.write() as session:
        await SystemConfigRepository(session).put("trash", "clock", record or {})

    assert await home.pass_time(60 * DAY) == ["kept"]
    assert await home.pass_time(DAY, 30) == ["kept"]
    assert await home.pass_time(DAY) == []


async def test_many_dates_move_without_running_into_each_other(home: Home) -> None:
    for day in range(4):
        await home.deleted(str(day))
        await home.pass_time(DAY)
    for jump in (3 * DAY, -2 * DAY, -2 * DAY, 3 * DAY):
        assert await home.pass_time(jump) == ["3", "2", "1", "0"]

    order: list[str] = []
    while left := await home.pass_time(DAY):
        order = [*order, *left[-1:]] if left[-1:] != order[-1:] else order
    assert order == ["0", "1", "2", "3"]


async def test_the_trash_is_looked_after_while_the_app_runs(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "LOOK_SECONDS", 0)
    await home.deleted("old")
    await home.pass_time(DAY, 30)
    home.clock.now += DAY
    home.backups.directory.write_text("a file stands where the directory should be")
    erased = asyncio.Event()

    async def note() -> None:
        erased.set()

    keeping = asyncio.create_task(home.trash.keep_erasing(note))
    while "could not be looked through" not in caplog.text:
        await asyncio.sleep(0.01)
    assert await home.left() == ["old"]
    home.backups.directory.unlink()
    await erased.wait()
    keeping.cancel()
    await asyncio.wait({keeping})

    assert await home.left() == []
