"""The parts of a zipped document, never more than the limit of bytes unpacked."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.zips import open_zip

ENCRYPTED_BIT = 0x1


class Archive:
    """An opened zip; use it in a `with`. All parts together count against `limit` bytes."""

    def __init__(self, path: Path, limit: int) -> None:
        self._limit = limit
        self._zip = open_zip(path)
        self.names = frozenset(self._zip.namelist())
        if any(entry.flag_bits & ENCRYPTED_BIT for entry in self._zip.infolist()):
            raise DocumentError(
                "It is protected with a password.",
                fault=DocumentFault.ENCRYPTED,
                cure="Save a copy without a password.",
            )
        # What a part claims is checked before anything is unpacked, what it really
        # unpacks to while it is.
        if sum(entry.file_size for entry in self._zip.infolist()) > limit:
            raise self._too_large()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """Return a part whole; b'' when there is none.

        Raises:
            DocumentError: it is damaged or too large.
        """
        if name not in self.names:
            return b""
        with self._zip.open(name) as part:
            return _Counted(part, self).read()

    def elements(self, name: str) -> Iterator[tuple[str, Element]]:
        """Parse a part as XML and give its `start` and `end` events; none when it is missing.

        Raises:
            DocumentError: it is damaged, too large, or has a document type, with which XML
                can be made to read other files or to grow without end.
        """
        if name not in self.names:
            return
        parse: Any = iterparse
        try:
            with self._zip.open(name) as part:
                yield from parse(_Counted(part, self), ("start", "end"), forbid_dtd=True)
        except (ParseError, DefusedXmlException) as error:
            raise DocumentError(
                f"It is damaged: its part {name} is no proper XML.",
                fault=DocumentFault.DAMAGED,
                cure="Save it once more from the program that made it.",
            ) from error

    def spend(self, count: int) -> None:
        """Count bytes that were unpacked.

        Raises:
            DocumentError: it is more than the limit.
        """
        self._limit -= count
        if self._limit < 0:
            raise self._too_large()

    def _too_large(self) -> DocumentError:
        return DocumentError(
            "It unpacks to far more than its size: it may be made to fill the memory.",
            fault=DocumentFault.TOO_LARGE,
            cure="Leave it out, unless you know what is in it.",
        )


class _Counted(io.RawIOBase):
    """A part that counts what is read of it."""

    def __init__(self, part: IO[bytes], archive: Archive) -> None:
        super().__init__()
        self._part = part
        self._archive = archive

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces: list[bytes] = []
        while size < 0 or not pieces:
            piece = self._part.read(65_536 if size < 0 else size)
            self._archive.spend(len(piece))
            if not piece:
                break
            pieces.append(piece)
        return b"".join(pieces)


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name without namespace; '' when it has none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""
