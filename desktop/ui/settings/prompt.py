"""A question at the foot of the settings, answered without leaving the window."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.ui.look import WrappedLabel, set_kind
from desktop.ui.settings.controls import Button

_IN_A_ROW = 3
"""More answers than these would not fit a small window."""

Answer = tuple[str, str, Callable[[], None] | None]
"""A button: its object name, its text, and what it does beside ending the question."""


class Prompt(QFrame):
    """Hidden until something is asked; an answer hides it and gives the focus back."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("settingsPrompt")
        self._before: QWidget | None = None
        self._message = WrappedLabel(kind="strong", name="settingsPromptMessage")
        self._detail = WrappedLabel(kind="muted", name="settingsPromptDetail")
        self._buttons = QGridLayout()
        self._buttons.setSpacing(8)
        self._buttons.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(4)
        column.addWidget(self._message)
        column.addWidget(self._detail)
        column.addSpacing(6)
        column.addLayout(self._buttons)
        self.hide()

    @property
    def text(self) -> str:
        """What is asked or said."""
        return "" if self.isHidden() else self.accessibleName()

    def ask(
        self, message: str, detail: str, answers: Sequence[Answer], *, kind: str = "notice"
    ) -> None:
        """Ask; the first answer has the focus. Without answers it only tells."""
        if self.isHidden():
            self._before = self.window().focusWidget()
        self._clear()
        set_kind(self, kind)
        self._message.set_text(message)
        self._detail.set_text(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(f"{message} {detail}".strip())
        buttons = [self._add(*answer) for answer in answers]
        self.show()
        if buttons:
            buttons[0].setFocus()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))

    def dismiss(self) -> None:
        """Take the question away."""
        if self.isHidden():
            return
        self.hide()
        self._clear()
        self.dismissed.emit()
        if self._before is not None:
            self._before.setFocus()

    def _add(self, name: str, text: str, act: Callable[[], None] | None) -> Button:
        button = Button(text, name=name)
        button.clicked.connect(lambda: self._answer(act))
        place = self._buttons.count()
        row, column = divmod(place, _IN_A_ROW)
        self._buttons.addWidget(button, row, column + 1)
        return button

    def _answer(self, act: Callable[[], None] | None) -> None:
        self.dismiss()
        if act is not None:
            act()

    def _clear(self) -> None:
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
