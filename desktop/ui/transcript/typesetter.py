"""Turns sources into text that can be laid out: parses inline Markdown, colours code."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtGui import QTextCharFormat, QTextLayout

from desktop.ui.transcript.colourist import Colourist
from desktop.ui.transcript.formulas import Formulas
from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import CodeBlock, References
from desktop.ui.transcript.pictures import Pictures
from desktop.ui.transcript.rich_text import RichText, compose, format_range, plain
from desktop.ui.transcript.style import Style


class Typesetter:
    """One style with what is needed to set text in it."""

    def __init__(
        self, style: Style, markdown: Markdown, formulas: Formulas, pictures: Pictures
    ) -> None:
        self.style = style
        self._markdown = markdown
        self.colourist = Colourist()
        self.formulas = formulas
        self.pictures = pictures
        self._looks: dict[str, QTextCharFormat] = {}

    @property
    def is_late(self) -> bool:
        """Tell whether colours, formulas or pictures were asked for that are still to come."""
        return self.colourist.is_late or self.formulas.is_late or self.pictures.is_late

    def expect(self) -> None:
        """Have more of them made when they are asked for again."""
        self.colourist.is_late = self.formulas.is_late = self.pictures.is_late = False

    def inline(self, source: str, references: References, colour: str) -> RichText:
        """Set a paragraph's inline Markdown in a text colour."""
        return self.set(self._markdown.spans(source, references), colour)

    def set(self, spans: Iterable[Span], colour: str) -> RichText:
        """Set spans in a text colour, with their formulas."""
        return compose(spans, self.style, colour, self.formulas)

    def bold(self, source: str, references: References, colour: str) -> RichText:
        """Set a table header's inline Markdown."""
        spans = self._markdown.spans(source, references)
        return self.set([replace(span, bold=True) for span in spans], colour)

    def code(self, block: CodeBlock) -> tuple[RichText, bool]:
        """Set a piece of code, coloured as part of the whole; False if colours are still to come."""
        text = block.text.removesuffix("\n")
        colours, is_complete = self.colourist.colours(block.whole, block.language)
        start, end = block.offset, block.offset + len(text)
        first = max(0, bisect_left(colours, start, key=lambda colour: colour.start) - 1)
        looks: list[QTextLayout.FormatRange] = []
        for colour in colours[first:]:
            if colour.start >= end:
                break
            left, right = max(colour.start, start), min(colour.start + colour.length, end)
            if left < right:
                looks.append(format_range(left - start, right - left, self._look(colour.token)))
        return plain(text, looks), is_complete

    def _look(self, name: str) -> QTextCharFormat:
        if name not in self._looks:
            look = QTextCharFormat()
            look.setForeground(self.style.colour(getattr(self.style.tokens, name)))
            look.setFontItalic(name == "comment")
            self._looks[name] = look
        return self._looks[name]
