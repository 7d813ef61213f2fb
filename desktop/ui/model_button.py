"""The button that names the model and opens the list of models."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from desktop.ui.icons import Icons
from desktop.ui.look import named, tooltip
from desktop.ui.theme import Theme

MAX_NAME = 220
"""Pixels that a model's name may take; longer ones lose their middle."""


class ModelButton(QPushButton):
    """Emits `menu_requested` before it shows what it knows; choices may come later."""

    menu_requested = Signal()
    model_chosen = Signal(str)
    settings_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._choices: Sequence[tuple[str, str]] = ()
        self._label = ""
        self._menu: QMenu | None = None
        self.setObjectName("modelButton")
        self.setProperty("kind", "menu")
        self.setIconSize(QSize(26, 16))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # An icon stands before the text; mirrored, it stands behind.
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.clicked.connect(self.open_menu)
        theme.changed.connect(self._colour)
        self._colour()
        self.set_model("")

    def set_model(self, label: str) -> None:
        """Name the model; '' asks to choose one."""
        self._label = label
        shown = label or self.tr("Choose a model")
        elided = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideMiddle, MAX_NAME)
        self.setText(elided.replace("&", "&&"))
        self.setAccessibleName(self.tr("Model: {model}").format(model=shown))
        self.setToolTip(tooltip(shown))

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Set the models to choose from, as pairs of id and label."""
        self._choices = choices
        if self._menu is not None:
            self._fill(self._menu)

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """The models to choose from, as pairs of id and label."""
        return self._choices

    def open_menu(self) -> None:
        """Show the list, below the button."""
        self.menu_requested.emit()
        if self._menu is None:
            self._menu = named(QMenu(self), "modelMenu", self.tr("Models"))
            self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._fill(self._menu)
        right = self._menu.sizeHint().width()
        self._menu.popup(self.mapToGlobal(QPoint(self.width() - right, self.height() + 4)))

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        group = QActionGroup(menu)
        for model, label in self._choices:
            group.addAction(self._choice(menu, model, label))
        if not self._choices:
            menu.addAction(self.tr("No other models known yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Settings…")).triggered.connect(self.settings_requested)

    def _choice(self, menu: QMenu, model: str, label: str) -> QAction:
        action = menu.addAction(label.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(self._label in {model, label})
        action.triggered.connect(lambda: self.model_chosen.emit(model))
        return action

    def _colour(self) -> None:
        self.setIcon(self._icons.icon("chevron-down", self._theme.tokens.muted, 16, before=10))
