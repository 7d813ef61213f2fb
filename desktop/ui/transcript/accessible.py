"""The transcript for screen readers: a list whose items are the messages."""

from functools import cache
from typing import cast

from PySide6.QtCore import QObject, QPoint, QRect, QSize
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QWindow,
)
from PySide6.QtWidgets import QAccessibleWidget

from desktop.core.conversation import MessageStatus
from desktop.ui.transcript.describe import NAMES
from desktop.ui.transcript.surface import Surface
from desktop.ui.transcript.wording import tr

NOTHING = cast("QAccessibleInterface", None)
"""Qt takes a null pointer for "there is none"; the binding's stubs do not say so."""


class MessageAccessible(QAccessibleInterface):
    """One message: an item with its text, which can only be read."""

    def __init__(self, surface: Surface, around: QAccessibleInterface, index: int) -> None:
        super().__init__()
        self._surface = surface
        self._around = around
        self.index = index

    def isValid(self) -> bool:
        """Tell whether the message is still there."""
        return self._around.isValid() and self.index < len(self._surface.messages)

    def object(self) -> QObject:
        """Return nothing: a message is no object of Qt."""
        return cast("QObject", None)

    def window(self) -> QWindow:
        """Return the window of the transcript."""
        return self._around.window()

    def parent(self) -> QAccessibleInterface:
        """Return the list."""
        return self._around

    def child(self, index: int, /) -> QAccessibleInterface:
        """Return nothing: a message has no parts."""
        return NOTHING

    def childCount(self) -> int:
        """Return that it has no parts."""
        return 0

    def childAt(self, x: int, y: int, /) -> QAccessibleInterface:
        """Return nothing: a message has no parts."""
        return NOTHING

    def indexOfChild(self, child: QAccessibleInterface, /) -> int:
        """Return that nothing is a part of it."""
        return -1

    def text(self, t: QAccessible.Text, /) -> str:
        """Return the message as its name."""
        is_name = t == QAccessible.Text.Name and self.isValid()
        return spoken_text(self._surface, self.index) if is_name else ""

    def setText(self, t: QAccessible.Text, text: str, /) -> None:
        """Change nothing."""

    def rect(self) -> QRect:
        """Return where the message is on the screen."""
        return _rect_of(self._surface, self.index) if self.isValid() else QRect()

    def role(self) -> QAccessible.Role:
        """Return that it is an item of a list."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Return that it can only be read."""
        state = QAccessible.State()
        state.readOnly = 1
        return state


class TranscriptAccessible(QAccessibleWidget):
    """The list of messages."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface, QAccessible.Role.List, surface.accessibleName())
        self._surface = surface
        self._items: dict[int, MessageAccessible] = {}

    def childCount(self) -> int:
        """Return the number of messages."""
        return len(self._surface.messages)

    def child(self, index: int, /) -> QAccessibleInterface:
        """Return a message; the same one for the same place, as Qt keeps its address."""
        if not 0 <= index < self.childCount():
            return NOTHING
        if index not in self._items:
            self._items[index] = MessageAccessible(self._surface, self, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface, /) -> int:
        """Return a message's place."""
        return child.index if isinstance(child, MessageAccessible) else -1

    def childAt(self, x: int, y: int, /) -> QAccessibleInterface:
        """Return the message at a point of the screen."""
        return self.child(_message_at(self._surface, QPoint(x, y)))


def spoken_text(surface: Surface, index: int) -> str:
    """Return who speaks and what they say; of an answer that went wrong, how."""
    message = surface.messages.get(index)
    if message is None:
        surface.entry(index)  # whoever looks at it has it loaded
        return tr("This message is being loaded.")
    is_whole = message.status in {MessageStatus.COMPLETE, MessageStatus.STOPPED}
    text = message.text if is_whole else surface.entry(index).readable()
    return f"{tr(NAMES[message.role])}: {text}"


def announce(surface: Surface, index: int) -> None:
    """Read a message out now."""
    event = QAccessibleAnnouncementEvent(surface, spoken_text(surface, index))
    QAccessible.updateAccessibility(event)


def _rect_of(surface: Surface, index: int) -> QRect:
    top, height = surface.extent_of(index)
    corner = surface.viewport().mapToGlobal(QPoint(surface.column_left, top))
    return QRect(corner, QSize(surface.column_width, height))


def _message_at(surface: Surface, point: QPoint) -> int:
    inside = surface.viewport().mapFromGlobal(point)
    under = surface.place_under(inside) if surface.viewport().rect().contains(inside) else None
    return under[0].message if under else -1


@cache
def make_readable() -> None:
    """Let screen readers read transcripts; once for the whole program."""
    # Qt keeps plain addresses of interfaces until the program ends; so they live as long.
    kept: list[TranscriptAccessible] = []

    def interface_for(_: str, widget: QObject) -> QAccessibleInterface | None:
        if not isinstance(widget, Surface):
            return None
        kept.append(TranscriptAccessible(widget))
        return kept[-1]

    QAccessible.installFactory(interface_for)
