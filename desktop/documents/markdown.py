"""Builds a document's Markdown piece by piece and notes where its pages begin."""

import re

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.model import Place

_SPACES = re.compile(r"[^\S\n]+")
_FENCE = re.compile(r"`{3,}")
_CELLS = 200  # a wider table is a sheet of figures; what is right of it says little


class MarkdownWriter:
    """Takes headings, paragraphs and tables; stops when the text is longer than `limit`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[str] = []
        self._length = 0
        self.places: list[Place] = []

    @property
    def text(self) -> str:
        """What was written so far."""
        return "".join(self._pieces)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written yet."""
        return not self._length

    def place(self, name: str) -> None:
        """Let a page, a slide or a sheet begin here."""
        self.places.append(Place(self._length, name))

    def heading(self, text: str, level: int) -> None:
        """Add a heading of `level` 1 to 6."""
        if words := one_line(text):
            self._add(f"{'#' * min(max(level, 1), 6)} {words}\n\n")

    def paragraph(self, text: str) -> None:
        """Add a paragraph; its line breaks stay."""
        if words := tidy(text):
            self._add(f"{words}\n\n")

    def item(self, text: str, level: int = 0) -> None:
        """Add a list item; `level` 0 is the outermost."""
        if words := one_line(text):
            self._add(f"{'  ' * level}- {words}\n")

    def end_list(self) -> None:
        """Set the list off from what follows."""
        if self._pieces and self._pieces[-1] != "\n" and not self._pieces[-1].endswith("\n\n"):
            self._add("\n")

    def code(self, text: str) -> None:
        """Add a code block; its spaces stay."""
        if text.strip():
            ticks = "`" * max(3, *(len(run) + 1 for run in _FENCE.findall(text)), 3)
            self._add(f"{ticks}\n{text.strip(chr(10))}\n{ticks}\n\n")

    def row(self, cells: list[str], *, is_first: bool = False) -> None:
        """Add a table's row; empty cells at its end are left out."""
        kept = [one_line(cell).replace("|", r"\|") for cell in cells[:_CELLS]]
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            self._add(f"| {' | '.join(kept)} |\n")
            if is_first:
                self._add(f"|{' --- |' * len(kept)}\n")

    def _add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > self._limit:
            raise DocumentError(
                f"Its text is longer than {self._limit:,} characters.",
                fault=DocumentFault.TOO_LARGE,
                cure="Split the file into parts.",
            )
        self._pieces.append(piece)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return " ".join(text.split())


def tidy(text: str) -> str:
    """Return `text` without needless spaces; its lines stay."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(lines).strip("\n")
