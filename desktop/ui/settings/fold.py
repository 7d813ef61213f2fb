"""Settings that few need, folded away behind one line."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

_ICON = 14


class Fold(QWidget):
    """A line that shows or hides what is under it."""

    def __init__(
        self, title: str, content: QWidget, *, name: str, theme: Theme, icons: Icons
    ) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._content = content
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._toggle = QToolButton()
        self._toggle.setObjectName(f"{name}Toggle")
        self._toggle.setText(title)
        self._toggle.setCheckable(True)
        self._toggle.setAccessibleName(title)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle.setIconSize(QSize(_ICON, _ICON))
        self._toggle.setCursor(Qt.CursorShape.PointingHandCursor)
        self._toggle.setProperty("kind", "fold")
        self._toggle.toggled.connect(self._on_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(content)
        theme.changed.connect(self._draw)
        self._on_toggled(False)

    @property
    def toggle(self) -> QToolButton:
        """The line itself."""
        return self._toggle

    def set_open(self, is_open: bool) -> None:
        """Show or hide what is under the line."""
        self._toggle.setChecked(is_open)

    def _on_toggled(self, is_open: bool) -> None:
        self._content.setVisible(is_open)
        self._draw()

    def _draw(self) -> None:
        name = "chevron-down" if self._toggle.isChecked() else "chevron-right"
        self._toggle.setIcon(self._icons.icon(name, self._theme.tokens.muted, _ICON))
