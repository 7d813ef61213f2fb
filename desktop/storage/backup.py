"""Copies of the database, verified before they count."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.errors import BackupFailed
from desktop.storage.atomic import publish, unfinished
from desktop.storage.errors import translated
from desktop.storage.file_errors import file_error
from desktop.storage.schema import connect

_KEEP = 10
_NAME = re.compile(r"parley-\d{8}T\d{12}Z-[a-z0-9-]+\.db")


def back_up(database: Path, directory: Path, reason: str) -> Path:
    """Copy the live database to `directory` and verify the copy; return its path.

    `reason` is lower-case words and numbers with hyphens, such as `before-upgrade`. The newest ten
    copies are kept.

    Raises:
        BackupFailed: the copy could not be made or did not verify; older ones are kept.
    """
    target = directory / f"parley-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{reason}.db"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with unfinished(target) as temporary:
            _copy(database, temporary)
            publish(temporary, target)
    except (sqlite3.Error, OSError) as error:
        raise _failed(error, directory) from error
    _thin(directory)
    return target


def backups(directory: Path) -> list[Path]:
    """Return the copies in `directory`, newest first."""
    if not directory.is_dir():
        return []
    found = [path for path in directory.iterdir() if _NAME.fullmatch(path.name)]
    return sorted(found, reverse=True)


def _copy(database: Path, copy: Path) -> None:
    with closing(connect(database)) as source, closing(connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # a copy is one file, without companions
        verdict = target.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != ("ok",):
        raise BackupFailed(
            f"A copy of {database} was made but is damaged: {verdict[0]}.",
            cure="The database itself may be damaged: keep it and the older copies.",
        )


def _failed(error: sqlite3.Error | OSError, directory: Path) -> BackupFailed:
    os_failed = isinstance(error, OSError)
    why = file_error(error, directory) if os_failed else translated(error, directory)
    return BackupFailed(f"The database could not be copied. {why.message}", cure=why.cure)


def _thin(directory: Path) -> None:
    for path in backups(directory)[_KEEP:]:
        path.unlink(missing_ok=True)
