"""Which format a file has: its content decides, its name only where the content can't."""

import re
from enum import StrEnum
from pathlib import Path

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.zips import DAMAGED, open_zip


class Format(StrEnum):
    """What can be read, as it is shown."""

    PDF = "PDF"
    WORD = "Word"
    POWERPOINT = "PowerPoint"
    EXCEL = "Excel"
    OPEN_TEXT = "OpenDocument text"
    OPEN_SHEET = "OpenDocument spreadsheet"
    OPEN_SLIDES = "OpenDocument presentation"
    EPUB = "EPUB"
    HTML = "HTML"
    MARKDOWN = "Markdown"
    CSV = "CSV"
    CODE = "Code"
    TEXT = "Text"


_CODE = (
    ".bash .bat .c .cc .cfg .clj .cmake .conf .cpp .cs .css .cu .dart .diff .ex .exs .fish .fs .go "
    ".gradle .graphql .h .hpp .hs .ini .ipynb .java .jl .js .json .jsonl .jsx .kt .lisp .lua .m "
    ".mjs .ml .nim .nix .patch .php .pl .proto .ps1 .py .pyi .r .rb .rs .scala .scss .sh .sql "
    ".svelte .swift .tex .tf .toml .ts .tsx .v .vb .vhd .vue .xml .yaml .yml .zig .zsh"
)
CODE_SUFFIXES = frozenset(_CODE.split())
_BY_SUFFIX = {
    ".pdf": Format.PDF,
    ".docx": Format.WORD,
    ".docm": Format.WORD,
    ".pptx": Format.POWERPOINT,
    ".pptm": Format.POWERPOINT,
    ".xlsx": Format.EXCEL,
    ".xlsm": Format.EXCEL,
    ".odt": Format.OPEN_TEXT,
    ".ods": Format.OPEN_SHEET,
    ".odp": Format.OPEN_SLIDES,
    ".epub": Format.EPUB,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".rst": Format.TEXT,
    ".org": Format.TEXT,
    ".adoc": Format.TEXT,
    ".log": Format.TEXT,
}
SUFFIXES = frozenset(_BY_SUFFIX) | CODE_SUFFIXES
"""The names' endings that are taken from a folder."""

OPENABLE = frozenset(_BY_SUFFIX)
"""The endings of files that may be handed to the system to open: it runs some kinds of code."""

PLAIN = frozenset({Format.MARKDOWN, Format.CSV, Format.CODE, Format.TEXT})
"""Formats that need no parser."""

_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": Format.OPEN_TEXT,
    "application/vnd.oasis.opendocument.spreadsheet": Format.OPEN_SHEET,
    "application/vnd.oasis.opendocument.presentation": Format.OPEN_SLIDES,
    "application/epub+zip": Format.EPUB,
}
_PARTS = {
    "word/document.xml": Format.WORD,
    "ppt/presentation.xml": Format.POWERPOINT,
    "xl/workbook.xml": Format.EXCEL,
    "META-INF/container.xml": Format.EPUB,
}
_HEAD_BYTES = 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)


def format_of(path: Path) -> Format:
    """Tell the format of the file at `path`; it reads no more than the beginning.

    Raises:
        DocumentError: it is of a kind that can't be read; says which.
        OSError: the file can't be opened.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if b"%PDF-" in head:
        return Format.PDF
    if head.startswith(b"PK\x03\x04"):
        return _format_of_zip(path)
    if head.startswith(_OLD_OFFICE):
        raise _old_office(path)
    if head.startswith(b"{\\rtf"):
        raise _unsupported("It is in Rich Text Format, which can't be read.", "Save it as .docx.")
    if _HTML_START.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Format.HTML
    return _format_of_text(path, head)


def _format_of_text(path: Path, head: bytes) -> Format:
    named = _BY_SUFFIX.get(path.suffix.lower())
    if named is not None and (named in PLAIN or named is Format.HTML):
        return named
    if named is not None and head:
        raise DocumentError(
            f"It is not a {named} file, whatever its name says.",
            fault=DocumentFault.DAMAGED,
            cure="Save it once more from the program that made it.",
        )
    return Format.CODE if path.suffix.lower() in CODE_SUFFIXES else Format.TEXT


def _format_of_zip(path: Path) -> Format:
    try:
        with open_zip(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < _HEAD_BYTES:
                mimetype = archive.read("mimetype").decode("ascii", "replace").strip()
                if found := _MIMETYPES.get(mimetype):
                    return found
    except (*DAMAGED, RuntimeError) as error:
        raise DocumentError(
            "It is damaged: it begins like an Office file but can't be unpacked.",
            fault=DocumentFault.DAMAGED,
            cure="Copy or download it once more.",
        ) from error
    for part, found in _PARTS.items():
        if part in names:
            return found
    raise _unsupported("It is an archive, not a document.", "Unpack it and add what is inside.")


def _old_office(path: Path) -> DocumentError:
    if path.suffix.lower() in {".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".pptm"}:
        return DocumentError(
            "It is protected with a password.",
            fault=DocumentFault.ENCRYPTED,
            cure="Save a copy without a password.",
        )
    return _unsupported(
        "It is in the format of Office before 2007, which can't be read.",
        "Save it as .docx, .xlsx or .pptx.",
    )


def _unsupported(message: str, cure: str) -> DocumentError:
    return DocumentError(message, fault=DocumentFault.UNSUPPORTED, cure=cure)
