"""PDF by pypdf."""

import time
from pathlib import Path

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, EmptyFileError, LimitReachedError, PyPdfError

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.formats import Format
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits

MAX_PAGES = 20_000
_SHARE = 0.75
"""Of the time for a file: after it no more pages are begun, so that those read are kept."""

_SHOWN = 10  # page numbers


def read_pdf(path: Path, limits: Limits) -> DocumentText:
    """Return the text of all pages; a page that is only a picture has none.

    Raises:
        DocumentError: it needs a password, is damaged, or has too much in it.
    """
    try:
        with PdfReader(path, strict=False) as reader:
            _unlock(reader)
            return _read(reader, MarkdownWriter(limits.characters), limits.seconds * _SHARE)
    except LimitReachedError as error:
        raise DocumentError(
            "It unpacks to far more than its size: it may be made to fill the memory.",
            fault=DocumentFault.TOO_LARGE,
            cure="Leave it out, unless you know what is in it.",
        ) from error
    except EmptyFileError as error:
        raise _damaged() from error
    except PyPdfError as error:
        raise _damaged() from error


def _unlock(reader: PdfReader) -> None:
    """Open what is sealed with an empty password, as every PDF viewer does."""
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("") is not PasswordType.NOT_DECRYPTED
    except DependencyError:
        opened = False
    if not opened:
        raise DocumentError(
            "It is protected with a password.",
            fault=DocumentFault.ENCRYPTED,
            cure="Save a copy without a password.",
        )


def _read(reader: PdfReader, out: MarkdownWriter, seconds: float) -> DocumentText:
    without: list[int] = []
    started = time.monotonic()
    count, number = len(reader.pages), 0
    while number < min(count, MAX_PAGES) and (not number or time.monotonic() - started < seconds):
        number += 1
        text = reader.pages[number - 1].extract_text()
        if text.strip():
            out.place(f"page {number}")
            out.paragraph(text)
        else:
            without.append(number)
    if out.is_empty:
        raise DocumentError(
            "Its pages are pictures; there is no text in it.",
            fault=DocumentFault.NO_TEXT,
            cure="Let a program for text recognition (OCR) add the text.",
        )
    metadata = reader.metadata
    return DocumentText(
        format=Format.PDF,
        text=out.text,
        title=(metadata.title or "") if metadata is not None else "",
        places=tuple(out.places),
        notes=tuple(_notes(without, number, count)),
    )


def _notes(without: list[int], read: int, count: int) -> list[str]:
    notes: list[str] = []
    if without:
        shown = ", ".join(map(str, without[:_SHOWN])) + (", …" if len(without) > _SHOWN else "")
        notes.append(f"There is no text on {len(without)} of its {count} pages: {shown}.")
    if read < count:
        notes.append(f"It has {count:,} pages, too many to read; the first {read:,} were.")
    return notes


def _damaged() -> DocumentError:
    return DocumentError(
        "It is damaged: it begins like a PDF but can't be read as one.",
        fault=DocumentFault.DAMAGED,
        cure="Copy or download it once more.",
    )
