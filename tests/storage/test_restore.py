"""An older state takes the place of the present one whole, or nothing happens."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import BackupFailed
from desktop.storage import schema
from desktop.storage.backup import back_up
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.restore import restorable
from tests.storage.conftest import MakeConversation, MakeMessage, organising


async def titles(repository: ConversationRepository) -> set[str]:
    return {row.title for row in await repository.list()}


async def test_the_older_state_is_there_at_once_while_the_database_is_in_use(
    paths: Paths,
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    old = make_conversation("Old")
    await repository.create(old)
    await repository.add_message(make_message(old.id, text="in the beginning"))
    copy = back_up(paths.database, paths.backups, "daily")
    for number in range(20):
        await repository.create(make_conversation(f"New {number}"))
    await organising(repository).rename(old.id, "Changed")

    async with database.read() as session:  # a reader that is in the middle keeps its state
        await session.connection()
        with restorable(copy.path, paths.database) as state:
            await database.overwrite(state)

    assert await titles(repository) == {"Old"}
    assert [message.text for message in await repository.branch(old.id)] == ["in the beginning"]
    assert [row.title for row in await repository.list(search="beginning")] == ["Old"]
    await repository.create(make_conversation("After"))
    assert await titles(repository) == {"Old", "After"}
    assert sorted(path.name for path in paths.data.iterdir() if path.name.endswith(".new")) == []
    with closing(schema.connect(paths.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_ids_that_count_up_are_not_given_twice(paths: Paths, database: Database) -> None:
    """Files beside the database, such as an index of vectors, know rows by them."""
    copy = back_up(paths.database, paths.backups, "daily")
    with closing(schema.connect(paths.database)) as connection:
        connection.execute("INSERT INTO sqlite_sequence(name, seq) VALUES ('embedding', 41)")
    with restorable(copy.path, paths.database) as state:
        await database.overwrite(state)

    with closing(schema.connect(paths.database)) as connection:
        counts = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    assert counts["embedding"] == 41


@pytest.mark.parametrize("fault", ["page", "empty", "text", "newer", "gone", "foreign"])
async def test_d17_what_is_no_good_copy_is_refused_before_anything_changes(
    paths: Paths,
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    fault: str,
) -> None:
    for number in range(10):
        await repository.create(make_conversation(f"Number {number} " * 500))
    copy = back_up(paths.database, paths.backups, "daily").path
    await repository.create(make_conversation("Now"))
    spoil(copy, fault)

    with pytest.raises(BackupFailed), restorable(copy, paths.database):
        pytest.fail("it was taken for good")

    assert len(await repository.list(limit=500)) == 11
    assert [path for path in paths.data.iterdir() if path.suffix == ".new"] == []


def spoil(copy: Path, fault: str) -> None:
    match fault:
        case "page":
            content = bytearray(copy.read_bytes())
            content[40_000:60_000] = b"\xa5" * 20_000
            copy.write_bytes(content)
        case "empty":
            copy.write_bytes(b"")
        case "text":
            copy.write_text("no database")
        case "gone":
            copy.unlink()
        case _:
            with closing(sqlite3.connect(copy)) as connection:
                if fault == "newer":
                    connection.execute("UPDATE alembic_version SET version_num = '9999'")
                else:
                    connection.execute("PRAGMA application_id = 7")
                connection.commit()
