"""A file that conversations come from: what kind it is, and what is in it, under limits."""

import zipfile
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

from desktop.core.content import ImagePart
from desktop.core.errors import ImportFailed
from desktop.core.extras import Extras
from desktop.core.images import image_type
from desktop.documents.zips import DAMAGED, has_too_many_parts
from desktop.services.transfer import chatgpt, claude, codec
from desktop.services.transfer.extras_codec import extras_in
from desktop.services.transfer.json_stream import elements
from desktop.services.transfer.model import Found, Skipped
from desktop.services.transfer.values import mapping, text

MAX_UNPACKED = 8 * 1024**3
MAX_RATIO = 200
"""How many times larger than packed a list of conversations may be; text reaches 20."""
MAX_IMAGE = 20 * 1024**2
_ONLY_FROM = 16 * 1024**2  # bytes; small ones are harmless at any ratio
_BROKEN = (ValueError, OSError, RuntimeError, *DAMAGED)
"""What reading a damaged or locked archive raises; `RuntimeError` asks for a password."""


class Kind(StrEnum):
    """Whose export a file is."""

    PARLEY = "Parley"
    CHATGPT = "ChatGPT"
    CLAUDE = "Claude"


@dataclass(frozen=True, slots=True)
class Opened:
    """One conversation, or something that is none."""

    kind: Kind | None
    found: Found | None
    skipped: tuple[Skipped, ...] = ()


class Source:
    """A file opened for reading; use it in a `with`, in a thread.

    Raises, when it is opened and while it is read:
        ImportFailed: it is none that can be read, or it is damaged, or far too large.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._images: dict[str, zipfile.ZipInfo] = {}
        self._archive: zipfile.ZipFile | None = None
        self._head: dict[str, Any] = {}
        try:
            with ExitStack() as opening:
                self._open(opening)
                self._stack = opening.pop_all()
        except _BROKEN as error:
            raise _unreadable(path, _reason(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stack.close()

    def conversations(self) -> Generator[Opened]:
        """Give what is in it one after the other."""
        try:
            for file in self._lists():
                with file:
                    for record in elements(_Limited(file), self._head):
                        yield self._opened(record)
        except _BROKEN as error:
            raise _unreadable(self._path, _reason(error)) from error

    @property
    def extras(self) -> Extras:
        """What there is beside conversations, once the first of them was asked for."""
        return extras_in(self._head)

    def _open(self, opening: ExitStack) -> None:
        if self._path.exists() and not self._path.is_file():
            raise _unreadable(self._path, "it is no file")  # a pipe would be waited for
        if not zipfile.is_zipfile(self._path):
            return
        if has_too_many_parts(self._path):
            raise _refused(self._path, "it has far too many entries")
        self._archive = opening.enter_context(zipfile.ZipFile(self._path))
        entries = self._archive.infolist()
        names = [PurePosixPath(entry.filename).name for entry in entries]
        lists = [entry for entry in entries if _is_list(entry)]
        if len({entry.filename for entry in lists}) < len(lists):
            raise _refused(self._path, "a name appears in it twice")
        for entry in lists:
            ratio = entry.file_size / max(1, entry.compress_size)
            if entry.file_size > MAX_UNPACKED or (
                ratio > MAX_RATIO and entry.file_size > _ONLY_FROM
            ):
                raise _refused(self._path, "it would unpack to far more than it should")
        self._images = dict(zip(names, entries, strict=True))
        if not lists:
            raise _unreadable(self._path, "there is no list of conversations in it")

    def _lists(self) -> Generator[IO[bytes]]:
        if self._archive is None:
            yield self._path.open("rb")
            return
        lists = [entry for entry in self._archive.infolist() if _is_list(entry)]
        for entry in sorted(lists, key=lambda each: each.filename):
            yield self._archive.open(entry)

    def _opened(self, record: Any) -> Opened:
        values = mapping(record)
        title = text(values.get("title")) or text(values.get("name")) or "A conversation"
        try:
            if chatgpt.is_ours(values):
                return _good(Kind.CHATGPT, chatgpt.found_in(values, self._find_image))
            if claude.is_ours(values):
                return _good(Kind.CLAUDE, claude.found_in(values))
            if isinstance(values.get("messages"), list):
                found = codec.found_in(dict(values))
                return Opened(Kind.PARLEY, found, found.skipped)  # its messages may be deleted
        except ValueError as error:
            return Opened(None, None, (Skipped(what=f"“{title}”", why=str(error)),))
        return Opened(None, None, (Skipped(what=f"“{title}”", why="its format is not known"),))

    def _find_image(self, name: str) -> ImagePart | None:
        found = next((entry for key, entry in self._images.items() if key.startswith(name)), None)
        if self._archive is None or found is None or found.file_size > MAX_IMAGE:
            return None
        try:
            data = self._archive.read(found)
        except _BROKEN:
            return None
        media_type = image_type(data)
        return None if media_type is None else ImagePart(data, media_type)


class _Limited:
    """Counts what is unpacked: an entry may be larger than it claims."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MAX_UNPACKED

    def read(self, size: int, /) -> bytes:
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("it unpacks to far more than it should")
        return data


def _good(kind: Kind, found: Found) -> Opened:
    if found.messages:
        return Opened(kind, found, found.skipped)
    what = f"“{found.conversation.title}”"
    return Opened(kind, None, (*found.skipped, Skipped(what=what, why="it has no messages")))


def _is_list(entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename).name
    return name.startswith("conversations") and name.endswith(".json")


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _unreadable(path: Path, why: str) -> ImportFailed:
    return ImportFailed(
        f"{path.name} can't be imported: {why}.",
        cure="Choose the .zip as ChatGPT or Claude sent it, its conversations.json, or a JSON file "
        "that Parley exported.",
    )


def _refused(path: Path, why: str) -> ImportFailed:
    return ImportFailed(f"{path.name} is refused: {why}.", cure="Ask for the export once more.")
