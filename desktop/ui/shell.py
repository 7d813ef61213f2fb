"""Sidebar and chat side by side; in a narrow window the sidebar is a drawer on top."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from desktop.ui.look import named
from desktop.ui.tokens import SIDEBAR_WIDTH

NARROW = 720
"""Pixels of window width below which the sidebar hides by itself."""
MIN_SIDEBAR, MAX_SIDEBAR = 200, 420
MIN_CHAT = 380


class Shell(QWidget):
    """Shows the sidebar as a column or as a drawer, as the width allows."""

    sidebar_shown = Signal(bool)

    def __init__(self, sidebar: QWidget, chat: QWidget) -> None:
        super().__init__()
        named(self, "shell", self.tr("Conversations and chat"))
        self._sidebar = sidebar
        self._wanted = True  # whether the user wants the column, where there is room
        self._width = SIDEBAR_WIDTH
        self._narrow = False
        sidebar.setMinimumWidth(MIN_SIDEBAR)
        sidebar.setMaximumWidth(MAX_SIDEBAR)
        chat.setMinimumWidth(MIN_CHAT)
        self._splitter = named(QSplitter(), "splitter", self.tr("Sidebar and chat"))
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(sidebar)
        self._splitter.addWidget(chat)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([SIDEBAR_WIDTH, 10 * SIDEBAR_WIDTH])
        self._splitter.splitterMoved.connect(self._remember_width)
        self._scrim = _Scrim(self)
        self._scrim.dismissed.connect(self.close_drawer)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    @property
    def is_sidebar_shown(self) -> bool:
        """Whether the sidebar can be seen, as a column or as a drawer."""
        return not self._sidebar.isHidden()

    def toggle(self) -> None:
        """Show the sidebar, or hide it."""
        self._show(not self.is_sidebar_shown)

    def show_sidebar(self) -> None:
        """Show the sidebar if it is hidden."""
        if not self.is_sidebar_shown:
            self._show(True)

    def close_drawer(self) -> None:
        """Put the drawer away; a column stays."""
        if self._narrow and self.is_sidebar_shown:
            self._show(False)

    def state(self) -> dict[str, Any]:
        """Return the sidebar's width in pixels and whether it is wanted."""
        return {"sidebar_width": self._width, "sidebar_visible": self._wanted}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` returned; what makes no sense is left out."""
        width, visible = state.get("sidebar_width"), state.get("sidebar_visible")
        if isinstance(width, int):
            self._width = min(max(width, MIN_SIDEBAR), MAX_SIDEBAR)
        if isinstance(visible, bool):
            self._wanted = visible
        if not self._narrow:
            self._show(self._wanted)

    def _show(self, shown: bool) -> None:
        if not self._narrow:
            self._wanted = shown
        self._sidebar.setVisible(shown)
        self._scrim.setVisible(shown and self._narrow)
        self._place()
        self.sidebar_shown.emit(shown)

    def _place(self) -> None:
        if self._narrow:
            self._scrim.setGeometry(self.rect())
            self._scrim.raise_()
            self._sidebar.raise_()
            self._sidebar.setGeometry(0, 0, SIDEBAR_WIDTH, self.height())
        elif self.is_sidebar_shown:
            self._splitter.setSizes([self._width, max(1, self.width() - self._width)])

    def _set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        if narrow:
            self._sidebar.setParent(self)
        else:
            self._splitter.insertWidget(0, self._sidebar)
        self._show(self._wanted and not narrow)

    def _remember_width(self) -> None:
        self._width = self._sidebar.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between column and drawer at the narrow width."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._set_narrow(narrow)
        elif narrow:
            self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts the drawer away."""
        if event.key() == Qt.Key.Key_Escape and self._narrow and self.is_sidebar_shown:
            self.close_drawer()
        else:
            super().keyPressEvent(event)


class _Scrim(QWidget):
    """Dims the chat behind the drawer; a click puts the drawer away."""

    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "scrim", self.tr("Close the sidebar"))
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the click."""
        self.dismissed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 90))
