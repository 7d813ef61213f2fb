"""What is under the mouse: an action, a link, a place in the text."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from desktop.ui.links import describe
from desktop.ui.transcript.citations import number_of
from desktop.ui.transcript.items.base import Action
from desktop.ui.transcript.layout import Place
from desktop.ui.transcript.rich_text import Link
from desktop.ui.transcript.selection import Position
from desktop.ui.transcript.surface import Surface, Target
from desktop.ui.transcript.wording import tr


class Pointing(Surface):
    """A surface that says what is where, by cursor, colour and tool tip."""

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

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the mouse."""
        super().leaveEvent(event)
        self._set_hovered(None, None)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say where a link really leads and what a button does."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)
            return True
        return super().viewportEvent(event)

    def hover(self, point: QPointF) -> None:
        """Show what can be done at a viewport point."""
        target = self.target_at(point)
        self._set_hovered(target, self._message_under(point))
        shape = Qt.CursorShape
        if target or self.link_at(point):
            self.viewport().setCursor(shape.PointingHandCursor)
        else:
            under = self.place_under(point)
            has_text = under is not None and bool(under[0].item.boxes)
            self.viewport().setCursor(shape.IBeamCursor if has_text else shape.ArrowCursor)

    def update_place(self, place: Place) -> None:
        """Paint one item again."""
        top = place.top - self.verticalScrollBar().value()
        height = self._layout.height_of(place)
        self.viewport().update(0, top, self.viewport().width(), height)

    def _message_under(self, point: QPointF) -> int | None:
        under = self.place_under(point)
        return under[0].message if under else None

    def _set_hovered(self, target: Target | None, message: int | None) -> None:
        if (target, message) != (self._hovered, self._over):
            self._hovered, self._over = target, message
            self.viewport().update()

    def _show_tip(self, event: QHelpEvent) -> None:
        point = QPointF(event.pos())
        link, target = self.link_at(point), self.target_at(point)
        text = _described(link) if link else self._action(target).label if target else ""
        # A tool tip takes what looks like HTML for it; this shows every character.
        QToolTip.showText(event.globalPos(), text and f"<p>{_escaped(text)}</p>", self.viewport())

    def _action(self, target: Target) -> Action:
        item = self._layout.entry(target.message).items[target.index]
        return next(action for action in item.actions() if action.kind is target.kind)


def _described(link: Link) -> str:
    number = number_of(link.href)
    if number is None:
        return describe(link.href)
    return tr("Show passage {number}").format(number=number)


def _escaped(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\n", "<br>")
