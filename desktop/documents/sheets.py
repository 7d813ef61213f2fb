"""Excel by openpyxl: each sheet as a table, formulas by the value last computed."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.archive import Archive
from desktop.documents.formats import Format
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits

MAX_ROWS = 200_000
"""Rows of one sheet: a sheet may claim a million empty ones."""


def read_sheets(path: Path, limits: Limits) -> DocumentText:
    """Return the cells of all sheets.

    Raises:
        DocumentError: it is damaged or too large.
    """
    with Archive(path, limits.unpacked_bytes):
        pass  # only for its checks: openpyxl opens the file itself
    out = MarkdownWriter(limits.characters)
    notes: list[str] = []
    try:
        with path.open("rb") as file:  # by its name openpyxl would refuse some
            book: Any = openpyxl.load_workbook(
                file, read_only=True, data_only=True, keep_links=False
            )
            for sheet in book.worksheets:
                _read_sheet(sheet, out, notes)
            title = book.properties.title or ""
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise DocumentError(
            "It is damaged: it begins like an Excel file but can't be read as one.",
            fault=DocumentFault.DAMAGED,
            cure="Save it once more from the program that made it.",
        ) from error
    return DocumentText(
        format=Format.EXCEL,
        text=out.text,
        title=title,
        places=tuple(out.places),
        notes=tuple(notes),
    )


def _read_sheet(sheet: Any, out: MarkdownWriter, notes: list[str]) -> None:
    out.place(f"sheet {sheet.title}")
    out.heading(sheet.title, 2)
    is_first = True
    sheet.reset_dimensions()  # they may lie, either way
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number == MAX_ROWS:
            notes.append(f"The first {MAX_ROWS:,} rows of its sheet {sheet.title} were read.")
            break
        cells = ["" if value is None else str(value) for value in row]
        if any(cells):
            out.row(cells, is_first=is_first)
            is_first = False
    out.end_list()
