"""What the reader's hands do: select, scroll, press and follow links, by mouse and keyboard."""

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QToolTip, QWidget

from desktop.ui.links import describe, open_link
from desktop.ui.transcript.items.base import Action, Icons
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.items.table import TableItem
from desktop.ui.transcript.layout import Place
from desktop.ui.transcript.rich_text import Link
from desktop.ui.transcript.selection import END, Position, Selection, everything
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.surface import Surface, Target
from desktop.ui.transcript.words import word_at

DRAG_SCROLL_MS = 30

_STEPS = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
}


class Reader(Surface):
    """A surface that can be selected from and pressed on."""

    pressed = Signal(Target)
    copy_requested = Signal()
    zoom_turned = Signal(int)

    def __init__(self, style: Style, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(style, icons, parent)
        self._armed: Target | Link | None = None
        self._is_dragging = False
        self._pointer = QPointF()
        self._double_click = (QPointF(), 0)
        self._drag_timer = QTimer(self)
        self._drag_timer.setInterval(DRAG_SCROLL_MS)
        self._drag_timer.timeout.connect(self._scroll_while_dragging)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # pointing

    def target_at(self, point: QPointF) -> Target | None:
        """Return the action under a viewport point."""
        under = self.place_under(point)
        if under is None:
            return None
        place, inside = under
        for action in place.item.actions():
            if action.rect.contains(inside):
                return Target(place.message, place.index, action.kind)
        return None

    def link_at(self, point: QPointF) -> Link | None:
        """Return the link under a viewport point."""
        under = self.place_under(point)
        return under[0].item.link_at(under[1].x(), under[1].y()) if under else None

    def position_at(self, point: QPointF) -> Position | None:
        """Return the text position nearest to a viewport point."""
        under = self.place_under(point)
        if under is None:
            return None
        place, inside = under
        return place.message, place.index, place.item.offset_at(inside.x(), inside.y())

    # mouse

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
            self._hover(self._pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do what was pressed, unless the mouse went elsewhere."""
        self._is_dragging = False
        self._drag_timer.stop()
        armed, self._armed = self._armed, None
        if isinstance(armed, Target) and armed == self.target_at(event.position()):
            self.pressed.emit(armed)
        elif isinstance(armed, Link):
            self._follow(armed, event.position())

    def _follow(self, link: Link, point: QPointF) -> None:
        if self._is_selection_empty() and self.link_at(point) == link:
            open_link(link.href)

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

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the mouse."""
        super().leaveEvent(event)
        self._set_hovered(None)

    def set_selection(self, selection: Selection | None) -> None:
        """Select, and show it."""
        self._selection = selection
        self.viewport().update()

    def select_all(self) -> None:
        """Select all messages."""
        self.set_selection(everything(len(self._messages)))

    def _is_selection_empty(self) -> bool:
        return self._selection is None or self._selection.is_empty

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

    def _hover(self, point: QPointF) -> None:
        target = self.target_at(point)
        self._set_hovered(target)
        shape = Qt.CursorShape
        if target or self.link_at(point):
            self.viewport().setCursor(shape.PointingHandCursor)
        else:
            under = self.place_under(point)
            has_text = under is not None and bool(under[0].item.boxes)
            self.viewport().setCursor(shape.IBeamCursor if has_text else shape.ArrowCursor)

    def _set_hovered(self, target: Target | None) -> None:
        if target != self._hovered:
            self._hovered = target
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Say where a link really leads and what a button does."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)
            return True
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        point = QPointF(event.pos())
        link, target = self.link_at(point), self.target_at(point)
        text = describe(link.href) if link else self._action(target).label if target else ""
        # A tool tip takes what looks like HTML for it; this shows every character.
        QToolTip.showText(event.globalPos(), text and f"<p>{_escaped(text)}</p>", self.viewport())

    def _action(self, target: Target) -> Action:
        item = self._layout.entry(target.message).items[target.index]
        return next(action for action in item.actions() if action.kind is target.kind)

    # wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom, with Shift or sideways move what is wider than the column."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_turned.emit(event.angleDelta().y())
            event.accept()
        elif not self._wheel_sideways(event):
            super().wheelEvent(event)
            self._hover(event.position())

    def _wheel_sideways(self, event: QWheelEvent) -> bool:
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        distance = delta.x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            distance = distance or delta.y()
        under = self.place_under(event.position())
        if abs(distance) <= abs(delta.y()) and distance != delta.y():
            return False
        if under is None or not isinstance(under[0].item, CodeItem | TableItem):
            return False
        under[0].item.sideways.move(-distance)
        self.viewport().update()
        event.accept()
        return True

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, select all, copy, and press what has the focus."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self._focused:
            self.pressed.emit(self._focused)
        elif key == Qt.Key.Key_Escape and not self._is_selection_empty():
            self.set_selection(None)
        elif key in _STEPS:
            self.verticalScrollBar().triggerAction(_STEPS[key])
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Walk through the visible actions before the focus leaves."""
        targets = self._visible_targets()
        if self._focused in targets:
            index = targets.index(self._focused) + (1 if next else -1)
        else:
            index = 0 if next else len(targets) - 1
        if not 0 <= index < len(targets):
            self._focused = None
            return super().focusNextPrevChild(next)
        self._focused = targets[index]
        self.viewport().update()
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _visible_targets(self) -> list[Target]:
        top = self.verticalScrollBar().value()
        places = self._layout.places(top, top + self.viewport().height())
        return [
            Target(place.message, place.index, action.kind)
            for place in places
            for action in place.item.actions()
        ]

    def update_place(self, place: Place) -> None:
        """Paint one item again."""
        top = place.top - self.verticalScrollBar().value()
        height = self._layout.height_of(place)
        self.viewport().update(0, top, self.viewport().width(), height)


def _escaped(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\n", "<br>")
