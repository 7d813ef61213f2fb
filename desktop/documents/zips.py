"""Zips whose list of parts is looked at before it is read."""

import struct
import zipfile
import zlib
from pathlib import Path

from desktop.core.errors import DocumentError, DocumentFault

DIRECTORY_BYTES = 10_000_000
"""The most that a zip's list of parts may take: a hundred thousand of them."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What reading a damaged zip raises; the last is `zipfile`'s for a packing it does not know."""

# The record at the end of each zip, and the larger one that stands before its locator (20
# bytes) where a zip has many parts: APPNOTE.TXT, 4.3.14 to 4.3.16.
_END, _LONG_END = b"PK\5\6", b"PK\6\6"
_END_BYTES, _LONG_END_BYTES, _LOCATOR_BYTES = 22, 56, 20
_COMMENT_BYTES = 65_535


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip.

    Raises:
        DocumentError: it has so many parts that its list alone would fill the memory.
        zipfile.BadZipFile: it is damaged.
    """
    if has_too_many_parts(path):
        raise DocumentError(
            "It has far more parts than any document: it may be made to fill the memory.",
            fault=DocumentFault.TOO_LARGE,
            cure="Leave it out, unless you know what is in it.",
        )
    return zipfile.ZipFile(path)


def has_too_many_parts(path: Path) -> bool:
    """Tell whether the list of a zip's parts is larger than any that is meant to be read."""
    return _directory_bytes(path) > DIRECTORY_BYTES


def _directory_bytes(path: Path) -> int:
    """Return what the list of parts claims to take; 0 where the zip has no end."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _COMMENT_BYTES - _END_BYTES - _LOCATOR_BYTES - _LONG_END_BYTES))
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_BYTES:
        return 0
    (claimed,) = struct.unpack_from("<L", tail, end + 12)
    long_end = end - _LOCATOR_BYTES - _LONG_END_BYTES
    if long_end >= 0 and tail.startswith(_LONG_END, long_end):
        (claimed,) = struct.unpack_from("<Q", tail, long_end + 40)
    return claimed
