"""What a transaction promises: all or nothing, nobody's update lost, a known outcome."""

import asyncio
import gc
import random
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from desktop.core.errors import StorageError
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.orm.system_config import SystemConfigRow
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import Vault


async def _put(database: Database, key: str, value: int) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", key, {"value": value})


async def _stored(database: Database) -> dict[str, int]:
    async with database.read() as session:
        rows = await SystemConfigRepository(session).all("app")
    return {key: value["value"] for key, value in rows.items()}


async def test_an_error_inside_rolls_everything_back(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            await SystemConfigRepository(session).put("app", "lost", {"value": 1})
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert await _stored(database) == {}


async def test_sessions_carry_the_vault(paths: Paths) -> None:
    vault = Vault(paths)
    database = await Database.open(paths, vault=vault)
    async with database.read() as reading, database.write() as writing:
        assert reading.info["vault"] is writing.info["vault"] is vault
    await database.close()


async def test_thirty_read_modify_writes_at_once_lose_none(database: Database) -> None:
    await _put(database, "count", 0)

    async def increment() -> None:
        async with database.write() as session:
            repository = SystemConfigRepository(session)
            value = await repository.get("app", "count")
            assert value is not None
            await asyncio.sleep(0)
            await repository.put("app", "count", {"value": value["value"] + 1})

    async with asyncio.TaskGroup() as group:
        for _ in range(30):
            group.create_task(increment())

    assert await _stored(database) == {"count": 30}


async def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    await _put(database, "count", 1)
    async with database.read() as session:
        repository = SystemConfigRepository(session)
        before = await repository.get("app", "count")
        await _put(database, "count", 2)
        session.expire_all()
        assert await repository.get("app", "count") == before

    assert await _stored(database) == {"count": 2}


async def test_a_write_inside_a_write_is_refused_at_once(database: Database) -> None:
    async with database.write():
        with pytest.raises(RuntimeError, match="inside"):
            async with database.write():
                pass

    await _put(database, "after", 1)
    assert await _stored(database) == {"after": 1}


async def test_a_cancelled_write_is_either_done_or_not_begun(database: Database) -> None:
    """Cancelled at random moments, each task's own report agrees with the file."""
    commits: set[str] = set()
    randomness = random.Random(5)

    async def write(key: str) -> None:
        await _put(database, key, 1)
        commits.add(key)

    for number in range(60):
        task = asyncio.create_task(write(f"k{number}"))
        await asyncio.sleep(randomness.random() * 0.008)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stored = await _stored(database)
    assert commits <= set(stored)
    await _put(database, "after", 1)
    assert "after" in await _stored(database)


async def test_a_cancelled_write_gives_its_lock_back(database: Database) -> None:
    """Cancelled while it reads; what it leaves to the collector holds nothing."""
    randomness = random.Random(7)

    async def read_in_a_write() -> None:
        async with database.write() as session:
            for number in range(5):
                await SystemConfigRepository(session).put("app", f"{number}", {"value": 1})
                await SystemConfigRepository(session).all("app")

    gc.disable()
    try:
        for _ in range(80):
            task = asyncio.create_task(read_in_a_write())
            await asyncio.sleep(randomness.random() * 0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.to_thread(_take_lock, database.path)
    finally:
        gc.enable()


def _take_lock(path: Path) -> None:
    with closing(schema.connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


async def test_a_commit_outlives_its_cancelled_task(database: Database) -> None:
    committing = asyncio.Event()
    engine = database._engine.sync_engine
    event.listen(engine, "commit", lambda _connection: committing.set())

    task = asyncio.create_task(_put(database, "kept", 1))
    await committing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await _stored(database) == {"kept": 1}


async def test_a_task_cancelled_while_it_waits_to_write_leaves_the_way_free(
    database: Database,
) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "first", {"value": 1})
        waiting = asyncio.create_task(_put(database, "never", 1))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    await _put(database, "second", 1)
    assert set(await _stored(database)) == {"first", "second"}


async def test_a_change_in_the_thread_is_brought_to_its_end_once_begun(database: Database) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work(session: Session) -> None:
        session.add(SystemConfigRow(category="app", key="kept", value_json={"value": 1}))
        begun.set()
        may_end.wait()

    changing = asyncio.create_task(database.change(work))
    await asyncio.to_thread(begun.wait)
    following = asyncio.create_task(_put(database, "after", 1))
    changing.cancel()
    await asyncio.sleep(0)
    assert not changing.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await changing
    await following

    assert await _stored(database) == {"kept": 1, "after": 1}


async def test_a_change_that_fails_leaves_nothing(database: Database) -> None:
    def work(session: Session) -> None:
        session.add(SystemConfigRow(category="app", key="lost", value_json={"value": 1}))
        session.flush()
        raise KeyError

    with pytest.raises(KeyError):
        await database.change(work)
    async with database.write():
        with pytest.raises(RuntimeError, match="inside"):
            await database.change(work)

    await _put(database, "after", 1)
    assert await _stored(database) == {"after": 1}


async def test_another_programs_lock_is_waited_for(database: Database) -> None:
    with closing(schema.connect(database.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(_put(database, "waited", 1))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        other.execute("ROLLBACK")
        await waiting

    assert await _stored(database) == {"waited": 1}


async def test_another_programs_endless_lock_is_a_plain_error(database: Database) -> None:
    with closing(schema.connect(database.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program is using"):
            await _put(database, "never", 1)
        other.execute("ROLLBACK")

    await _put(database, "after", 1)
    assert await _stored(database) == {"after": 1}


async def test_errors_of_sqlite_never_leave_as_such(database: Database) -> None:
    with closing(schema.connect(database.path)) as other:
        other.execute("DROP TABLE system_config")

    with pytest.raises(StorageError) as caught:
        await _stored(database)

    assert not isinstance(caught.value, sqlite3.Error)
    assert caught.value.cure


async def test_d11_another_programs_write_is_waited_for(
    paths: Paths, database: Database, repository: ConversationRepository
) -> None:
    with closing(schema.connect(paths.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(repository.recover())
        await asyncio.sleep(0.2)
        assert not writing.done()
        other.execute("COMMIT")
    assert await writing == 0


async def test_d11_one_that_never_ends_is_said_and_nothing_is_lost(
    paths: Paths,
    database: Database,
    repository: ConversationRepository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def be_impatient(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA busy_timeout=50")

    await database.change(be_impatient)
    with closing(schema.connect(paths.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program is using") as caught:
            await repository.recover()
    assert "nothing was lost" in caught.value.cure
    assert await repository.recover() == 0
