"""What the first paint reads: the same as the repositories say, fast, and never an error."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.start_state import StartState, read_start_state
from tests.storage.conftest import MakeConversation, organising


def test_it_loads_nothing_slow() -> None:
    code = (
        "import sys, desktop.storage.start_state, desktop.storage.paths, desktop.storage.instance,"
        "desktop.storage.key_place\n"
        "slow = {'sqlalchemy', 'alembic', 'aiosqlite', 'cryptography', 'keyring'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"


async def test_it_says_what_the_repositories_say(
    database: Database, repository: ConversationRepository, make_conversation: MakeConversation
) -> None:
    start = datetime.now(UTC)
    for number in range(105):
        moment = start + timedelta(seconds=number)
        await repository.create(make_conversation(f"Number {number}", updated_at=moment))
    listed = await repository.list()
    await organising(repository).rename(listed[5].id, "odd \0 title \ud800")
    await organising(repository).pin([listed[7].id], True)
    await organising(repository).archive([listed[8].id], True)
    await organising(repository).trash([listed[9].id])
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "window", {"width": 900})
        await SystemConfigRepository(session).put("llm", "completions_config", {"model": "m"})
    state = read_start_state(database.path)

    assert state.conversations == tuple(await repository.list())
    assert state.app == {"window": {"width": 900}}
    assert state.configured


async def test_a_new_database_is_not_configured(database: Database) -> None:
    assert read_start_state(database.path) == StartState()


def _missing(_path: Path) -> None:
    return


def _zero_bytes(path: Path) -> None:
    path.touch()


def _text_file(path: Path) -> None:
    path.write_text("hello")


def _directory(path: Path) -> None:
    path.mkdir()


def _other_schema(path: Path) -> None:
    path.touch()
    with closing(schema.connect(path)) as connection:
        connection.execute("CREATE TABLE conversation (id)")


@pytest.mark.parametrize("make", [_missing, _zero_bytes, _text_file, _directory, _other_schema])
def test_other_files_give_the_empty_state_and_stay_as_they_are(
    make: Callable[[Path], None], paths: Paths
) -> None:
    paths.create()
    make(paths.database)
    before = paths.database.read_bytes() if paths.database.is_file() else None

    assert read_start_state(paths.database) == StartState()
    assert before == (paths.database.read_bytes() if paths.database.is_file() else None)
    assert before is not None or not paths.database.is_file()


async def test_one_broken_setting_does_not_hide_the_rest(
    database: Database, repository: ConversationRepository, make_conversation: MakeConversation
) -> None:
    await repository.create(make_conversation("Kept"))
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "theme", {"name": "dark"})
        await SystemConfigRepository(session).put("app", "window", {"width": 1})
        connection = await session.connection()
        broken = "UPDATE system_config SET value_json = '{' WHERE key = 'theme'"
        await connection.exec_driver_sql(broken)
    state = read_start_state(database.path)

    assert state.app == {"window": {"width": 1}}
    assert [entry.title for entry in state.conversations] == ["Kept"]


async def test_it_takes_less_than_ten_milliseconds(
    database: Database, repository: ConversationRepository, make_conversation: MakeConversation
) -> None:
    conversation = make_conversation()
    for _ in range(120):
        again = make_conversation("A title of the usual length, more or less")
        await repository.create(replace(conversation, id=again.id))
    took: list[float] = []
    for _ in range(5):
        start = time.thread_time()
        read_start_state(database.path)
        took.append(time.thread_time() - start)

    assert min(took) < 0.010


def test_an_empty_file_keeps_its_journal(paths: Paths) -> None:
    paths.create()
    paths.database.write_bytes(b"")
    log = paths.database.with_name("parley.db-wal")
    log.write_bytes(b"what was written last")

    assert read_start_state(paths.database) == StartState()
    assert log.read_bytes() == b"what was written last"
