"""The database: opened once, then read and written in transactions."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from desktop.core.errors import DiskFull
from desktop.storage import schema
from desktop.storage.attachments import AttachmentFiles
from desktop.storage.backup import back_up
from desktop.storage.connection import PromptConnection
from desktop.storage.errors import database_errors
from desktop.storage.paths import Paths
from desktop.storage.records import read_json
from desktop.storage.reserve import Reserve
from desktop.storage.restore import overwrite
from desktop.storage.vault import Vault
from desktop.storage.writing_thread import WritingThread

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

# No trusted_schema=OFF: SQLite then refuses the triggers that keep the full-text index.
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "busy_timeout=5000", "cell_size_check=ON")

_ENGINE_OPTIONS: Mapping[str, Any] = {
    "connect_args": {"isolation_level": None, "factory": PromptConnection},
    "hide_parameters": True,
    "json_deserializer": read_json,
}


class Database:
    """One SQLite file, for one event loop; see `open`.

    `on_disk_full` is called when a full disk took the reserve that was kept for that moment.
    """

    on_disk_full: Callable[[], None] | None = None

    def __init__(
        self, path: Path, engine: AsyncEngine, vault: Vault | None, reserve: Reserve
    ) -> None:
        self.path = path
        self._engine = engine
        self._writes = engine.execution_options(write=True)
        self._vault = vault
        self._reserve = reserve
        self.attachments = AttachmentFiles(path.parent / "attachments")
        self._info = {"vault": vault, "attachments": self.attachments}
        self._thread = WritingThread(_engine_of_thread(path), self._info)
        self._writing = asyncio.Lock()
        self._writer: asyncio.Task[Any] | None = None

    @classmethod
    async def open(cls, paths: Paths, *, vault: Vault | None = None) -> "Database":
        """Open the database, made or brought up to date first where necessary.

        Raises:
            DataNotWritable: the directory or the file can't be written.
            NotOurDatabase: the file is empty, another program's or no database.
            NewerDatabase: a newer Parley wrote it.
            DamagedDatabase: SQLite finds it malformed.
            BackupFailed: it is older and could not be copied; it is left as it is.
        """
        await asyncio.to_thread(_prepare, paths)
        database = cls(paths.database, _engine(paths.database), vault, Reserve(paths.reserve))
        if vault is not None:
            vault.attach(database)
        return database

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Give a session that sees one state of the database throughout.

        Raises:
            StorageError: SQLite failed; the subclass says how.
        """
        with database_errors(self.path):
            async with self._session(self._engine) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """Give a session whose changes are committed together at the end, or not at all.

        Writers wait for each other. A task that is cancelled during the commit ends only
        once the commit has: what was reported as written is, and nothing else is.

        Raises:
            StorageError: SQLite failed and nothing was changed; the subclass says how.
            RuntimeError: the task is already inside a `write`.
        """
        async with self._only_writer(), self._committed() as session:
            yield session

    async def change(self, work: Callable[[Session], _Result]) -> _Result:
        """Do `work` in a transaction like a `write`, all of it in a thread made for that.

        It costs the event loop next to nothing. Once begun it is brought to its end: a task
        that is cancelled meanwhile ends when it has.

        Raises:
            StorageError: SQLite failed and nothing was changed; the subclass says how.
            RuntimeError: the task is already inside a `write`.
        """
        async with self._only_writer():
            with database_errors(self.path):
                return await _settled(self._thread.transact(work))

    async def save(self, work: Callable[[Session], _Result]) -> _Result:
        """Do `work` as a `change`; on a full disk once more, in the room kept for that moment.

        Raises:
            StorageError: SQLite failed and nothing was changed; the subclass says how.
        """
        try:
            return await self.change(work)
        except DiskFull:
            if not await asyncio.to_thread(self._reserve.release):
                raise
        if self.on_disk_full is not None:
            self.on_disk_full()
        return await self.change(work)

    async def overwrite(self, state: Path) -> None:
        """Put what the database file `state` holds in the place of all that is stored.

        It is one transaction, and once begun it is brought to its end.

        Raises:
            StorageError: SQLite failed and nothing was changed; the subclass says how.
        """
        async with self._writing:
            await _settled(asyncio.create_task(asyncio.to_thread(overwrite, self.path, state)))
        if self._vault is not None:
            self._vault.reread()

    async def close(self) -> None:
        """Close all connections; the database can't be used after."""
        await self._thread.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def _only_writer(self) -> AsyncGenerator[None]:
        task = asyncio.current_task()
        if self._writer is task:
            raise RuntimeError("A write inside a write would wait for itself.")
        async with self._writing:
            self._writer = task
            try:
                yield
            finally:
                self._writer = None

    @asynccontextmanager
    async def _committed(self) -> AsyncGenerator[AsyncSession]:
        with database_errors(self.path):
            async with self._session(self._writes) as session:
                yield session
                await _settled(asyncio.create_task(session.commit()))

    def _session(self, engine: AsyncEngine) -> AsyncSession:
        return AsyncSession(engine, expire_on_commit=False, info=dict(self._info))


def _prepare(paths: Paths) -> None:
    paths.create()
    revision = schema.revision_of(paths.database)
    if revision is None:
        schema.create(paths.database)
    elif revision != schema.HEAD:
        back_up(paths.database, paths.backups, f"before-upgrade-from-{revision}")
        schema.upgrade(paths.database)
    _check_writable(paths.database)


def _check_writable(database: Path) -> None:
    with database_errors(database), closing(schema.connect(database)) as connection:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    if mode != ("wal",):
        _log.warning("the file system of the data directory has no write-ahead log: %s", mode)


def _engine(database: Path) -> AsyncEngine:
    engine = create_async_engine(_url("sqlite+aiosqlite", database), **_ENGINE_OPTIONS)
    _listen(engine.sync_engine)
    return engine


def _engine_of_thread(database: Path) -> Engine:
    engine = create_engine(_url("sqlite", database), **_ENGINE_OPTIONS)
    _listen(engine)
    return engine.execution_options(write=True)


def _url(driver: str, database: Path) -> URL:
    return URL.create(driver, database=os.fspath(database))


def _listen(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A read transaction that later writes would fail at once with BUSY_SNAPSHOT.
    writes = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def _settled(work: asyncio.Future[_Result]) -> _Result:
    """Await `work` to its end even when cancelled meanwhile."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({work})
        if error := work.exception():
            _log.warning("a cancelled commit failed: %s", type(error).__name__)
        raise
