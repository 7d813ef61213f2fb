"""Reading by wheel and keyboard."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from desktop.ui.transcript.items.base import Icons
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.items.table import TableItem
from desktop.ui.transcript.selecting import Selecting
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.surface import Target

_STEPS = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
}


class Reader(Selecting):
    """A surface that is scrolled, zoomed and walked through."""

    copy_requested = Signal()
    zoom_turned = Signal(int)

    def __init__(self, style: Style, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(style, icons, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom, with Shift or sideways move what is wider than the column."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_turned.emit(event.angleDelta().y())
            event.accept()
        elif not self._wheel_sideways(event):
            super().wheelEvent(event)
            self.hover(event.position())

    def _wheel_sideways(self, event: QWheelEvent) -> bool:
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        distance = delta.x() or (delta.y() if shifted else 0)
        if not distance or (not shifted and abs(delta.y()) > abs(distance)):
            return False
        under = self.place_under(event.position())
        if under is None or not isinstance(under[0].item, CodeItem | TableItem):
            return False
        event.accept()
        if under[0].item.sideways.move(-distance):
            self.viewport().update()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, select all, copy, and press what has the focus."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self._focused:
            self.pressed.emit(self._focused)
        elif key == Qt.Key.Key_Escape and self.has_selection:
            self.set_selection(None)
        elif key in _STEPS:
            self.verticalScrollBar().triggerAction(_STEPS[key])
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool, /) -> bool:
        """Walk through the visible actions before the focus leaves."""
        targets = self._visible_targets()
        if self._focused in targets:
            index = targets.index(self._focused) + (1 if forward else -1)
        else:
            index = 0 if forward else len(targets) - 1
        if not 0 <= index < len(targets):
            self._focused = None
            return super().focusNextPrevChild(forward)
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
