"""SQLite's errors in our terms."""

import shutil
import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from desktop.core.errors import (
    DamagedDatabase,
    DataNotWritable,
    NotOurDatabase,
    StorageError,
)
from desktop.storage.file_errors import disk_full

_NEARLY_FULL = 64 * 1024  # bytes
_PRIMARY_CODE = 0xFF  # an extended result code keeps its primary one in the low byte


@contextmanager
def database_errors(database: Path) -> Generator[None]:
    """Turn what SQLite raises into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, database) from error
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise
        raise translated(error.orig, database) from error


def translated(error: sqlite3.Error, database: Path) -> StorageError:
    """Return what happened to `database` in plain words (result codes: sqlite.org/rescode.html)."""
    code = getattr(error, "sqlite_errorcode", None)
    make = _BY_CODE.get(code & _PRIMARY_CODE) if isinstance(code, int) else None
    return make(database) if make else _unknown(error)


def _unknown(error: sqlite3.Error) -> StorageError:
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StorageError(
        f"The database refused a request ({name}).",
        cure="Try again; if it stays, restart Parley.",
    )


def _readonly(database: Path) -> StorageError:
    return DataNotWritable(
        f"{database} can't be written.",
        cure="Make the file and its directory writable, or start Parley with --home and another one.",
    )


def _cannot_open(database: Path) -> StorageError:
    return DataNotWritable(
        f"{database} can't be opened.",
        cure="Check that the directory exists, belongs to you and can be written.",
    )


def _busy(database: Path) -> StorageError:
    return StorageError(
        f"Another program is using {database}.",
        cure="Close it and try again; nothing was lost.",
    )


def _damaged(database: Path) -> StorageError:
    return DamagedDatabase(
        f"{database} is damaged.",
        cure=f"Close Parley and keep that file; the newest copy in {database.parent / 'backups'} "
        "can take its place.",
    )


def _not_a_database(database: Path) -> StorageError:
    return NotOurDatabase(
        f"{database} is not a database.",
        cure="Move that file away, or start Parley with --home and another directory.",
    )


def _disk_failed(database: Path) -> StorageError:
    # SQLite reports a full disk as such only where it writes pages.
    if _free_bytes(database) < _NEARLY_FULL:
        return disk_full(database)
    return StorageError(
        f"The disk that holds {database} did not do what was asked.",
        cure="Check the disk and try again; what was stored before is intact.",
    )


def _free_bytes(path: Path) -> int:
    try:
        return shutil.disk_usage(path if path.is_dir() else path.parent).free
    except OSError:
        return _NEARLY_FULL


def _gone(_database: Path) -> StorageError:
    return StorageError(
        "What this belongs to is no longer there.",
        cure="It may have been deleted meanwhile; open it again.",
    )


_BY_CODE: Mapping[int, Callable[[Path], StorageError]] = {
    sqlite3.SQLITE_FULL: disk_full,
    sqlite3.SQLITE_READONLY: _readonly,
    sqlite3.SQLITE_PERM: _readonly,
    sqlite3.SQLITE_CANTOPEN: _cannot_open,
    sqlite3.SQLITE_BUSY: _busy,
    sqlite3.SQLITE_LOCKED: _busy,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_NOTADB: _not_a_database,
    sqlite3.SQLITE_IOERR: _disk_failed,
    sqlite3.SQLITE_CONSTRAINT: _gone,
}
