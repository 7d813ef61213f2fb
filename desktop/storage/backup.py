"""Copies of the database, verified before they count."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.errors import BackupFailed
from desktop.storage.atomic import publish, remove_leftovers, unfinished
from desktop.storage.errors import translated
from desktop.storage.file_errors import file_error
from desktop.storage.integrity import first_fault
from desktop.storage.schema import connect
from desktop.storage.thinning import superseded

Interrupted = Callable[[], bool]

_NAME = re.compile(r"parley-(\d{6,})-(\d{8}T\d{6})Z-([a-z0-9-]+)\.db")
_STAMP = "%Y%m%dT%H%M%S"
_PAGES = 512  # copied between two looks at whether to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A verified copy.

    `number` tells the order in which copies were made, which `made_at` does not where the
    clock was wrong; `size` is in bytes.
    """

    path: Path
    number: int
    made_at: datetime
    reason: str
    size: int


def never() -> bool:
    """Let a copy run to its end."""
    return False


def back_up(
    database: Path, directory: Path, reason: str, *, interrupted: Interrupted = never
) -> Backup:
    """Copy the live database to `directory` and verify the copy; writers need not wait.

    `reason` is lower-case words and numbers with hyphens, such as `before-upgrade`. What the
    new copy makes superfluous is removed; see `desktop.storage.thinning`. `interrupted` is
    asked now and then whether to give up.

    Raises:
        BackupFailed: the copy could not be made or did not verify; older ones are kept.
    """
    moment = datetime.now(UTC).replace(microsecond=0)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_leftovers(directory, "parley-*.db")  # nobody else makes a copy now
        number = 1 + max((each.number for each in backups(directory)), default=0)
        target = directory / f"parley-{number:06d}-{moment:{_STAMP}}Z-{reason}.db"
        with unfinished(target) as temporary:
            copy_database(database, temporary, interrupted=interrupted)
            publish(temporary, target)
        size = target.stat().st_size
    except (sqlite3.Error, OSError) as error:
        raise _failed(error, directory) from error
    for backup in superseded(backups(directory)):
        backup.path.unlink(missing_ok=True)
    return Backup(path=target, number=number, made_at=moment, reason=reason, size=size)


def backups(directory: Path) -> list[Backup]:
    """Return the copies in `directory`, newest first."""
    if not directory.is_dir():
        return []
    found = [_described(path) for path in directory.iterdir()]
    return sorted((b for b in found if b is not None), key=lambda b: b.number, reverse=True)


def copy_database(database: Path, copy: Path, *, interrupted: Interrupted = never) -> None:
    """Copy one state of `database` over the file `copy`, which becomes one verified file.

    Raises:
        BackupFailed: the copy is damaged, or `interrupted` said so.
        sqlite3.Error: it could not be read or written.
    """

    def progress(_status: int, _remaining: int, _total: int) -> None:
        if interrupted():
            raise BackupFailed("The copy was given up before it was finished.")

    with closing(connect(database)) as source, closing(connect(copy)) as target:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()  # from here on, one state
        source.backup(target, pages=_PAGES, progress=progress, sleep=0.05)
        target.execute("PRAGMA journal_mode=DELETE")  # a copy is one file, without companions
        fault = first_fault(target, full=True, interrupted=interrupted)
    if fault is not None:
        raise BackupFailed(
            f"A copy of {database} was made but is damaged: {fault}.",
            cure="The database itself may be damaged: keep it and the older copies.",
        )


def _described(path: Path) -> Backup | None:
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    number, stamp, reason = match.groups()
    with suppress(ValueError, OSError):
        made_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        size = path.stat().st_size
        return Backup(path=path, number=int(number), made_at=made_at, reason=reason, size=size)
    return None


def _failed(error: sqlite3.Error | OSError, directory: Path) -> BackupFailed:
    os_failed = isinstance(error, OSError)
    why = file_error(error, directory) if os_failed else translated(error, directory)
    return BackupFailed(f"The database could not be copied. {why.message}", cure=why.cure)
