"""Files that appear under their name whole or not at all."""

import os
from pathlib import Path
from uuid import uuid4


def beside(target: Path) -> Path:
    """Return a name in the same directory that nobody else uses."""
    return target.with_name(f".{target.name}.{uuid4().hex}.new")


def publish(temporary: Path, target: Path) -> bool:
    """Give a finished file its name; False, and nothing changed, when the name is taken."""
    try:
        return _claim(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _claim(temporary: Path, target: Path) -> bool:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:  # this file system has no hard links
        if target.exists():
            return False
        temporary.rename(target)
    _sync_directory(target.parent)
    return True


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # Windows can't open a directory
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
