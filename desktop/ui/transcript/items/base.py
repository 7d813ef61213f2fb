"""What every item of the transcript can do."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from desktop.ui.transcript.rich_text import Link
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import BoxColours, TextBox
from desktop.ui.transcript.typesetter import Typesetter


class Icons(Protocol):
    """Where icons come from."""

    def pixmap(self, name: str, colour: str, size: int, dpr: float) -> QPixmap:
        """Draw the icon `name`, `size` logical pixels square."""
        ...


class ActionKind(StrEnum):
    """What can be pressed in the transcript."""

    COPY_CODE = "copy_code"
    COPY_MESSAGE = "copy_message"
    REGENERATE = "regenerate"
    RETRY = "retry"
    SETTINGS = "settings"
    REASONING = "reasoning"
    CONTINUE = "continue"
    EDIT = "edit"
    BRANCH = "branch"
    MORE = "more"
    OLDER = "older"
    NEWER = "newer"
    WRAP_CODE = "wrap_code"
    SAVE_CODE = "save_code"
    COPY_TABLE = "copy_table"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to press: where it is in its item and what it is called."""

    kind: ActionKind
    rect: QRectF
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Displayed characters [start, end) that were looked for; one is the `current` place."""

    start: int
    end: int
    current: bool


@dataclass(slots=True)
class Canvas:
    """What an item paints with; the painter's origin is the item's top left corner.

    The mouse is `over` the item's message.
    """

    painter: QPainter
    style: Style
    icons: Icons
    dpr: float
    width: int
    clip: QRectF = field(default_factory=QRectF)
    selection: tuple[int, int] | None = None
    marks: Sequence[Mark] = ()
    hovered: ActionKind | None = None
    focused: ActionKind | None = None
    done: ActionKind | None = None
    phase: float = 0.0
    over: bool = False

    def text(
        self, rect: QRectF, text: str, colour: str, font: QFont, *, right: bool = False
    ) -> None:
        """Write one line, vertically centred, from the left or the right."""
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.painter.setFont(font)
        self.painter.setPen(self.style.colour(colour))
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        self.painter.drawText(rect, int(flags.value), text)

    def icon(self, name: str, colour: str, centre: QPointF, size: int) -> None:
        """Draw an icon around a point."""
        pixmap = self.icons.pixmap(name, colour, size, self.dpr)
        self.painter.drawPixmap(centre - QPointF(size / 2, size / 2), pixmap)

    def panel(self, rect: QRectF, fill: str | None, border: str | None, radius: float) -> None:
        """Paint a rounded rectangle; a border is one pixel and drawn inside."""
        self.painter.setBrush(self.style.colour(fill) if fill else Qt.BrushStyle.NoBrush)
        if border:
            self.painter.setPen(QPen(self.style.colour(border), 1))
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        else:
            self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.drawRoundedRect(rect, radius, radius)

    def focus_ring(self, rect: QRectF, radius: float) -> None:
        """Show that the keyboard is here."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(self.style.colour(self.style.tokens.accent), 2))
        self.painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), radius, radius)

    @property
    def box_colours(self) -> BoxColours:
        """Return the colours of text boxes."""
        tokens, colour = self.style.tokens, self.style.colour
        return BoxColours(colour(tokens.text), colour(tokens.selection), colour(tokens.hover))


@dataclass(slots=True)
class PlacedBox:
    """A text box in its item; `start` is where its text begins in the item's."""

    box: TextBox
    x: float
    y: float
    start: int = 0

    @property
    def end(self) -> int:
        """Return where its text ends in the item's."""
        return self.start + len(self.box.rich.text)


