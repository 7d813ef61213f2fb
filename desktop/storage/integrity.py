"""Whether a database is what SQLite expects of one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop.storage.errors import database_errors
from desktop.storage.schema import connect

_STEPS = 20_000  # of SQLite's virtual machine between two looks at whether to go on


def fault_in(database: Path, *, full: bool, interrupted: Callable[[], bool]) -> str | None:
    """Do as `first_fault`, over a connection of its own.

    Raises:
        StorageError: it could not be read, or `interrupted` said so.
    """
    with database_errors(database), closing(connect(database)) as connection:
        return first_fault(connection, full=full, interrupted=interrupted)


def first_fault(
    connection: sqlite3.Connection, *, full: bool, interrupted: Callable[[], bool]
) -> str | None:
    """Return what is wrong first; None when nothing is.

    `full` also compares every index with its table, which takes several times as long.

    Raises:
        sqlite3.Error: it could not be read, or `interrupted` said so.
    """
    connection.set_progress_handler(interrupted, _STEPS)
    try:
        check = "integrity_check" if full else "quick_check"
        verdict = connection.execute(f"PRAGMA {check}(1)").fetchone()
        broken = connection.execute("PRAGMA foreign_key_check").fetchone() if full else None
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return str(error)
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if verdict != ("ok",):
        return " ".join(str(verdict[0]).split()) if verdict else "it can't be read"
    return None if broken is None else "some of its records refer to others that are missing"
