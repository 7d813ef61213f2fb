"""A choice among a few values; the page scrolls under the wheel, the choice stays."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox

Value = TypeVar("Value")


class Choice(QComboBox, Generic[Value]):
    """A box whose rows stand for values, each with a text."""

    def __init__(self, name: str, rows: Sequence[tuple[Value, str]]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._values = [value for value, _ in rows]
        self.addItems([text for _, text in rows])

    @property
    def value(self) -> Value:
        """The value that is chosen."""
        return self._values[self.currentIndex()]

    def set_value(self, value: Value) -> None:
        """Choose `value`, without reporting it."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self._values.index(value))
        self.blockSignals(blocked)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()