class Item(ABC):
    """A row of the transcript. Without a layout it knows its height only roughly.

    It `is_stale` when it was laid out before its colours or formulas were known.

    `separator` joins the texts of its boxes when they are copied.
    """

    separator = "\n"

    def __init__(self) -> None:
        self.boxes: list[PlacedBox] = []
        self.measured = False
        self.is_stale = False

    @abstractmethod
    def estimate(self, width: int, style: Style) -> int:
        """Guess the height in pixels without laying anything out."""

    def measure(self, width: int, typesetter: Typesetter) -> int:
        """Lay out for a column width; returns the height in pixels."""
        self.measured = True
        return self.lay_out(width, typesetter)

    @abstractmethod
    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Make the boxes; returns the height in pixels."""

    @abstractmethod
    def paint(self, canvas: Canvas) -> None:
        """Paint a measured item."""

    def release(self) -> None:
        """Drop the layout; the item can be measured again."""
        self.boxes = []
        self.measured = self.is_stale = False

    @abstractmethod
    def readable(self) -> str:
        """Return everything a reader can see in it, without any layout."""

    def actions(self) -> Sequence[Action]:
        """Return what can be pressed, from left to right."""
        return ()

    def link_at(self, x: float, y: float) -> Link | None:
        """Return the link under a point."""
        for placed in self.boxes:
            if link := placed.box.link_at(x - placed.x, y - placed.y):
                return link
        return None

    def offset_at(self, x: float, y: float) -> int:
        """Return the text position nearest to a point."""
        if not self.boxes:
            return 0
        nearest = min(self.boxes, key=lambda placed: _distance(placed, x, y))
        return nearest.start + nearest.box.offset_at(x - nearest.x, y - nearest.y)

    @property
    def length(self) -> int:
        """Return how many positions its laid out text has."""
        return self.boxes[-1].end if self.boxes else 0

    def original(self, start: int, end: int) -> str:
        """Return the author's text between two positions."""
        return self.separator.join(
            placed.box.rich.original(max(0, start - placed.start), end - placed.start)
            for placed in self.boxes
            if placed.start < end and placed.end > start
        )

    def shown(self) -> str:
        """Return the displayed text that positions count in."""
        return self.separator.join(placed.box.rich.text for placed in self.boxes)

    def displayed(self, typesetter: Typesetter) -> str:
        """Return what `shown` returns once it is laid out; '' for what is not searched."""
        return ""

    def plain_text(self, typesetter: Typesetter) -> str:
        """Return what is said in it, without Markdown; '' for what is around the text."""
        return ""

    def show_position(self, start: int, end: int) -> QRectF:
        """Return where displayed characters [start, end) are, scrolled into sight sideways."""
        for placed in self.boxes:
            if start < placed.end:
                rects = list(placed.box.rects(start - placed.start, end - placed.start))
                return rects[0].translated(placed.x, placed.y) if rects else QRectF()
        return QRectF()

    def paint_boxes(self, canvas: Canvas) -> None:
        """Paint the text with its selected part."""
        for placed in self.boxes:
            selection = _within(canvas.selection, placed)
            at = QPointF(placed.x, placed.y)
            marks = _marks_in(canvas, placed)
            placed.box.paint(canvas.painter, at, canvas.box_colours, selection, canvas.clip, marks)


def place(boxes: Sequence[tuple[TextBox, float, float]]) -> Iterator[PlacedBox]:
    """Number the boxes' texts one after the other, one position between two of them."""
    start = 0
    for box, x, y in boxes:
        yield PlacedBox(box, x, y, start)
        start += len(box.rich.text) + 1


def _within(selection: tuple[int, int] | None, placed: PlacedBox) -> tuple[int, int] | None:
    if selection is None:
        return None
    start = max(0, selection[0] - placed.start)
    end = min(len(placed.box.rich.text), selection[1] - placed.start)
    return (start, end) if start < end else None


def _marks_in(canvas: Canvas, placed: PlacedBox) -> list[tuple[int, int, QColor]]:
    tokens, colour = canvas.style.tokens, canvas.style.colour
    return [
        (
            mark.start - placed.start,
            mark.end - placed.start,
            colour(tokens.found_here if mark.current else tokens.found),
        )
        for mark in canvas.marks
        if placed.start <= mark.start < placed.end
    ]


def _distance(placed: PlacedBox, x: float, y: float) -> tuple[float, float]:
    right, bottom = placed.x + placed.box.width, placed.y + placed.box.height
    return (max(placed.y - y, 0, y - bottom), max(placed.x - x, 0, x - right))
