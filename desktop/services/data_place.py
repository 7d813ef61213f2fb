"""Where the data is and how much it takes, for the page Data."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.storage.backup import Backup, backups
from desktop.storage.paths import Paths

_PARTS_OF_A_DATABASE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """The database with what SQLite keeps beside it; `size` is in bytes, backups newest first."""

    database: Path
    size: int
    backups_folder: Path
    backups: Sequence[Backup]
    log_folder: Path


class DataPlace:
    """Looks at what is on the disk."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    async def look(self) -> DataView:
        """Return what is there now; a file that vanishes meanwhile is left out."""
        return await asyncio.to_thread(self._look)

    def _look(self) -> DataView:
        database = self._paths.database
        parts = [database.with_name(database.name + end) for end in _PARTS_OF_A_DATABASE]
        return DataView(
            database=database,
            size=sum(_size(part) for part in parts),
            backups_folder=self._paths.backups,
            backups=backups(self._paths.backups),
            log_folder=self._paths.log,
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
