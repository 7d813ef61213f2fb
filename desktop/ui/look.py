"""Small widgets that take their look from the theme."""

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop.ui.icons import ICON_SIZE, Icons
from desktop.ui.theme import Theme

AnyWidget = TypeVar("AnyWidget", bound=QWidget)

_FRAME = QSize(16, 48)  # what window managers draw around a window, at the most


def named(widget: AnyWidget, name: str, label: str) -> AnyWidget:
    """Give `widget` its object name and what screen readers call it; return it."""
    widget.setObjectName(name)
    widget.setAccessibleName(label)
    return widget


def tooltip(text: str) -> str:
    """Return `text` for a tooltip, which would else take what looks like HTML for HTML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<span>{escaped}</span>" if text else ""


def resize_to_fit(window: QWidget, size: QSize) -> None:
    """Give a window its size, or what its screen has room for, the window's frame counted."""
    window.resize(size.boundedTo(window.screen().availableSize() - _FRAME))


def set_kind(widget: QWidget, kind: str) -> None:
    """Choose the widget's look among those the style sheet names."""
    widget.setProperty("kind", kind)
    # Without it a plain QWidget paints no background of its own.
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def centred(widget: QWidget, width: int, *, margin: int) -> QHBoxLayout:
    """Return a row that holds `widget` in its middle, at most `width` pixels wide."""
    widget.setMaximumWidth(width)
    row = QHBoxLayout()
    row.setContentsMargins(margin, 0, margin, 0)
    row.addWidget(widget)
    return row


class Label(QLabel):
    """Plain text, whatever it contains; its own words are its accessible name."""

    def __init__(self, text: str = "", *, kind: str = "", name: str = "label") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        if kind:
            self.setProperty("kind", kind)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show `text` and tell it to screen readers."""
        self.setText(text)
        self.setAccessibleName(text)


class WrappedLabel(Label):
    """Plain text over as many lines as it needs."""

    def __init__(self, text: str = "", *, kind: str = "", name: str = "label") -> None:
        super().__init__(text, kind=kind, name=name)
        self.setWordWrap(True)
        # A long word, such as an address, must not widen the window.
        self.setMinimumWidth(1)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        """Ask for one line; how many it takes depends on the width."""
        return QSize(1, self.fontMetrics().lineSpacing())


class ElidedLabel(Label):
    """One line of plain text, cut with an ellipsis where it does not fit."""

    def __init__(self, text: str = "", *, kind: str = "", name: str = "label") -> None:
        super().__init__(text, kind=kind, name=name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, elided."""
        text = self.fontMetrics().elidedText(
            self.text().replace("\n", " "), Qt.TextElideMode.ElideRight, self.width()
        )
        with QPainter(self) as painter:
            painter.setPen(self.palette().windowText().color())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text as a tooltip where it is cut."""
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(tooltip(self.text()) if cut else "")
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Shrink to nothing rather than widen the window."""
        return QSize(0, super().minimumSizeHint().height())


class IconButton(QToolButton):
    """A button that is only an icon; `label` is its tooltip and accessible name."""

    def __init__(
        self, icon: str, label: str, *, name: str, theme: Theme, icons: Icons, size: int = ICON_SIZE
    ) -> None:
        super().__init__()
        self._icon, self._theme, self._icons, self._size = icon, theme, icons, size
        self.setObjectName(name)
        self.setIconSize(QSize(size, size))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_label(label)
        theme.changed.connect(self._colour)
        self._colour()

    def set_label(self, label: str) -> None:
        """Say what the button does."""
        self.setToolTip(label)
        self.setAccessibleName(label)

    def _colour(self) -> None:
        self.setIcon(self._icons.icon(self._icon, self._theme.tokens.muted, self._size))


class HairLine(QFrame):
    """A one-pixel separator."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hairLine")
        self.setAccessibleName("")
        self.setFixedHeight(1)
        set_kind(self, "line")
