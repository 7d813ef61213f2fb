"""The button beside the search field: what to list, and how to narrow a search."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from desktop.core.organising import Listing, Place
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton, named
from desktop.ui.theme import Theme


class FilterButton(IconButton):
    """Emits `listing_requested` with a `Listing`, and `filter_chosen` with words to search by.

    `models_requested` is emitted before the menu shows the models it knows.
    """

    listing_requested = Signal(object)
    filter_chosen = Signal(str)
    models_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        label = self.tr("Filters, archive and trash")
        super().__init__(
            "list-filter", label, name="filterButton", theme=theme, icons=icons, size=17
        )
        self._models: Sequence[str] = ()
        self._tags: Sequence[str] = ()
        self._menu: QMenu | None = None
        self.clicked.connect(self.open_menu)

    def set_models(self, models: Sequence[str]) -> None:
        """Set the models to filter by; they may come while the menu is open."""
        self._models = models
        if self._menu is not None and self._menu.isVisible():
            self._fill_models()

    def set_tags(self, tags: Sequence[str]) -> None:
        """Set the tags to list by."""
        self._tags = tags

    def open_menu(self) -> None:
        """Show the menu below the button."""
        self.models_requested.emit()
        if self._menu is None:
            self._menu = named(QMenu(self), "filterMenu", self.tr("Filters"))
        self._menu.clear()
        self._fill(self._menu)
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _fill(self, menu: QMenu) -> None:
        self._list(menu, self.tr("All conversations"), Listing())
        self._list(menu, self.tr("Archive"), Listing(place=Place.ARCHIVE))
        self._list(menu, self.tr("Trash"), Listing(place=Place.TRASH))
        tags = self._submenu(menu, "listTagMenu", self.tr("Tags"))
        for tag in self._tags:
            self._list(tags, tag, Listing(place=Place.TAG, name=tag))
        tags.setEnabled(bool(self._tags))
        menu.addSeparator()
        menu.addAction(self.tr("Search only")).setEnabled(False)
        self._filter(menu, self.tr("Titles"), "in:title")
        self._filter(menu, self.tr("Conversations"), "in:chats")
        self._filter(menu, self.tr("Documents"), "in:documents")
        self._filter(menu, self.tr("Messages with code"), "has:code")
        self._filter(menu, self.tr("Messages with attachments"), "has:attachment")
        self._model_menu = self._submenu(menu, "modelFilterMenu", self.tr("Model"))
        self._fill_models()
        self._fill_dates(self._submenu(menu, "dateFilterMenu", self.tr("Date")))

    def _fill_models(self) -> None:
        self._model_menu.clear()
        for model in self._models:
            self._filter(self._model_menu, model, _term("model", model))
        self._model_menu.setEnabled(bool(self._models))

    def _fill_dates(self, menu: QMenu) -> None:
        today = datetime.now().astimezone().date()
        for text, days in (
            (self.tr("Last 7 days"), 7),
            (self.tr("Last 30 days"), 30),
            (self.tr("Last year"), 365),
        ):
            self._filter(menu, text, f"after:{today - timedelta(days=days)}")
        self._filter(menu, self.tr("Before this year"), f"before:{today.year}")

    def _submenu(self, menu: QMenu, name: str, title: str) -> QMenu:
        return named(menu.addMenu(title), name, title)

    def _list(self, menu: QMenu, text: str, listing: Listing) -> None:
        entry = menu.addAction(text.replace("&", "&&"))
        entry.triggered.connect(lambda: self.listing_requested.emit(listing))

    def _filter(self, menu: QMenu, text: str, term: str) -> None:
        entry = menu.addAction(text.replace("&", "&&"))
        entry.triggered.connect(lambda: self.filter_chosen.emit(term))


def _term(name: str, value: str) -> str:
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"
