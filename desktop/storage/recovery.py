"""A damaged database replaced by the newest good copy and all that can still be read of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import BackupFailed
from desktop.storage import schema
from desktop.storage.atomic import put_in_place, unfinished
from desktop.storage.backup import Backup, backups, copy_database
from desktop.storage.errors import database_errors
from desktop.storage.file_errors import file_errors
from desktop.storage.paths import Paths
from desktop.storage.quarantine import put_aside, quarantine_directory
from desktop.storage.restore import restorable
from desktop.storage.salvage import Salvaged, salvage


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a recovery did: from which copy, what was added, where the damaged files are."""

    backup: Backup | None
    salvaged: Salvaged
    quarantine: Path


def newest_good_backup(directory: Path, beside: Path) -> Backup | None:
    """Return the newest copy that can be restored; each is tried, `beside` the database."""
    for backup in backups(directory):
        try:
            with restorable(backup.path, beside):
                return backup
        except BackupFailed:
            continue
    return None


def recover(paths: Paths) -> Recovery:
    """Replace the database by a good one; the damaged files are put aside together.

    Whatever ends this half-way leaves the damaged database where it was.

    Raises:
        StorageError: there is no room, or the directory can't be written.
    """
    backup = newest_good_backup(paths.backups, paths.database)
    with (
        database_errors(paths.database),
        file_errors(paths.database),
        unfinished(paths.database) as ready,
    ):
        if backup is None:
            schema.make(ready)
        else:
            with restorable(backup.path, paths.database) as copy:
                copy_database(copy, ready)
        # SQLite deletes the journal of an empty file.
        is_empty = not paths.database.stat().st_size
        salvaged = Salvaged() if is_empty else salvage(paths.database, ready)
        directory = quarantine_directory(paths.data)
        put_aside(paths.database, directory)
        _forget_vectors(paths.vectors)
        put_in_place(ready, paths.database)
    return Recovery(backup=backup, salvaged=salvaged, quarantine=directory)


def _forget_vectors(folder: Path) -> None:
    """Let them be read anew: numbers that the damaged database gave are given once more."""
    if folder.exists():
        shutil.rmtree(folder)
