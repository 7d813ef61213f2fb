"""The documents that a folder holds, told a few at a time."""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator, Generator, Sequence
from itertools import islice
from pathlib import Path

from desktop.core.library import FileState
from desktop.documents.formats import SUFFIXES

MAX_FILES = 300_000
"""Documents that are taken of one folder."""

BATCH = 200
"""Files looked at in one go: a few milliseconds in a thread."""

Seen = tuple[str, int, int]
"""A file on the disk: its path, its size in bytes, its last change in nanoseconds."""

_SKIPPED = frozenset(
    {"node_modules", "__pycache__", "venv", "site-packages", "target", "build", "dist"}
)


class NotReached(Exception):
    """The files can't be told; the text says why in a sentence about "it"."""


class TooMany(Exception):
    """There are more than `MAX_FILES`; those were told."""


async def scan(path: Path) -> AsyncGenerator[list[Seen]]:
    """Give the documents at `path`, a file or a folder; no link is followed.

    Raises:
        NotReached: they can't be told, or can't any more.
        TooMany: after the first `MAX_FILES`.
    """
    found, room = _documents(path), MAX_FILES
    try:
        while batch := await asyncio.to_thread(_take, found):
            yield batch[:room]
            if len(batch) > room:
                raise TooMany
            room -= len(batch)
    finally:
        await asyncio.to_thread(found.close)


def files_among(paths: Sequence[Path]) -> list[FileState | None]:
    """Return the state of each path that is a file now, None for all else."""
    return [_file(path) for path in paths]


def _file(path: Path) -> FileState | None:
    try:
        found = path.stat()
    except OSError:
        return None
    is_file = stat.S_ISREG(found.st_mode)
    return FileState(path, found.st_size, found.st_mtime_ns) if is_file else None


def _take(found: Generator[Seen]) -> list[Seen]:
    try:
        return list(islice(found, BATCH))
    except FileNotFoundError as error:
        raise NotReached("It is not there now; what was read of it is kept.") from error
    except OSError as error:
        raise NotReached(f"It can't be read: {error.strerror or 'the system refused'}.") from error


def _documents(path: Path) -> Generator[Seen]:
    # Below it no `Path` is made: a hundred thousand of them take half a second.
    if path.is_file():
        yield _seen(str(path), path.stat())
        return
    for entry in _walk(str(path)):
        try:
            yield _seen(entry.path, entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            continue  # deleted a moment ago


def _walk(folder: str) -> Generator[os.DirEntry[str]]:
    """Give the documents below `folder`; folders that may not be read are left out."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            entries = os.scandir(current)
        except (PermissionError, FileNotFoundError):
            if current == folder:
                raise
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                        waiting.append(entry.path)
                elif _is_document(entry):
                    yield entry


def _is_document(entry: os.DirEntry[str]) -> bool:
    suffix = "." + entry.name.rpartition(".")[2].lower()
    visible = not entry.name.startswith((".", "~$"))
    return visible and suffix in SUFFIXES and entry.is_file(follow_symlinks=False)


def _seen(path: str, found: os.stat_result) -> Seen:
    return path, found.st_size, found.st_mtime_ns
