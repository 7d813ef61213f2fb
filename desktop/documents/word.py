"""Word: paragraphs, headings, lists and tables out of the zip's XML."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from desktop.documents.archive import Archive, attribute, local
from desktop.documents.formats import Format
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits

_BODY = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|berschrift|titre|titolo|kop|rubrik)\s*(\d)", re.IGNORECASE)


def read_word(path: Path, limits: Limits) -> DocumentText:
    """Return the document's text; tracked deletions and pictures are left out.

    Raises:
        DocumentError: it is damaged or too large.
    """
    out = MarkdownWriter(limits.characters)
    with Archive(path, limits.unpacked_bytes) as archive:
        styles = _heading_levels(archive.elements("word/styles.xml"))
        for name in _BODY:
            _Reader(out, styles).read(archive.elements(name))
        title = core_title(archive)
    return DocumentText(format=Format.WORD, text=out.text, title=title)


def core_title(archive: Archive) -> str:
    """Return the title among an Office document's properties; '' when it has none."""
    for event, element in archive.elements("docProps/core.xml"):
        if event == "end" and local(element) == "title":
            return (element.text or "").strip()
    return ""


class _Reader:
    """Turns the events of one part into Markdown; a nested table is read cell by cell."""

    def __init__(self, out: MarkdownWriter, styles: dict[str, int]) -> None:
        self._out = out
        self._styles = styles
        self._words: list[str] = []
        self._cells: list[str] = []
        self._rows = 0
        self._tables = 0
        self._level = 0
        self._list_level: int | None = None

    def read(self, events: Iterator[tuple[str, Element]]) -> None:
        for event, element in events:
            name = local(element)
            if event == "start":
                self._start(name)
            else:
                self._end(name, element)
                if name in {"p", "tr", "sectPr"}:
                    element.clear()  # its memory; what it said is written

    def _start(self, name: str) -> None:
        if name == "p" and not self._tables:
            self._words, self._level, self._list_level = [], 0, None
        elif name == "tbl":
            self._tables += 1
            self._rows = 0
        elif name == "tr" and self._tables == 1:
            self._cells = []
        elif name == "tc" and self._tables == 1:
            self._words = []

    def _end(self, name: str, element: Element) -> None:
        if name == "t":
            self._words.append(element.text or "")
        elif name in _BREAKS:
            self._words.append(_BREAKS[name])
        elif name == "pStyle":
            self._level = self._styles.get(attribute(element, "val"), 0)
        elif name == "ilvl":
            self._list_level = int(attribute(element, "val") or 0)
        elif name == "p":
            self._end_paragraph()
        else:
            self._end_of_table(name)

    def _end_paragraph(self) -> None:
        text = "".join(self._words)
        if self._tables:
            self._words.append(" ")
        elif self._level:
            self._out.heading(text, self._level)
        elif self._list_level is not None:
            self._out.item(text, self._list_level)
        else:
            self._out.end_list()
            self._out.paragraph(text)

    def _end_of_table(self, name: str) -> None:
        if name == "tc" and self._tables == 1:
            self._cells.append("".join(self._words))
        elif name == "tr" and self._tables == 1:
            self._out.row(self._cells, is_first=not self._rows)
            self._rows += 1
        elif name == "tbl":
            self._tables -= 1
            self._out.end_list()


def _heading_levels(events: Iterator[tuple[str, Element]]) -> dict[str, int]:
    """Map each heading's style, whose id depends on the language of Word, to its level."""
    levels: dict[str, int] = {}
    for event, element in events:
        if event == "end" and local(element) == "style":
            style = attribute(element, "styleId")
            for child in element.iter():
                if local(child) == "name" and (found := _HEADING.search(attribute(child, "val"))):
                    levels[style] = int(found[1])
                elif local(child) == "name" and attribute(child, "val").lower() == "title":
                    levels[style] = 1
                elif local(child) == "outlineLvl":
                    levels.setdefault(style, int(attribute(child, "val") or 0) + 1)
    return levels
