"""Small parts that the settings are put together from."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import pairwise

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)


class Button(QPushButton):
    """A button that Enter in a field never presses; `kind` is its look."""

    def __init__(self, text: str, *, name: str, kind: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAutoDefault(False)
        if kind:
            self.setProperty("kind", kind)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Name the button."""
        self.setText(text)
        self.setAccessibleName(text)


class LineEdit(QLineEdit):
    """A line to type in."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)


class Group(QWidget):
    """Widgets below each other."""

    def __init__(self, *widgets: QWidget, name: str, spacing: int) -> None:
        super().__init__()
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(spacing)
        for widget in widgets:
            column.addWidget(widget)


class Row(QWidget):
    """Widgets beside each other; the first takes the room, or room is left in its place."""

    def __init__(
        self, first: QWidget | None, *others: QWidget, name: str, spacing: int = 4
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(spacing)
        if first is None:
            row.addStretch(1)
        else:
            row.addWidget(first, 1)
        for widget in others:
            row.addWidget(widget)


class Pair(QWidget):
    """Two widgets beside each other, of the same width and from the same line on."""

    def __init__(self, left: QWidget, right: QWidget, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for widget in (left, right):
            row.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)


def order_tabs(root: QWidget) -> None:
    """Let Tab go through `root` as the eye does, in whatever order the widgets were made."""
    layout = root.layout()
    assert layout is not None, "what is laid out has an order"
    for before, after in pairwise(_in_layout(layout)):
        QWidget.setTabOrder(before, after)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if isinstance(widget, QScrollArea):
            widget = widget.widget()
        inside = inner or (widget.layout() if widget is not None else None)
        if inside is not None:
            yield from _in_layout(inside)
        elif widget is not None and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget


@contextmanager
def blocked(*widgets: QObject) -> Generator[None]:
    """Keep `widgets` from reporting what the program puts into them."""
    before = [widget.blockSignals(True) for widget in widgets]
    try:
        yield
    finally:
        for widget, was_blocked in zip(widgets, before, strict=True):
            widget.blockSignals(was_blocked)
