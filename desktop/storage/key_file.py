"""The master key in a private file, where the user chose that over a keyring."""

import os
from pathlib import Path

from desktop.storage.atomic import beside, publish
from desktop.storage.errors import file_errors


def read(path: Path) -> str | None:
    """Return what the file holds; None when there is none.

    Raises:
        DataNotWritable: the system refuses to read it.
    """
    with file_errors(path):
        try:
            return path.read_bytes().decode("ascii", "replace")
        except FileNotFoundError:
            return None


def create(path: Path, content: str) -> str:
    """Make the file, readable by the user only, and return what it holds.

    A file that is there already is kept and its content returned: it may be the only key
    that opens something.

    Raises:
        DataNotWritable, DiskFull: it can't be made.
    """
    temporary = beside(path)
    with file_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(content)
            publish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    return read(path) or ""
