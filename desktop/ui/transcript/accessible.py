"""The transcript for screen readers: a list whose items are the messages."""

from functools import cache
from typing import Protocol, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QWidget

NOTHING = cast("QAccessibleInterface", None)
"""Qt takes a null pointer for "there is none"; the binding's stubs do not say so."""


class MessageList(Protocol):
    """What is read out, message by message."""

    def message_count(self) -> int:
        """Return how many messages there are."""
        ...

    def spoken_text(self, index: int) -> str:
        """Return who speaks and what they say."""
        ...

    def message_rect(self, index: int) -> QRect:
        """Return where a message is on the screen."""
        ...

    def message_at(self, point: QPoint) -> int:
        """Return the message at a point of the screen, -1 where there is none."""
        ...


class MessageAccessible(QAccessibleInterface):
    """One message: an item with its text, which can only be read."""

    def __init__(self, messages: MessageList, around: QAccessibleInterface, index: int) -> None:
        super().__init__()
        self._messages = messages
        self._around = around
        self.index = index

    def isValid(self) -> bool:  # noqa: N802 - Qt's own name
        """Tell whether the message is still there."""
        return self._around.isValid() and self.index < self._messages.message_count()

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
        return self._messages.spoken_text(self.index) if is_name else ""

    def setText(self, t: QAccessible.Text, text: str, /) -> None:  # noqa: N802 - Qt's own name
        """Change nothing."""

    def rect(self) -> QRect:
        """Return where the message is on the screen."""
        return self._messages.message_rect(self.index) if self.isValid() else QRect()

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

    def __init__(self, widget: QWidget, messages: MessageList) -> None:
        super().__init__(widget, QAccessible.Role.List, widget.accessibleName())
        self._messages = messages
        self._items: dict[int, MessageAccessible] = {}

    def childCount(self) -> int:
        """Return the number of messages."""
        return self._messages.message_count()

    def child(self, index: int, /) -> QAccessibleInterface:
        """Return a message; the same one for the same place, as Qt keeps its address."""
        if not 0 <= index < self.childCount():
            return NOTHING
        if index not in self._items:
            self._items[index] = MessageAccessible(self._messages, self, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface, /) -> int:
        """Return a message's place."""
        return child.index if isinstance(child, MessageAccessible) else -1

    def childAt(self, x: int, y: int, /) -> QAccessibleInterface:
        """Return the message at a point of the screen."""
        return self.child(self._messages.message_at(QPoint(x, y)))


@cache
def make_readable(kind: type[QWidget]) -> None:
    """Let screen readers read all widgets of a class, which must be a `MessageList` too."""
    # Qt keeps plain addresses of interfaces until the program ends; so they live as long.
    kept: list[TranscriptAccessible] = []

    def interface_for(_: str, widget: QObject) -> QAccessibleInterface | None:
        if not isinstance(widget, kind):
            return None
        kept.append(TranscriptAccessible(widget, cast("MessageList", widget)))
        return kept[-1]

    QAccessible.installFactory(interface_for)
