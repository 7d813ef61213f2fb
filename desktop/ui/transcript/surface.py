"""The scrolling part of the transcript: lays out what is visible and keeps the reader's place."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.formulas import Formulas
from desktop.ui.transcript.items.base import ActionKind, Canvas, Icons, Item, Mark
from desktop.ui.transcript.items.waiting import WaitingItem
from desktop.ui.transcript.layout import Layout, Place
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.pictures import Pictures
from desktop.ui.transcript.selection import Selection
from desktop.ui.transcript.slots import Slots
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.waiting import WaitingEntry

MARGIN = 28
BOTTOM = 28
ROUNDS = 6
"""How often heights may turn out different before the picture is taken as it is."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An item that keeps its place on screen while heights around it change."""

    message: int
    index: int
    y: int  # of its top, from the viewport's top


@dataclass(frozen=True, slots=True)
class Target:
    """An action of an item, as the mouse or the keyboard points at it."""

    message: int
    index: int
    kind: ActionKind


class Surface(QAbstractScrollArea):
    """Paints the visible items; subclasses decide what happens to them."""

    following_changed = Signal(bool)

    def __init__(self, style: Style, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style: Style = style
        self._icons = icons
        self._markdown = Markdown()
        self._formulas, self._pictures = Formulas(), Pictures()
        self._typesetter = self._typesetter_for(style)
        self._messages = Slots()
        self._wanted: set[int] = set()  # places that were looked at and are not loaded
        self._layout = Layout(self._make_entry)
        self._selection: Selection | None = None
        self._hovered: Target | None = None
        self._over: int | None = None  # the message under the mouse
        self._focused: Target | None = None
        self._done: Target | None = None
        self._phase = 0.0
        self._anchor: Anchor | None = None
        self._shown: dict[Item, tuple[int, int]] = {}
        self._is_following = True
        self._is_arranging = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(style.line * 2)

    @property
    def is_following(self) -> bool:
        """Tell whether the end is kept in view while text arrives."""
        return self._is_following

    @property
    def messages(self) -> Slots:
        """Return the messages on show, the oldest first."""
        return self._messages

    def entry(self, index: int) -> Entry:
        """Return a message's items."""
        return self._layout.entry(index)

    def extent_of(self, index: int) -> tuple[int, int]:
        """Return a message's top, from the viewport's, and its height."""
        top = self._layout.heights.top(index) - self.verticalScrollBar().value()
        return top, self._layout.heights[index]

    @property
    def column_width(self) -> int:
        """Return the width of the text column, whether there is a scroll bar or not."""
        return max(120, min(self._style.column, self.width() - 2 * MARGIN))

    @property
    def column_left(self) -> int:
        """Return where the text column begins."""
        return (self.width() - self.column_width) // 2

    def set_following(self, following: bool) -> None:
        """Keep the end in view, or leave the reader where they are."""
        if following != self._is_following:
            self._is_following = following
            self.following_changed.emit(following)

    def arrange(self) -> None:
        """Lay out what is visible and put it where the reader expects it."""
        self._is_arranging = True
        for _ in range(ROUNDS):
            self._restore_place()
            top = self.verticalScrollBar().value()
            if not self._layout.measure(top, top + self.viewport().height()):
                break
        self._restore_place()
        self._is_arranging = False
        self._note_place()
        self._repaint()
        self._layout.trim(self._shown)

    def _repaint(self) -> None:
        """Move what only moved, and paint only what is new."""
        shown, self._shown = self._shown, self._visible()
        moves = {box[0] - shown[item][0] for item, box in self._shown.items() if item in shown}
        if len(moves) != 1 or self.devicePixelRatioF() % 1:
            self.viewport().update()
            return
        move = moves.pop()
        if move:
            self.viewport().scroll(0, move)
        width, end = self.viewport().width(), 0
        for item, (top, height) in self._shown.items():
            if item not in shown or shown[item][1] != height:
                self.viewport().update(0, top, width, height)
            end = top + height
        self.viewport().update(0, end, width, self.viewport().height())

    def repaint_all(self) -> None:
        """Paint everything anew the next time."""
        self._shown = {}
        self.viewport().update()

    def _visible(self) -> dict[Item, tuple[int, int]]:
        """Return the visible items with their top in the viewport and their height."""
        top = self.verticalScrollBar().value()
        return {
            place.item: (place.top - top, self._layout.height_of(place))
            for place in self._layout.places(top, top + self.viewport().height())
        }

    def _restore_place(self) -> None:
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._layout.heights.total + BOTTOM - height))
        if self._is_following or self._anchor is None:
            bar.setValue(bar.maximum() if self._is_following else bar.value())
        else:
            top = self._layout.top_of(self._anchor.message, self._anchor.index)
            bar.setValue(top - self._anchor.y)

    def _note_place(self) -> None:
        """Remember the first visible item whose height is known, better one that is loaded."""
        top = self.verticalScrollBar().value()
        places = list(self._layout.places(top, top + self.viewport().height()))
        measured = [place for place in places if place.item.measured]
        loaded = (each for each in measured if not isinstance(each.item, WaitingItem))
        known = next(loaded, measured[0] if measured else None)
        place = known or self._layout.place_at(top)
        self._anchor = place and Anchor(place.message, place.index, place.top - top)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Follow the scroll bar: any upward move lets go of the end, reaching it takes hold."""
        if self._is_arranging:
            return
        bar = self.verticalScrollBar()
        self._note_place()
        if dy > 0:
            self.set_following(False)
        elif bar.value() >= bar.maximum():
            self.set_following(True)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew where the width of the column changed; the reader's place stays."""
        super().resizeEvent(event)
        self.restyle(self._style)

    def restyle(self, style: Style) -> None:
        """Lay out anew for a width, a zoom or a theme that changed."""
        if style is not self._style:
            self._style = style
            self._typesetter = self._typesetter_for(style)
        self._layout.set_width(self.column_width, self._typesetter)
        self._shown = {}
        self.arrange()

    def _typesetter_for(self, style: Style) -> Typesetter:
        return Typesetter(style, self._markdown, self._formulas, self._pictures)

    def _make_entry(self, index: int) -> Entry:
        message, width = self._messages.get(index), self.column_width
        if message is None:
            self._wanted.add(index)
            return WaitingEntry(self._markdown, self._typesetter, width)
        is_last = index == len(self._messages) - 1
        return Entry(message, self._markdown, self._typesetter, width, is_last=is_last)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the items that the event touches."""
        rect, region = event.rect(), event.region()
        scrolled = self.verticalScrollBar().value()
        with QPainter(self.viewport()) as painter:
            painter.fillRect(rect, self._style.colour(self._style.tokens.background))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place in self._layout.places(rect.top() + scrolled, rect.bottom() + scrolled + 1):
                top, height = place.top - scrolled, self._layout.height_of(place)
                if place.item.measured and region.intersects(
                    QRect(0, top, rect.right() + 1, height)
                ):
                    self._paint_place(painter, place, QRectF(rect), top)

    def _paint_place(self, painter: QPainter, place: Place, rect: QRectF, top: int) -> None:
        painter.save()
        painter.translate(self.column_left, top)
        canvas = Canvas(
            painter=painter,
            style=self._style,
            icons=self._icons,
            dpr=self.devicePixelRatioF(),
            width=self.column_width,
            clip=rect.translated(-self.column_left, -top),
            selection=self._selection and self._selection.within(place.message, place.index),
            marks=self.marks_at(place),
            hovered=_kind_at(self._hovered, place),
            focused=_kind_at(self._focused, place) if self.hasFocus() else None,
            done=_kind_at(self._done, place),
            phase=self._phase,
            over=place.message == self._over,
        )
        place.item.paint(canvas)
        painter.restore()

    def marks_at(self, place: Place) -> list[Mark]:
        """Return what is to be marked in an item."""
        return []

    def place_under(self, point: QPoint | QPointF) -> tuple[Place, QPointF] | None:
        """Return the item under or nearest to a viewport point, and the point in it."""
        y = point.y() + self.verticalScrollBar().value()
        place = self._layout.place_at(y)
        if place is None:
            return None
        return place, QPointF(point.x() - self.column_left, y - place.top)


def _kind_at(target: Target | None, place: Place) -> ActionKind | None:
    if target is None or (target.message, target.index) != (place.message, place.index):
        return None
    return target.kind
