"""Files that appear under their name whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


@contextmanager
def unfinished(target: Path) -> Generator[Path]:
    """Give an empty file beside `target`, readable by the user only; it is gone afterwards."""
    temporary = target.with_name(f".{target.name}.{uuid4().hex}.new")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink()


def remove_leftovers(directory: Path, names: str) -> None:
    """Remove what a crash left unfinished of files with such names, a pattern of `glob`.

    Call it while nobody makes such files. Raises:
        OSError: one can't be removed.
    """
    for path in directory.glob(f".{names}.*.new*"):
        path.unlink(missing_ok=True)


def publish(temporary: Path, target: Path) -> bool:
    """Give a finished file its name; False, and nothing changed, when the name is taken."""
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


def write_whole(target: Path, content: bytes) -> None:
    """Give `target` this content, whole or not at all; readable by the user only.

    Raises:
        OSError: it failed and `target` is as it was.
    """
    with unfinished(target) as temporary:
        temporary.write_bytes(content)
        put_in_place(temporary, target)


def put_in_place(temporary: Path, target: Path) -> None:
    """Give a finished file its name, in the place of what has that name."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    _sync_directory(target.parent)


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # Windows can't open a directory
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
