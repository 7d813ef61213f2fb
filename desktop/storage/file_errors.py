"""What the operating system refuses, in our terms."""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from desktop.core.errors import DataNotWritable, DiskFull, StorageError


@contextmanager
def file_errors(path: Path) -> Generator[None]:
    """Turn what the system refuses at `path` into ours."""
    try:
        yield
    except OSError as error:
        raise file_error(error, path) from error


def file_error(error: OSError, path: Path) -> StorageError:
    """Return what the system refused at `path`, in plain words."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(path)
    reason = (error.strerror or type(error).__name__).lower()
    return DataNotWritable(
        f"Parley can't use {path}: {reason}.",
        cure="Check that it belongs to you and can be written, or start Parley with --home and "
        "another directory.",
    )


def disk_full(path: Path) -> DiskFull:
    """Say that nothing more fits where `path` is."""
    return DiskFull(
        f"There is no space left on the disk that holds {path}.",
        cure="Free some space and try again; what was stored before is intact.",
    )
