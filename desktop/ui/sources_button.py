"""The button below the composer that says, and changes, what answers draw on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from desktop.core.ids import CollectionId
from desktop.ui.icons import Icons
from desktop.ui.look import named
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.presenters.sources_view import SourceChoice

_SHOWN = 2


class SourcesButton(QPushButton):
    """Implements `SourcesView`; `what_leaves_changed` has words to be shown beside it."""

    what_leaves_changed = Signal(str)
    menu_requested = Signal()
    source_chosen = Signal(object, bool)
    library_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        named(self, "sourcesButton", self.tr("Sources"))
        self.setProperty("kind", "quiet")
        self.setIconSize(QSize(19, 14))
        self.setAutoDefault(False)
        self._menu: QMenu | None = None
        self._has_sources = False
        self.clicked.connect(self.menu_requested)
        theme.changed.connect(self._colour)
        self.show_attached((), "")

    def show_attached(self, names: Sequence[str], what_leaves: str) -> None:
        """Name what the conversation draws on, and say what is sent where."""
        self._has_sources = bool(names)
        shown = ", ".join(names[:_SHOWN]) + (f" +{len(names) - _SHOWN}" if names[_SHOWN:] else "")
        self.setText(shown or self.tr("Sources"))
        spoken = self.tr("Sources: {names}").format(names=", ".join(names) or self.tr("none"))
        self.setAccessibleName(spoken)
        self.setAccessibleDescription(what_leaves)
        self.setToolTip(self.tr("Let answers draw on your documents and conversations"))
        self.what_leaves_changed.emit(what_leaves)
        self._colour()

    def offer_sources(self, choices: "Sequence[SourceChoice]", remark: str) -> None:
        """Open the menu with what there is to choose, and what is to be said of it."""
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = menu = named(QMenu(self), "sourcesMenu", self.tr("Sources"))
        for number, choice in enumerate(choices):
            menu.addAction(self._action(menu, number, choice))
            if choice.collection_id is None:
                menu.addSeparator()
        menu.addSeparator()
        for line in remark.splitlines():
            action = QAction(line, menu)
            action.setObjectName("sourcesRemark")
            action.setEnabled(False)
            menu.addAction(action)
        menu.addSeparator()
        library = QAction(self.tr("Library…"), menu)
        library.setObjectName("openLibraryAction")
        library.triggered.connect(self.library_requested)
        menu.addAction(library)
        height = menu.sizeHint().height()
        menu.popup(self.mapToGlobal(QPoint(0, -height - 4)))

    def _action(self, menu: QMenu, number: int, choice: "SourceChoice") -> QAction:
        action = QAction(choice.name.replace("&", "&&"), menu)
        action.setObjectName(f"sourceAction{number}")
        action.setCheckable(True)
        action.setChecked(choice.chosen)

        def report(chosen: bool, which: CollectionId | None = choice.collection_id) -> None:
            self.source_chosen.emit(which, chosen)

        action.toggled.connect(report)
        return action

    def _colour(self) -> None:
        tokens = self._theme.tokens
        colour = tokens.accent if self._has_sources else tokens.faint
        self.setIcon(self._icons.icon("file-text", colour, 14, after=5))
