"""A damaged database: the newest good copy comes back, with all that can be read besides."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.conversation import Conversation
from desktop.storage import schema
from desktop.storage.backup import back_up
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.recovery import newest_good_backup, recover
from desktop.storage.repositories.conversations import ConversationRepository
from tests.storage.conftest import MakeConversation, MakeMessage

PAGE = 4096
Fault = Callable[[Path], None]


def spoil_pages(database: Path, *numbers: int) -> None:
    content = bytearray(database.read_bytes())
    for number in numbers:
        content[(number - 1) * PAGE : number * PAGE] = b"\xa5" * PAGE
    database.write_bytes(content)


def pages_of(database: Path, table: str, kind: str = "leaf") -> list[int]:
    """Return the table's pages of one kind, as SQLite's dbstat names it."""
    with closing(schema.connect(database)) as connection:
        statement = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ?"
        return [page for (page,) in connection.execute(statement, (table, kind))]


@pytest.fixture
async def filled(
    paths: Paths,
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> list[Conversation]:
    """Store an old conversation, copy everything, then store more; close the database."""
    old = make_conversation("Old")
    await repository.create(old)
    await repository.add_message(make_message(old.id, text="old text"))
    back_up(paths.database, paths.backups, "daily")
    new = [make_conversation(f"New {n}") for n in range(12)]
    for conversation in new:
        await repository.create(conversation)
        question = make_message(conversation.id, text="a question " * 200)
        await repository.add_message(question)
        await repository.add_message(
            make_message(conversation.id, question.id, text="an answer " * 200)
        )
    await database.close()
    return [old, *new]


async def recovered(paths: Paths) -> tuple[ConversationRepository, Database]:
    opened = await Database.open(paths)
    with closing(schema.connect(paths.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute(
            "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
        )
    return ConversationRepository(opened), opened


async def test_all_but_the_damaged_rows_come_back(paths: Paths, filled: list[Conversation]) -> None:
    leaves = pages_of(paths.database, "message")
    spoil_pages(paths.database, leaves[len(leaves) // 2])
    damaged = paths.database.read_bytes()

    recovery = recover(paths)

    assert recovery.backup is not None
    assert recovery.salvaged.conversations == 12
    assert 12 <= recovery.salvaged.messages < 24
    assert (recovery.quarantine / "parley.db").read_bytes() == damaged
    repository, opened = await recovered(paths)
    assert {row.title for row in await repository.list()} == {c.title for c in filled}
    assert [m.text for m in await repository.branch(filled[0].id)] == ["old text"]
    lengths = [len(await repository.branch(c.id)) for c in filled[1:]]
    assert all(lengths)
    assert sum(lengths) == recovery.salvaged.messages
    await opened.close()


async def test_messages_without_their_conversation_get_one(
    paths: Paths, filled: list[Conversation]
) -> None:
    spoil_pages(paths.database, *pages_of(paths.database, "conversation"))

    recovery = recover(paths)

    assert recovery.salvaged.messages == 24
    repository, opened = await recovered(paths)
    listed = await repository.list()
    assert len(listed) == 13
    assert sum(row.title.startswith("Rescued on") for row in listed) == 12
    await opened.close()


@pytest.mark.parametrize(
    "content", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000]
)
async def test_what_can_not_be_read_at_all_is_replaced_by_the_copy(
    paths: Paths, filled: list[Conversation], content: bytes
) -> None:
    paths.database.write_bytes(content)
    log = paths.database.with_name("parley.db-wal")
    log.write_bytes(b"a log")

    recovery = recover(paths)

    assert (recovery.quarantine / "parley.db").read_bytes() == content
    assert (recovery.quarantine / "parley.db-wal").read_bytes() == b"a log"
    assert not log.exists()
    repository, opened = await recovered(paths)
    assert [row.title for row in await repository.list()] == ["Old"]
    await opened.close()


async def test_without_a_copy_what_can_be_read_is_all(
    paths: Paths, filled: list[Conversation]
) -> None:
    for copy in paths.backups.iterdir():
        copy.unlink()

    recovery = recover(paths)

    assert recovery.backup is None
    assert recovery.salvaged.messages == 25
    repository, opened = await recovered(paths)
    assert len(await repository.list()) == 13
    await opened.close()


def test_a_damaged_copy_is_passed_over(paths: Paths, filled: list[Conversation]) -> None:
    good = back_up(paths.database, paths.backups, "good")
    bad = back_up(paths.database, paths.backups, "bad")
    spoil_pages(bad.path, 5, 6, 7)

    assert newest_good_backup(paths.backups, paths.database) == good
