"""Find in conversation: a field above the transcript's corner, with the count and arrows."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop.ui.icons import Icons
from desktop.ui.look import IconButton, Label, named, set_kind
from desktop.ui.theme import Theme

WIDTH, HEIGHT = 380, 46
MARGIN = 12
ROOM = MARGIN + HEIGHT + 6
"""Pixels that the bar takes of the height below it."""
TYPING_MS = 120
"""How long to wait for the next key before the search begins."""


class FindBar(QFrame):
    """Says what to look for; shows what was found."""

    words_changed = Signal(str)
    next_requested = Signal()
    previous_requested = Signal()
    closed = Signal()
    room_changed = Signal()
    """It was shown or put away."""

    def __init__(self, parent: QWidget, *, theme: Theme, icons: Icons) -> None:
        super().__init__(parent)
        named(self, "findBar", self.tr("Find in conversation"))
        set_kind(self, "card")
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._report)
        self._edit = _FindEdit()
        named(self._edit, "findEdit", self.tr("Find in conversation"))
        self._edit.setPlaceholderText(self.tr("Find in conversation"))
        self._edit.setMaxLength(200)
        self._edit.textChanged.connect(self._typing.start)
        self._edit.enter_pressed.connect(self._step)
        self._edit.escape_pressed.connect(self.close_bar)
        self._count = Label(kind="muted", name="findCount")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 6, 4)
        row.setSpacing(4)
        row.addWidget(self._edit, 1)
        row.addWidget(self._count)
        for icon, label, name, signal in (
            ("chevron-up", self.tr("Previous place"), "findPrevious", self.previous_requested),
            ("chevron-down", self.tr("Next place"), "findNext", self.next_requested),
        ):
            button = IconButton(icon, label, name=name, theme=theme, icons=icons, size=16)
            button.clicked.connect(signal)
            row.addWidget(button)
        close = IconButton(
            "x", self.tr("Close"), name="findClose", theme=theme, icons=icons, size=16
        )
        close.clicked.connect(self.close_bar)
        row.addWidget(close)
        self.hide()

    def open_bar(self, words: str) -> None:
        """Show the field, with `words` in it unless there are none, and go there."""
        self.show()
        self.raise_()
        self.room_changed.emit()
        if words:
            self._edit.setText(words)
        self._edit.selectAll()
        self._edit.setFocus()
        self._report()

    def close_bar(self) -> None:
        """Hide the field, take the marks away and give the focus back."""
        if not self.isHidden():
            self.put_away()
            self.closed.emit()

    def put_away(self) -> None:
        """Hide the field and take the marks away."""
        self._typing.stop()
        self.hide()
        self.room_changed.emit()
        self.words_changed.emit("")

    def show_found(self, number: int, count: int, is_done: bool) -> None:
        """Say which of how many places this is."""
        more = "" if is_done else "…"
        if not self._edit.text().strip():
            self._count.set_text("")
        elif not count:
            self._count.set_text(more or self.tr("Not found"))
        else:
            self._count.set_text(f"{number:,}/{count:,}{more}")

    def lie_over(self, area: QRect) -> None:
        """Take the upper right corner of `area`."""
        width = min(WIDTH, area.width() - 2 * MARGIN)
        self.setGeometry(area.right() - width - MARGIN - 8, area.top() + MARGIN, width, HEIGHT)

    def _step(self, backwards: bool) -> None:
        if self._typing.isActive():
            self._report()
        elif backwards:
            self.previous_requested.emit()
        else:
            self.next_requested.emit()

    def _report(self) -> None:
        self._typing.stop()
        self.words_changed.emit(self._edit.text())


class _FindEdit(QLineEdit):
    enter_pressed = Signal(bool)
    """Whether Shift was held."""
    escape_pressed = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window's own command."""
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter and Escape for the bar."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.enter_pressed.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.escape_pressed.emit()
        else:
            super().keyPressEvent(event)
