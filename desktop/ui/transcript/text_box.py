"""One laid-out paragraph: wrapping, painting, hit-testing. No document, nothing is ever loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextLine

from desktop.ui.transcript.face import Face
from desktop.ui.transcript.rich_text import Link, RichText, format_range
from desktop.ui.transcript.style import FORMULA_SCALE
from desktop.ui.transcript.units import Units

UNWRAPPED = 1e6
FORMULA_PAD = 0.08
"""Space at both sides of a formula, in font sizes."""


@dataclass(frozen=True, slots=True)
class BoxColours:
    """What a box paints behind its text, and text without a look of its own."""

    text: QColor
    selection: QColor
    pill: QColor


class TextBox:
    """A paragraph in lines of equal height; positions count displayed characters."""

    def __init__(self, rich: RichText, face: Face, *, wrap: bool = True, align: str = "") -> None:
        self.rich = rich
        self.height = 0
        self.width = 0.0
        self._face = face
        self._wrap = wrap
        self._lines: list[tuple[float, float]] = []  # top and height of each line
        self._layout = QTextLayout(rich.text, face.font)
        self._layout.setCacheEnabled(True)
        self._layout.setTextOption(face.option(align, wrap=wrap))
        self._units = Units(rich.text)
        self._formats = [self._in_units(each) for each in rich.formats]
        self._layout.setFormats(self._formats)
        self._shrink = 1.0  # of formulas that are wider than the column
        self._places: list[QPointF] = []  # of the formulas, on their base lines

    def lay_out(self, width: float) -> int:
        """Break the lines at `width`; returns the height, also kept as `height`."""
        self._lines = []
        y = 0.0
        self.width = 0.0
        if self.rich.objects:
            self._fit_formulas(width)
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width if self._wrap else UNWRAPPED)
            ascent, height = self._extent(line)
            line.setPosition(QPointF(0, y + ascent - line.ascent()))
            self._lines.append((y, height))
            self.width = max(self.width, line.naturalTextWidth())
            y += height
        self._layout.endLayout()
        self._places = [self._base_of(each.position) for each in self.rich.objects]
        self.height = round(y)
        return self.height

    def natural_width(self) -> float:
        """Return the width at which nothing would have to wrap; call it before `lay_out`."""
        self.lay_out(UNWRAPPED)
        return self.width

    def paint(
        self,
        painter: QPainter,
        at: QPointF,
        colours: BoxColours,
        selection: tuple[int, int] | None = None,
        clip: QRectF | None = None,
        marks: Sequence[tuple[int, int, QColor]] = (),
    ) -> None:
        """Paint pills, marks behind characters, the selected part's background and the text."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.pill)
        for start, end in self.rich.pills:
            for rect in self.rects(start, end):
                painter.drawRoundedRect(_pill(rect).translated(at), 4, 4)
        for start, end, colour in marks:
            painter.setBrush(colour)
            for rect in self.rects(start, end):
                painter.drawRoundedRect(rect.adjusted(-1, 2, 1, -2).translated(at), 3, 3)
        if selection is not None:
            for rect in self.rects(*selection):
                painter.fillRect(rect.translated(at), colours.selection)
        painter.setPen(colours.text)
        self._layout.draw(painter, at, [], clip or QRectF())
        for each, place in zip(self.rich.objects, self._places, strict=True):
            painter.save()
            painter.translate(at + place)
            painter.scale(self._formula_size, self._formula_size)
            painter.fillPath(each.formula.outline, each.colour)
            painter.restore()

    def rects(self, start: int, end: int) -> Iterator[QRectF]:
        """Yield the rectangles, one a line, that displayed characters [start, end) cover."""
        start, end = self._units.to_qt(start), self._units.to_qt(end)
        for index, (top, height) in enumerate(self._lines):
            line = self._layout.lineAt(index)
            first = max(start, line.textStart())
            last = min(end, line.textStart() + line.textLength())
            if first < last:
                left, right = sorted((_x(line, first), _x(line, last)))
                yield QRectF(left, top, right - left, height)

    def offset_at(self, x: float, y: float) -> int:
        """Return the position between characters nearest to a point."""
        index = self._line_at(y)
        if index < 0:
            return 0
        return self._units.from_qt(self._layout.lineAt(index).xToCursor(x))

    def link_at(self, x: float, y: float) -> Link | None:
        """Return the link under a point."""
        for link in self.rich.links:
            if any(rect.contains(x, y) for rect in self.rects(link.start, link.end)):
                return link
        return None

    def _in_units(self, look: QTextLayout.FormatRange) -> QTextLayout.FormatRange:
        start, end = map(self._units.to_qt, (look.start, look.start + look.length))
        if (start, end - start) == (look.start, look.length):
            return look
        return format_range(start, end - start, look.format)

    @property
    def _formula_size(self) -> float:
        return self._face.font.pixelSize() * FORMULA_SCALE * self._shrink

    def _fit_formulas(self, width: float) -> None:
        """Make the characters that stand for formulas as wide as these."""
        widest = max(each.formula.width for each in self.rich.objects) + 2 * FORMULA_PAD
        self._shrink = 1.0
        if self._wrap and widest * self._formula_size > width:
            self._shrink = width / (widest * self._formula_size)
        formats = list(self._formats)
        for each in self.rich.objects:
            look = QTextCharFormat()
            look.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
            wanted = (each.formula.width + 2 * FORMULA_PAD) * self._formula_size
            look.setFontLetterSpacing(wanted - self._face.space)
            formats.append(format_range(self._units.to_qt(each.position), 1, look))
        self._layout.setFormats(formats)

    def _extent(self, line: QTextLine) -> tuple[float, float]:
        """Return a line's ascent and height; formulas may need more than text does."""
        ascent = max(self._face.ascent, line.ascent())
        height = max(self._face.line, line.height())
        descent = height - ascent
        for each in self.rich.objects:
            position = self._units.to_qt(each.position)
            if line.textStart() <= position < line.textStart() + line.textLength():
                ascent = max(ascent, each.formula.ascent * self._formula_size + 4)
                descent = max(descent, each.formula.descent * self._formula_size + 4)
        return ascent, ascent + descent if self.rich.objects else height

    def _base_of(self, position: int) -> QPointF:
        position = self._units.to_qt(position)
        line = self._layout.lineForTextPosition(position)
        left = _x(line, position) + FORMULA_PAD * self._formula_size
        return QPointF(left, line.y() + line.ascent())

    def _line_at(self, y: float) -> int:
        for index, (top, height) in enumerate(self._lines):
            if y < top + height:
                return index
        return len(self._lines) - 1


def _x(line: QTextLine, position: int) -> float:
    # The binding returns the pair (x, position), its stub says that it returns an object.
    x, _ = cast("tuple[float, int]", line.cursorToX(position))
    return x


def _pill(rect: QRectF) -> QRectF:
    inset = max(0.0, (rect.height() - 20) / 2)
    return rect.adjusted(0, inset, 0, -inset)
