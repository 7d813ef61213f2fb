"""One laid-out paragraph: wrapping, painting, hit-testing. No document, nothing is ever loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextLayout, QTextLine

from desktop.ui.transcript.face import Face
from desktop.ui.transcript.rich_text import Link, RichText

UNWRAPPED = 1e6


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
        self._layout.setFormats(rich.formats)

    def lay_out(self, width: float) -> int:
        """Break the lines at `width`; returns the height, also kept as `height`."""
        self._lines = []
        y = 0.0
        self.width = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width if self._wrap else UNWRAPPED)
            height = max(self._face.line, line.height())
            top = y + max(0.0, self._face.ascent - line.ascent())
            line.setPosition(QPointF(0, top))
            self._lines.append((y, height))
            self.width = max(self.width, line.naturalTextWidth())
            y += height
        self._layout.endLayout()
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

    def rects(self, start: int, end: int) -> Iterator[QRectF]:
        """Yield the rectangles, one a line, that displayed characters [start, end) cover."""
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
        return self._layout.lineAt(index).xToCursor(x) if index >= 0 else 0

    def link_at(self, x: float, y: float) -> Link | None:
        """Return the link under a point."""
        for link in self.rich.links:
            if any(rect.contains(x, y) for rect in self.rects(link.start, link.end)):
                return link
        return None

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
