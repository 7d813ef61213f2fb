"""Space kept free for the moment in which the disk is full.

A full SQLite database can't even delete: its journal needs room. The reserve is a file that
gives its room back when that happens, so that what is being written can still be stored.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

SIZE = 8 * 1024 * 1024
PLENTY = 10 * SIZE
"""Bytes that must be free before the reserve is made: it must not be what fills the disk."""


class Reserve:
    """The file at `path`, of `SIZE` bytes while there is plenty of room."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill(self) -> bool:
        """Make the file where there is plenty of room; tell whether it is there."""
        if self._path.exists():
            return True
        with suppress(OSError):
            if shutil.disk_usage(self._path.parent).free >= PLENTY:
                # Random, because some file systems keep no room for zeros.
                self._path.write_bytes(os.urandom(SIZE))
        return self._path.exists()

    def release(self) -> bool:
        """Give the room back; False when there is none to give."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
