"""Turns sources into text that can be laid out: parses inline Markdown, colours code."""

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtGui import QTextCharFormat, QTextLayout

from desktop.ui.transcript.highlight import Colour, highlight
from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import CodeBlock, References
from desktop.ui.transcript.rich_text import RichText, compose, format_range, plain
from desktop.ui.transcript.style import Style

KEPT_CODES = 32
REST = 8
"""Code that grows is coloured again after a rest of this many times what it took."""


@dataclass(frozen=True, slots=True)
class _Coloured:
    """The code that was coloured last, and until when its growth is not coloured again."""

    language: str
    code: str
    colours: list[Colour]
    rests_until: float

    def continues_in(self, language: str, code: str) -> bool:
        return bool(self.code) and language == self.language and code.startswith(self.code)


class Typesetter:
    """One style with the parsers; keeps the colours of the last few code blocks."""

    def __init__(self, style: Style, markdown: Markdown) -> None:
        self.style = style
        self._markdown = markdown
        self._coloured: OrderedDict[tuple[str, str], list[Colour]] = OrderedDict()
        self.is_late = False  # some code was shown before its colours were known
        self._last = _Coloured("", "", [], 0.0)
        self._looks: dict[str, QTextCharFormat] = {}

    def inline(
        self, source: str, references: References, colour: str, *, keep_breaks: bool = False
    ) -> RichText:
        """Set a paragraph's inline Markdown in a text colour."""
        spans = self._markdown.spans(source, references, keep_breaks=keep_breaks)
        return compose(spans, self.style, colour)

    def bold(self, source: str, references: References, colour: str) -> RichText:
        """Set a table header's inline Markdown."""
        spans = self._markdown.spans(source, references)
        return compose([_bold(span) for span in spans], self.style, colour)

    def code(self, block: CodeBlock) -> tuple[RichText, bool]:
        """Set a piece of code, coloured as part of the whole; True if colours are still to come."""
        text = block.text.removesuffix("\n")
        colours, is_stale = self._colours(block.whole, block.language)
        start, end = block.offset, block.offset + len(text)
        first = max(0, bisect_left(colours, start, key=lambda colour: colour.start) - 1)
        looks: list[QTextLayout.FormatRange] = []
        for colour in colours[first:]:
            if colour.start >= end:
                break
            left, right = max(colour.start, start), min(colour.start + colour.length, end)
            if left < right:
                looks.append(format_range(left - start, right - left, self._look(colour.token)))
        return plain(text, looks), is_stale

    def _colours(self, code: str, language: str) -> tuple[list[Colour], bool]:
        key = (language, code)
        if key in self._coloured:
            return self._coloured[key], False
        last = self._last
        if last.continues_in(language, code) and perf_counter() < last.rests_until:
            self.is_late = True
            return last.colours, True
        start = perf_counter()
        colours = highlight(code, language)
        end = perf_counter()
        self._last = _Coloured(language, code, colours, end + REST * (end - start))
        self._coloured[key] = colours
        if len(self._coloured) > KEPT_CODES:
            self._coloured.popitem(last=False)
        return colours, False

    def _look(self, token: str) -> QTextCharFormat:
        if token not in self._looks:
            look = QTextCharFormat()
            look.setForeground(self.style.colour(getattr(self.style.tokens, token)))
            look.setFontItalic(token == "comment")  # noqa: S105 - a syntax token
            self._looks[token] = look
        return self._looks[token]


def _bold(span: Span) -> Span:
    return Span(span.text, True, span.italic, span.strike, span.code, span.faint, span.href)
