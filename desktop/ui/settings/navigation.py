"""The list of pages at the left of the settings, and the search over all of them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.look import set_kind
from desktop.ui.settings.controls import blocked
from desktop.ui.settings.page import SettingsPage
from desktop.ui.theme import Theme

WIDTH, NARROW_WIDTH = 190, 54
_ICON = 17
_MOST_FOUND = 40
_TargetRole = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class _SearchEdit(QLineEdit):
    """Up and Down move in what was found, Enter goes there, Esc ends the search."""

    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list, or write."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key == Qt.Key.Key_Escape and self.text():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Navigation(QWidget):
    """Shows the pages, or while something is searched for, what was found.

    Signals: `page_chosen` with a page; `found` with a page and the widget on it.
    """

    page_chosen = Signal(object)
    found = Signal(object, object)

    def __init__(
        self, pages: Callable[[], Sequence[SettingsPage]], *, theme: Theme, icons: Icons
    ) -> None:
        super().__init__()
        self._pages, self._theme, self._icons = pages, theme, icons
        self._dirty: set[str] = set()
        self._current: SettingsPage | None = None
        self._narrow = False
        self.setObjectName("settingsNavigation")
        set_kind(self, "side")
        self._search = _SearchEdit()
        self._list = QListWidget()
        self._set_up()
        self._connect()
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Show the icons alone where there is little room."""
        self._narrow = narrow
        self.setFixedWidth(NARROW_WIDTH if narrow else WIDTH)
        self._search.setVisible(not narrow)
        self.refresh()

    def show_current(self, page: SettingsPage) -> None:
        """Mark the page that is on screen."""
        self._current = page
        if not self._search.text():
            with blocked(self._list):
                self._list.setCurrentRow(self._row_of_current())

    def mark(self, name: str, *, dirty: bool) -> None:
        """Mark the page `name` as changed, or not."""
        before = set(self._dirty)
        (self._dirty.add if dirty else self._dirty.discard)(name)
        if before != self._dirty:
            self.refresh()

    def end_search(self) -> None:
        """Show the pages again."""
        self._search.clear()

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self._search.setFocus()
        self._search.selectAll()

    def refresh(self) -> None:
        """Fill the list anew."""
        words = self._search.text().casefold().split()
        with blocked(self._list):
            self._list.clear()
            for item in self._hits(words) if words else self._items():
                self._list.addItem(item)
            if words and not self._list.count():
                nothing = QListWidgetItem(self.tr("Nothing found"))
                nothing.setFlags(Qt.ItemFlag.NoItemFlags)
                self._list.addItem(nothing)
            self._list.setCurrentRow(0 if words else self._row_of_current())

    def _items(self) -> list[QListWidgetItem]:
        return [self._item(page) for page in self._pages()]

    def _item(self, page: SettingsPage) -> QListWidgetItem:
        changed = page.name in self._dirty
        item = QListWidgetItem(f"{page.title}  •" if changed else page.title)
        spoken = self.tr("{0}, not saved").format(page.title) if changed else page.title
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        item.setToolTip(spoken if self._narrow else "")
        item.setIcon(self._icons.icon(page.icon, self._theme.tokens.muted, _ICON))
        item.setSizeHint(QSize(0, 34))
        item.setData(_TargetRole, (page, None))
        if self._narrow:
            item.setText("")
        return item

    def _hits(self, words: Sequence[str]) -> list[QListWidgetItem]:
        hits: list[QListWidgetItem] = []
        for page in self._pages():
            if _matches(words, page.title):
                hits.append(self._item(page))
            for entry in page.entries():
                if _matches(words, f"{entry.label} {page.title} {entry.words}"):
                    item = QListWidgetItem(f"{entry.label}\n{page.title}")
                    item.setSizeHint(QSize(0, 46))
                    item.setData(_TargetRole, (page, entry.widget))
                    hits.append(item)
        return hits[:_MOST_FOUND]

    def _row_of_current(self) -> int:
        pages = list(self._pages())
        return pages.index(self._current) if self._current in pages else 0

    def _set_up(self) -> None:
        self._search.setObjectName("settingsSearchEdit")
        self._search.setAccessibleName(self.tr("Search the settings"))
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setProperty("kind", "search")
        self._search.setClearButtonEnabled(True)
        self._glass = QAction(self._search)
        self._search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._list.setObjectName("settingsPageList")
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setIconSize(QSize(_ICON, _ICON))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 16, 10, 10)
        column.setSpacing(10)
        column.addWidget(self._search)
        column.addWidget(self._list, 1)
        self._draw()

    def _connect(self) -> None:
        self._search.textChanged.connect(self.refresh)
        self._search.stepped.connect(self._step)
        self._search.returnPressed.connect(self._go)
        self._search.left.connect(self.end_search)
        self._list.currentItemChanged.connect(self._on_moved)
        self._list.itemClicked.connect(self._go)
        self._list.itemActivated.connect(self._go)
        self._theme.changed.connect(self._draw)

    def _draw(self) -> None:
        self._glass.setIcon(self._icons.icon("search", self._theme.tokens.faint, 15))
        self.refresh()

    def _step(self, by: int) -> None:
        row = self._list.currentRow() + by
        if 0 <= row < self._list.count():
            self._list.setCurrentRow(row)

    def _on_moved(self) -> None:
        """Arrow keys change the page at once; in what was found, Enter does."""
        if not self._search.text():
            self._go()

    def _go(self) -> None:
        # A press of the mouse makes a row the current one before it selects it.
        target = self._list.currentIndex().data(_TargetRole)
        if target is None:
            return
        page, widget = target
        if widget is None:
            self.page_chosen.emit(page)
        else:
            self.found.emit(page, widget)


def _matches(words: Sequence[str], text: str) -> bool:
    return all(word in text.casefold() for word in words)
