"""Text as it is set: what is displayed, how it looks, and what it stood for in the source."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtGui import QColor, QTextCharFormat, QTextLayout

from desktop.ui.transcript.formula import Formula
from desktop.ui.transcript.formulas import Formulas
from desktop.ui.transcript.inline import LINE_BREAK, Span
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.visible import code_point, hidden_characters

PAD = "\u00a0"
"""A narrow no-break space inside an inline code pill; it belongs to the look, not the text."""


@dataclass(frozen=True, slots=True)
class Link:
    """Displayed characters [start, end) that lead somewhere."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class PlacedFormula:
    """A formula instead of the displayed character at `position`."""

    position: int
    formula: Formula
    colour: QColor


@dataclass(slots=True)
class RichText:
    """A paragraph ready to be laid out; all positions count displayed characters.

    It `is_late` while a formula is still being set; there is room left for it.
    """

    text: str = ""
    formats: list[QTextLayout.FormatRange] = field(default_factory=list[QTextLayout.FormatRange])
    pills: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    links: list[Link] = field(default_factory=list[Link])
    stand_ins: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    objects: list[PlacedFormula] = field(default_factory=list[PlacedFormula])
    is_late: bool = False

    def original(self, start: int, end: int) -> str:
        """Return what the author wrote where the display shows [start, end)."""
        parts: list[str] = []
        position = start
        first = bisect_left(self.stand_ins, (start, "", ""))
        for at, shown, meant in self.stand_ins[first:]:
            if at >= end:
                break
            parts.extend((self.text[position:at], meant))
            position = at + len(shown)
        parts.append(self.text[position:end])
        return "".join(parts).replace(LINE_BREAK, "\n")


def compose(
    spans: Iterable[Span], style: Style, colour: str, formulas: Formulas | None = None
) -> RichText:
    """Set inline spans in a text colour; without `formulas` these stay as they are written."""
    rich = _Composer(style, colour, formulas)
    for span in spans:
        rich.add(span)
    return rich.finish()


def plain(text: str, looks: Sequence[QTextLayout.FormatRange] = ()) -> RichText:
    """Set text as it is, hidden characters shown; `looks` are given for its own positions."""
    shown, stand_ins = _reveal(text, 0)
    formats = list(looks)
    if stand_ins:
        formats = [_moved(look, stand_ins) for look in formats]
    return RichText(text=shown.replace("\n", LINE_BREAK), formats=formats, stand_ins=stand_ins)


def format_range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    """Give `length` characters from `start` a look."""
    given = QTextLayout.FormatRange()
    given.start, given.length, given.format = start, length, look
    return given


class _Composer:
    def __init__(self, style: Style, colour: str, formulas: Formulas | None) -> None:
        self._style = style
        self._colour = colour
        self._formulas = formulas
        self._rich = RichText()
        self._parts: list[str] = []
        self._length = 0
        pad = QTextCharFormat(style.span_format(Span("", code=True), colour))
        pad.setFontLetterSpacing(62)
        self._pad = pad

    def add(self, span: Span) -> None:
        if not span.text or (span.tex and self._add_formula(span)):
            return
        if span.tex:
            span = replace(span, code=True)  # it could not be set
        start = self._length
        if span.note:
            self._rich.stand_ins.append((start, span.note, span.text))
            self._append(span.note, self._style.span_format(span, self._colour))
            return
        if span.code:
            self._add_pad()
        shown, stand_ins = _reveal(span.text, self._length)
        self._rich.stand_ins.extend(stand_ins)
        self._append(shown, self._style.span_format(span, self._colour))
        if span.code:
            self._add_pad()
            self._rich.pills.append((start, self._length))
        if span.href is not None:
            self._rich.links.append(Link(start, self._length, span.href))

    def _add_formula(self, span: Span) -> bool:
        if self._formulas is None:
            return False
        formula, is_ready = self._formulas.get(span.tex, display=span.display)
        if formula is None:
            return False
        self._rich.is_late |= not is_ready
        place = PlacedFormula(self._length, formula, self._style.colour(self._colour))
        self._rich.objects.append(place)
        self._rich.stand_ins.append((self._length, PAD, span.text))
        self._append(PAD, QTextCharFormat())
        return True

    def _add_pad(self) -> None:
        self._rich.stand_ins.append((self._length, PAD, ""))
        self._append(PAD, self._pad)

    def _append(self, text: str, look: QTextCharFormat) -> None:
        self._rich.formats.append(format_range(self._length, len(text), look))
        self._parts.append(text)
        self._length += len(text)

    def finish(self) -> RichText:
        self._rich.text = "".join(self._parts)
        return self._rich


def _reveal(text: str, start: int) -> tuple[str, list[tuple[int, str, str]]]:
    hidden = [(at, c) for at, c in hidden_characters(text) if c not in "\n\t"]
    if not hidden:
        return text, []
    parts: list[str] = []
    stand_ins: list[tuple[int, str, str]] = []
    position = grown = 0
    for at, character in hidden:
        for index, letter in enumerate(character):
            name = code_point(letter)
            parts.extend((text[position : at + index], name))
            stand_ins.append((start + at + index + grown, name, letter))
            position, grown = at + index + 1, grown + len(name) - 1
    parts.append(text[position:])
    return "".join(parts), stand_ins


def _moved(
    look: QTextLayout.FormatRange, stand_ins: Sequence[tuple[int, str, str]]
) -> QTextLayout.FormatRange:
    start = _shown_at(look.start, stand_ins)
    end = _shown_at(look.start + look.length, stand_ins)
    return format_range(start, end - start, look.format)


def _shown_at(position: int, stand_ins: Sequence[tuple[int, str, str]]) -> int:
    for at, shown, meant in stand_ins:
        if at >= position:
            break
        position += len(shown) - len(meant)
    return position
