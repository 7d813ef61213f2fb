"""Copies are made when they are due, given up when the app closes, and put back in one step."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.conversation import Conversation
from desktop.core.errors import BackupFailed, ParleyError
from desktop.core.ids import new_conversation_id
from desktop.services import backups as service
from desktop.services.backups import Backups, is_due
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
async def database(own_home: Path) -> AsyncIterator[Database]:
    opened = await Database.open(Paths.resolve(own_home))
    yield opened
    await opened.close()


@pytest.fixture
def conversations(database: Database) -> ConversationRepository:
    return ConversationRepository(database)


@pytest.fixture
def backups(database: Database, own_home: Path) -> Backups:
    return Backups(database, Paths.resolve(own_home).backups)


def conversation(title: str) -> Conversation:
    return Conversation(id=new_conversation_id(), title=title, created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize(
    ("hours", "due"), [(1, False), (23, False), (24, True), (-1, False), (-24 * 365 * 5, True)]
)
def test_d14_a_copy_is_due_after_a_day_or_when_the_clock_was_wrong(hours: int, due: bool) -> None:
    assert is_due(NOW - timedelta(hours=hours), NOW) is due


async def test_nothing_is_copied_where_there_is_nothing(backups: Backups) -> None:
    assert await backups.make_if_due() is None
    assert await backups.listed() == []


async def test_one_copy_a_day(backups: Backups, conversations: ConversationRepository) -> None:
    await conversations.create(conversation("Soup"))

    made = await backups.make_if_due()

    assert made is not None
    assert made.reason == "daily"
    assert await backups.make_if_due() is None
    assert await backups.listed() == [made]


async def test_copies_are_looked_after_while_the_app_runs(
    backups: Backups, conversations: ConversationRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr(service, "LOOK_SECONDS", 0)
    await conversations.create(conversation("Soup"))
    told: list[ParleyError] = []
    backups.directory.write_text("a file stands where the directory should be")
    keeping = asyncio.create_task(backups.keep_making(told.append))
    while not told:
        await asyncio.sleep(0.01)
    backups.directory.unlink()
    while not await backups.listed():
        await asyncio.sleep(0.01)
    keeping.cancel()
    await asyncio.wait({keeping})

    assert [type(error) for error in told] == [BackupFailed]  # once, not at every look


async def test_restoring_copies_what_is_there_first(
    backups: Backups, conversations: ConversationRepository
) -> None:
    await conversations.create(conversation("Old"))
    old = await backups.make("by-hand")
    await conversations.create(conversation("New"))

    before = await backups.restore(old)

    assert [row.title for row in await conversations.list()] == ["Old"]
    assert (await backups.listed())[0] == before
    await backups.restore(before)
    assert {row.title for row in await conversations.list()} == {"Old", "New"}


async def test_a_cancelled_copy_leaves_nothing_behind(
    backups: Backups, conversations: ConversationRepository
) -> None:
    await conversations.create(conversation("Soup" * 200_000))
    making = asyncio.create_task(backups.make("by-hand"))
    await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making

    assert [p for p in backups.directory.iterdir() if p.suffix == ".new"] == []
