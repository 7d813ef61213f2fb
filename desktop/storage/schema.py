"""Which file is ours, how old its schema is, and how it is brought up to date."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, event

from desktop.core.errors import DamagedDatabase, NewerDatabase, NotOurDatabase
from desktop.storage.atomic import publish, unfinished
from desktop.storage.errors import database_errors
from desktop.storage.file_errors import file_errors

APPLICATION_ID = 0x50524C59  # "PRLY", in the header of every database of ours
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
HEAD = REVISIONS[-1]

_MIGRATIONS = Path(__file__).parent / "migrations"
_HEADER = b"SQLite format 3\0"
_OTHER_PLACE = "Move that file away, or start Parley with --home and another directory."


def revision_of(database: Path) -> str | None:
    """Return the revision of the file's schema; None when there is no file yet.

    Nothing is ever written. Raises:
        NotOurDatabase: it is empty, no database, or another program's.
        NewerDatabase: a newer Parley wrote it.
        DamagedDatabase: SQLite can't read it, or only its journal is left.
        DataNotWritable: the system refuses to open it.
    """
    if not database.exists():
        _refuse_orphaned_journal(database)
        return None
    _check_header(database)
    with database_errors(database), closing(connect(database)) as connection:
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise NotOurDatabase(f"{database} belongs to another program.", cure=_OTHER_PLACE)
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return _known(found[0][0] if found else None, database)


def connect(database: Path) -> sqlite3.Connection:
    """Open an existing file in autocommit mode; it is never made."""
    uri = f"{database.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None)


def create(database: Path) -> None:
    """Make a new database, which appears whole or not at all; an existing one is left alone.

    Raises:
        DataNotWritable, DiskFull: it can't be made there.
    """
    with database_errors(database), file_errors(database), unfinished(database) as temporary:
        make(temporary)
        publish(temporary, database)


def make(empty: Path) -> None:
    """Turn an empty file into a database of this version."""
    _migrate(empty)


def upgrade(database: Path) -> None:
    """Bring the schema to `HEAD` in one transaction.

    Raises:
        StorageError: it failed and nothing was changed; the subclass says how.
    """
    with database_errors(database):
        _migrate(database)


def _migrate(database: Path) -> None:
    # Foreign keys stay off, as a table that is rebuilt would take its rows' children with it.
    engine = create_engine(
        URL.create("sqlite", database=os.fspath(database)),
        poolclass=NullPool,
        connect_args={"isolation_level": None},
    )
    event.listen(engine, "begin", _begin)
    with engine.begin() as connection:
        _run_migrations(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise _damaged(database, "some of its records refer to others that are missing")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _run_migrations(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", os.fspath(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _refuse_orphaned_journal(database: Path) -> None:
    journal = database.with_name(f"{database.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise _damaged(database, f"the file is gone and only its journal {journal.name} is left")


def _check_header(database: Path) -> None:
    with file_errors(database), database.open("rb") as file:
        start = file.read(len(_HEADER))
    if not start:
        raise NotOurDatabase(f"{database} is empty (0 bytes).", cure=_OTHER_PLACE)
    if start != _HEADER:
        raise NotOurDatabase(f"{database} is not a database.", cure=_OTHER_PLACE)


def _known(revision: str | None, database: Path) -> str:
    if revision is None:
        raise _damaged(database, "it does not say which version wrote it")
    if revision not in REVISIONS:
        raise NewerDatabase(
            f"{database} was written by a newer Parley (schema {revision}).",
            cure="Install the newest Parley; this one leaves the file as it is.",
        )
    return revision


def _damaged(database: Path, reason: str) -> DamagedDatabase:
    return DamagedDatabase(
        f"{database} is damaged: {reason}.",
        cure=f"Keep it; the newest copy in {database.parent / 'backups'} can take its place.",
    )
