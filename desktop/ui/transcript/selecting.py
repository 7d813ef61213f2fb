"""Selecting with the mouse: drag, words, paragraphs, Shift; and pressing what can be pressed."""

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.links import open_link
from desktop.ui.transcript.citations import number_of
from desktop.ui.transcript.items.base import Icons
from desktop.ui.transcript.pointing import Pointing
from desktop.ui.transcript.rich_text import Link
from desktop.ui.transcript.selection import END, Selection, everything
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.surface import Target
from desktop.ui.transcript.words import word_at

DRAG_SCROLL_MS = 30


class Selecting(Pointing):
    """A surface that can be selected from and pressed on."""

    pressed = Signal(Target)
    cited = Signal(int, int)

    def __init__(self, style: Style, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(style, icons, parent)
        self._armed: Target | Link | None = None
        self._is_dragging = False
        self._pointer = QPointF()
        self._double_click = (QPointF(), 0)
        self._drag_timer = QTimer(self)
        self._drag_timer.setInterval(DRAG_SCROLL_MS)
        self._drag_timer.timeout.connect(self._scroll_while_dragging)

    @property
    def has_selection(self) -> bool:
        """Tell whether anything is selected."""
        return self._selection is not None and not self._selection.is_empty

    def set_selection(self, selection: Selection | None) -> None:
        """Select, and show it."""
        self._selection = selection
        self.viewport().update()

    def select_all(self) -> None:
        """Select all messages."""
        self.set_selection(everything(len(self._messages)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Arm what can be pressed, or begin to select."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position()
        self._focused = None
        self._armed = self.target_at(point) or self.link_at(point)
        if isinstance(self._armed, Target):
            return
        if self._is_third_click(point, event.timestamp()):
            self._select_item(point)
            return
        extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._is_dragging = True
        self._select(point, extends=extends)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the selection, or show what is under the mouse."""
        self._pointer = event.position()
        if self._is_dragging and event.buttons() & Qt.MouseButton.LeftButton:
            self._select(self._pointer, extends=True)
            if not self.viewport().rect().contains(self._pointer.toPoint()):
                self._drag_timer.start()
        else:
            self.hover(self._pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do what was pressed, unless the mouse went elsewhere."""
        self._is_dragging = False
        self._drag_timer.stop()
        armed, self._armed = self._armed, None
        if isinstance(armed, Target) and armed == self.target_at(event.position()):
            self.pressed.emit(armed)
        elif isinstance(armed, Link):
            self._follow(armed, event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word; on an action it is one more press."""
        if self.target_at(event.position()) is not None:
            self.mousePressEvent(event)
            return
        self._double_click = (event.position(), event.timestamp())
        position = self.position_at(event.position())
        if position is None:
            return
        message, index, offset = position
        item = self._layout.entry(message).items[index]
        start, end = word_at(item.shown(), offset)
        self.set_selection(Selection((message, index, start), (message, index, end)))

    def _follow(self, link: Link, point: QPointF) -> None:
        if self.has_selection or self.link_at(point) != link:
            return
        number, position = number_of(link.href), self.position_at(point)
        if number is None:
            open_link(link.href)
        elif position is not None:
            self.cited.emit(position[0], number)

    def _select(self, point: QPointF, *, extends: bool) -> None:
        position = self.position_at(point)
        if position is None:
            return
        anchor = self._selection.anchor if extends and self._selection else position
        self.set_selection(Selection(anchor, position))

    def _is_third_click(self, point: QPointF, timestamp: int) -> bool:
        where, when = self._double_click
        hints = QApplication.styleHints()
        near = (point - where).manhattanLength() <= hints.mouseDoubleClickDistance()
        return near and 0 < timestamp - when < hints.mouseDoubleClickInterval()

    def _select_item(self, point: QPointF) -> None:
        position = self.position_at(point)
        if position is not None:
            message, index, _ = position
            self.set_selection(Selection((message, index, 0), (message, index, END)))

    def _scroll_while_dragging(self) -> None:
        y, height = self._pointer.y(), self.viewport().height()
        beyond = min(y, 0) + max(y - height, 0)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(beyond))
        self._select(self._pointer, extends=True)
