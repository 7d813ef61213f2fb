"""OpenDocument: text, spreadsheets and presentations of LibreOffice and others."""

from pathlib import Path
from xml.etree.ElementTree import Element

from desktop.documents.archive import Archive, attribute, local
from desktop.documents.formats import Format
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits

_CONTENT = "content.xml"
_REPEATED = 50  # a repeated cell is written so often at most: empty ones fill whole rows
_SKIPPED = frozenset({"tracked-changes", "annotation", "sequence-decls", "forms"})


def read_opendocument(path: Path, limits: Limits, form: Format) -> DocumentText:
    """Return the document's text; tracked deletions, comments and pictures are left out.

    Raises:
        DocumentError: it is damaged, too large or sealed with a password.
    """
    reader = _Reader(MarkdownWriter(limits.characters))
    with Archive(path, limits.unpacked_bytes) as archive:
        for event, element in archive.elements(_CONTENT):
            if event == "start":
                reader.start(element)
            else:
                reader.end(element)
        title = _title(archive)
    out = reader.out
    return DocumentText(format=form, text=out.text, title=title, places=tuple(out.places))


def _title(archive: Archive) -> str:
    for event, element in archive.elements("meta.xml"):
        if event == "end" and local(element) == "title":
            return (element.text or "").strip()
    return ""


class _Reader:
    """Writes each paragraph when it ends; inside a table they become cells."""

    def __init__(self, out: MarkdownWriter) -> None:
        self.out = out
        self._depth_of_list = 0
        self._tables = 0
        self._skipped = 0
        self._slides = 0
        self._has_sheets = False
        self._rows = 0
        self._cells: list[str] = []
        self._cell: list[str] = []

    def start(self, element: Element) -> None:
        name = local(element)
        if name in _SKIPPED:
            self._skipped += 1
        elif name == "list":
            self._depth_of_list += 1
        elif name == "table":
            self._start_table(element)
        elif name == "table-row":
            self._cells = []
        elif name == "table-cell":
            self._cell = []
        elif name == "spreadsheet":
            self._has_sheets = True
        elif name == "page" and "drawing" in element.tag:
            self._slides += 1
            self.out.place(f"slide {self._slides}")

    def end(self, element: Element) -> None:
        name = local(element)
        if name in _SKIPPED:
            self._skipped -= 1
            element.clear()
        elif name in {"p", "h"}:
            if not self._skipped:
                self._write(name, element)
            element.clear()
        elif name == "list":
            self._depth_of_list -= 1
            self.out.end_list()
        elif "table" in name:
            self._end_of_table(name, element)

    def _start_table(self, element: Element) -> None:
        self._tables += 1
        self._rows = 0
        self.out.end_list()
        if self._has_sheets and (name := attribute(element, "name")):
            self.out.place(f"sheet {name}")
            self.out.heading(name, 2)

    def _write(self, name: str, element: Element) -> None:
        text = _words(element)
        if self._tables:
            self._cell.append(text)
        elif name == "h":
            self.out.heading(text, int(attribute(element, "outline-level") or 1))
        elif self._depth_of_list:
            self.out.item(text, self._depth_of_list - 1)
        else:
            self.out.paragraph(text)

    def _end_of_table(self, name: str, element: Element) -> None:
        if name == "table-cell":
            times = int(attribute(element, "number-columns-repeated") or 1)
            self._cells += [" ".join(self._cell)] * min(times, _REPEATED)
        elif name == "table-row":
            if any(self._cells):
                self.out.row(self._cells, is_first=not self._rows)
                self._rows += 1
            element.clear()
        elif name == "table":
            self._tables -= 1
            self.out.end_list()


def _words(element: Element) -> str:
    """Return a paragraph's text; spaces and breaks are elements of their own."""
    pieces = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "s":
            pieces.append(" ")
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name not in _SKIPPED and name not in {"p", "h"}:
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
