"""An older state of the database put in the place of the present one, in one transaction."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from desktop.core.errors import BackupFailed, StorageError
from desktop.storage import schema
from desktop.storage.atomic import unfinished
from desktop.storage.backup import copy_database
from desktop.storage.errors import database_errors
from desktop.storage.file_errors import file_errors

_PATIENCE = 10.0  # seconds to wait for other programs to let go of the database


@contextmanager
def restorable(copy: Path, beside: Path) -> Generator[Path]:
    """Give a verified copy of `copy`, brought up to date, that is gone afterwards.

    It is made beside the file `beside`. `copy` itself is only read.

    Raises:
        BackupFailed: it can't be put back: damaged, foreign or from a newer Parley.
        StorageError: there is no room for it.
    """
    with file_errors(beside), unfinished(beside) as ready:
        _check(copy)
        with database_errors(beside):
            copy_database(copy, ready)
        if schema.revision_of(ready) != schema.HEAD:
            schema.upgrade(ready)
        yield ready


def overwrite(database: Path, state: Path) -> None:
    """Make `database`, which may be in use, hold what `state` holds, whole or not at all.

    `state` is a copy of its own, that may be changed.

    Raises:
        StorageError: it failed and nothing was changed.
    """
    deadline = time.monotonic() + _PATIENCE

    def progress(status: int, _remaining: int, _total: int) -> None:
        # Python tries for ever while another program writes.
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > deadline:
            raise StorageError(
                f"Another program is using {database}.",
                cure="Close it and try again; nothing was changed.",
            )

    with (
        database_errors(database),
        closing(schema.connect(state)) as source,
        closing(schema.connect(database)) as target,
    ):
        _count_on(source, target)
        target.execute("PRAGMA synchronous=FULL")
        # All pages in one step: that is one write transaction.
        source.backup(target, pages=-1, progress=progress, sleep=0.1)


def _count_on(state: sqlite3.Connection, database: sqlite3.Connection) -> None:
    """Let ids that count up go on where they are now: files beside the database know them."""
    for count, name in database.execute("SELECT seq, name FROM sqlite_sequence").fetchall():
        state.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (count, name))
        state.execute(
            "INSERT INTO sqlite_sequence(seq, name) SELECT ?1, ?2 "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?2)",
            (count, name),
        )


def _check(copy: Path) -> None:
    try:
        revision = schema.revision_of(copy)
    except StorageError as error:
        raise BackupFailed(
            f"That copy can't be restored. {error.message}",
            cure="Choose another one; nothing was changed.",
        ) from error
    if revision is None:
        raise BackupFailed("That copy is gone.", cure="Choose another one; nothing was changed.")
