"""Whether the journal beside the database is the one that belongs to it.

SQLite takes over what a write-ahead log holds without asking which database it was written
for. Each log has a random number in its header, its salt, which grows by one whenever the
log begins anew (sqlite.org/fileformat2.html#walformat). Parley notes that number while it
runs, and whether it ended in good order, when no log is left at all.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any, cast

from desktop.core.errors import AlreadyRunning
from desktop.storage.atomic import write_whole
from desktop.storage.instance import InstanceLock
from desktop.storage.paths import Paths

_HEADER = 32
_SALT = slice(16, 20)
_WRAP = 2**32
_RESTARTS = 2**20
"""A log of ours does not begin anew more often than this in one run."""


class Journal(Enum):
    """What is known about the log at start."""

    FINE = auto()
    FOREIGN = auto()  # there is one, and it is not ours
    LOST = auto()  # there should be one


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMark:
    """What the last run left behind: whether it ended well, and its log's salt."""

    clean: bool = True
    salt: int | None = None
    checked_at: datetime | None = None


def read_mark(path: Path) -> SessionMark | None:
    """Read the mark; None when there is none that makes sense."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        values = cast("dict[str, Any]", json.loads(path.read_text("utf-8")))
        checked_at, salt = values["checked_at"], values["salt"]
        return SessionMark(
            clean=values["clean"] is True,
            salt=salt if isinstance(salt, int) else None,
            checked_at=datetime.fromisoformat(checked_at) if checked_at else None,
        )
    return None


def write_mark(path: Path, mark: SessionMark) -> None:
    """Write the mark whole or not at all.

    Raises:
        OSError: it could not be written; the old one is still there.
    """
    checked_at = mark.checked_at.isoformat() if mark.checked_at else None
    values = {"clean": mark.clean, "salt": mark.salt, "checked_at": checked_at}
    write_whole(path, json.dumps(values).encode())


def log_of(database: Path) -> Path:
    """Return where the database's write-ahead log is."""
    return database.with_name(f"{database.name}-wal")


def salt_of(log: Path) -> int | None:
    """Return the salt of a log; None when it is not there or holds nothing."""
    with suppress(OSError), log.open("rb") as file:
        header = file.read(_HEADER)
        if len(header) == _HEADER:
            return int.from_bytes(header[_SALT], "big")
    return None


def judge(database: Path, mark: SessionMark | None) -> Journal:
    """Compare the log beside `database` with what the last run noted."""
    salt = salt_of(log_of(database))
    if mark is None or not database.exists():
        return Journal.FINE
    if salt is None:
        return Journal.FINE if mark.clean or mark.salt is None else Journal.LOST
    if mark.clean:
        return Journal.FOREIGN
    is_ours = mark.salt is None or (salt - mark.salt) % _WRAP < _RESTARTS
    return Journal.FINE if is_ours else Journal.FOREIGN


@contextmanager
def noted_use(paths: Paths) -> Generator[None]:
    """Note a short use of the database by a program that is not the app."""
    _note(paths, clean=lambda: False)
    try:
        yield
    finally:
        _note(paths, clean=lambda: not log_of(paths.database).exists())


def _note(paths: Paths, *, clean: Callable[[], bool]) -> None:
    """Change the mark unless the app runs, whose mark it is then."""
    mark = read_mark(paths.session_mark)
    if mark is None:
        return
    with suppress(AlreadyRunning, OSError), InstanceLock(paths):
        write_mark(paths.session_mark, replace(mark, clean=clean(), salt=None))
