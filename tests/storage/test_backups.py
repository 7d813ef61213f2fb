"""Copies are whole, verified and few."""

import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import BackupFailed
from desktop.storage import schema
from desktop.storage.backup import back_up, backups
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from tests.storage.conftest import MakeConversation


async def test_a_copy_of_a_live_database_is_whole(paths: Paths, database: Database) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "kept", {"value": 1})
    async with database.read() as session:
        await SystemConfigRepository(session).get("app", "kept")  # keeps the journal open
        copy = back_up(paths.database, paths.backups, "before-test").path

    assert list(paths.backups.iterdir()) == [copy]  # one file, without companions
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(schema.connect(copy)) as connection:
        statement = "SELECT value_json FROM system_config"
        assert connection.execute(statement).fetchone() == ('{"value": 1}',)


async def test_a_copy_can_take_the_databases_place(paths: Paths, database: Database) -> None:
    copy = back_up(paths.database, paths.backups, "before-test")
    await database.close()
    shutil.copy(copy.path, paths.database)

    await (await Database.open(paths)).close()


async def test_the_newest_are_kept_and_nothing_else_is_touched(
    paths: Paths, database: Database
) -> None:
    paths.backups.mkdir()
    mine = paths.backups / "my own copy.db"
    mine.write_text("mine")
    made = [back_up(paths.database, paths.backups, f"number-{n}") for n in range(8)]

    assert backups(paths.backups) == made[:2:-1]
    assert mine.exists()


async def test_a_damaged_database_makes_no_copy(paths: Paths, database: Database) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "big", {"value": "x" * 100_000})
    await database.close()
    content = bytearray(paths.database.read_bytes())
    content[8192:20480] = b"\xa5" * (20480 - 8192)
    paths.database.write_bytes(content)

    with pytest.raises(BackupFailed):
        back_up(paths.database, paths.backups, "before-test")

    assert list(paths.backups.iterdir()) == []


def test_no_directory_means_no_copies(tmp_path: Path) -> None:
    assert backups(tmp_path / "nowhere") == []


async def test_d16_a_place_that_vanishes_while_it_is_copied_to_is_said(
    paths: Paths,
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    tmp_path: Path,
) -> None:
    for number in range(3):
        await repository.create(make_conversation(f"{number} " * 1_500_000))
    old = back_up(paths.database, paths.backups, "daily")
    away = tmp_path / "unplugged"

    def unplug() -> bool:
        if not away.exists():
            paths.backups.rename(away)
        return False

    with pytest.raises(BackupFailed, match="could not be copied"):
        back_up(paths.database, paths.backups, "daily", interrupted=unplug)

    assert (away / old.path.name).stat().st_size == old.size
    away.rename(paths.backups)
    again = back_up(paths.database, paths.backups, "daily")
    assert [each.number for each in backups(paths.backups)] == [again.number, old.number]
    assert {each.name for each in paths.backups.iterdir()} == {again.path.name, old.path.name}


async def test_what_a_crash_left_of_a_copy_is_removed_by_the_next(
    paths: Paths, database: Database
) -> None:
    paths.backups.mkdir()
    left = paths.backups / ".parley-000001-20260101T000000Z-daily.db.abc.new"
    left.write_bytes(b"half a copy")
    other = paths.backups / ".something.new"
    other.write_bytes(b"not ours")

    made = back_up(paths.database, paths.backups, "daily")

    assert {each.name for each in paths.backups.iterdir()} == {made.path.name, other.name}


async def test_a_copy_that_is_given_up_leaves_nothing(paths: Paths, database: Database) -> None:
    with pytest.raises(BackupFailed, match="given up"):
        back_up(paths.database, paths.backups, "before-test", interrupted=lambda: True)

    assert list(paths.backups.iterdir()) == []


async def test_d14_the_order_is_that_of_making_whatever_the_clock_says(
    paths: Paths, database: Database
) -> None:
    first = back_up(paths.database, paths.backups, "first")
    future = first.path.with_name("parley-000002-20310101T000000Z-daily.db")
    first.path.rename(future)
    newest = back_up(paths.database, paths.backups, "newest")

    assert [backup.number for backup in backups(paths.backups)] == [3, 2]
    assert backups(paths.backups)[0] == newest
