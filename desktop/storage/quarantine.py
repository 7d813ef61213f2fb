"""Files that are no good are put aside, never deleted."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from desktop.storage.file_errors import file_errors
from desktop.storage.journal import log_of


def quarantine_directory(data: Path) -> Path:
    """Make a new directory for what is put aside now.

    Raises:
        DataNotWritable, DiskFull: it can't be made.
    """
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"
    directory = data / "quarantine" / stem
    with file_errors(data):
        directory.mkdir(mode=0o700, parents=True)
    return directory


def put_aside_log(database: Path) -> Path:
    """Put the database's log aside, with its index; return where it is now.

    Raises:
        DataNotWritable, DiskFull: it can't be moved.
    """
    directory = quarantine_directory(database.parent)
    with file_errors(database):
        for companion in companions(database):
            companion.replace(directory / companion.name)
    return directory


def put_aside(database: Path, directory: Path) -> None:
    """Put the database with its companions into `directory`; its name stays taken.

    A crash in between leaves a file under the database's name, so that no start takes it for
    a new profile: whoever calls this puts another one in its place.

    Raises:
        DataNotWritable, DiskFull: it can't be moved.
    """
    with file_errors(database):
        aside = directory / database.name
        try:
            os.link(database, aside)
        except OSError:  # this file system has no hard links
            shutil.copy2(database, aside)
        for companion in companions(database):
            companion.replace(directory / companion.name)


def companions(database: Path) -> list[Path]:
    """Return the files that SQLite keeps beside the database and that are there now."""
    log = log_of(database)
    names = (log, log.with_name(f"{database.name}-shm"), log.with_name(f"{database.name}-journal"))
    return [path for path in names if path.exists()]
