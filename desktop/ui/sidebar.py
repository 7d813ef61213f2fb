"""The sidebar: new chat, search, the conversations, and whose account this is."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId
from desktop.core.organising import Folder, Group, Listing, Place
from desktop.presenters.sidebar_view import Pages
from desktop.ui.conversation_list import ConversationList
from desktop.ui.filter_button import FilterButton
from desktop.ui.folder_list import FolderList
from desktop.ui.icons import Icons
from desktop.ui.listing_bar import ListingBar
from desktop.ui.look import ElidedLabel, HairLine, IconButton, Label, WrappedLabel, named, set_kind
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.core.search import Hit
    from desktop.ui.result_list import ResultList

SEARCH_DELAY = 15
"""Milliseconds after the last key before a search is asked for: keys pressed at once are one."""


class Sidebar(QWidget):
    """Implements `SidebarView` and `SearchView`.

    `change_requested` carries a `desktop.core.changes.Change`, `listing_requested` a
    `Listing`, `hit_chosen` a `Hit`.
    """

    conversation_selected = Signal(object)
    new_chat_requested = Signal()
    rename_requested = Signal(object, str)
    change_requested = Signal(object)
    duplicate_requested = Signal(object)
    statistics_requested = Signal(object)
    export_requested = Signal(object)
    listing_requested = Signal(object)
    page_requested = Signal(int)
    search_changed = Signal(str)
    hit_chosen = Signal(object)
    filters_requested = Signal()
    settings_requested = Signal()
    collapse_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._waiting: Callable[[], None] | None = None
        self._listing = Listing()
        self._searching = False
        named(self, "sidebar", self.tr("Sidebar"))
        set_kind(self, "side")
        self.list = ConversationList(theme=theme, icons=icons)
        self.folders = FolderList(theme=theme, icons=icons)
        self._bar = ListingBar(theme=theme, icons=icons)
        self._results: ResultList | None = None
        self._remark = WrappedLabel(kind="hint", name="searchRemark")
        self._remark.setContentsMargins(22, 0, 16, 4)
        self._remark.hide()
        self._search = _SearchEdit()
        self._search_icon = self._search.addAction(
            icons.icon("search", theme.tokens.faint, 16), QLineEdit.ActionPosition.LeadingPosition
        )
        self._delay = QTimer(self, singleShot=True, interval=SEARCH_DELAY)
        self._lay_out()
        self._connect()
        self._colour()

    def show_conversations(self, rows: Sequence[ConversationSummary]) -> None:
        """Show what is known before the data is open."""
        self.list.conversations.set_rows(rows)
        self._show_body()

    def visible_pages(self) -> Sequence[int]:
        """Return the numbers of the pages on screen, at least the first."""
        return self.list.visible_pages()

    def show_list(self, listing: Listing, groups: Sequence[Group], pages: Pages) -> None:
        """Replace the rows; a title that is being edited is waited for."""
        if self.list.is_editing:
            self._waiting = lambda: self.show_list(listing, groups, pages)
            return
        other = listing != self._listing
        self._listing = listing
        self._replace(groups, pages, to_top=other)
        self._bar.show_listing(listing, any_rows=bool(groups))
        self._show_body()

    def show_page(self, number: int, rows: Sequence[ConversationSummary]) -> None:
        """Fill in one page of the list."""
        self.list.conversations.set_page(number, rows)

    def show_folders(self, folders: Sequence[Folder], tags: Sequence[str]) -> None:
        """List the folders, and offer folders and tags to sort into."""
        self.folders.show_folders(folders, self._listing)
        self.list.offer(folders, tags)
        self._filters.set_tags(tags)

    def show_search_remark(self, remark: str) -> None:
        """Say below the results what they lack; '' for nothing."""
        self._remark.set_text(remark)
        self._remark.setVisible(bool(remark) and self._searching)

    def show_similar(self, hits: "Sequence[Hit]") -> None:
        """List what is like a message; Escape in the search field ends it."""
        blocked = self._search.blockSignals(True)
        self._search.setText(self.tr("Similar messages"))
        self._search.blockSignals(blocked)
        self.focus_search()
        self.show_results("", hits)
        if not hits:
            self._empty.set_text(self.tr("Nothing is much like this message"))

    def show_results(self, text: str, hits: "Sequence[Hit]", *, complete: bool = True) -> None:
        """List what was found in place of the conversations; more may come."""
        self._searching, self._complete = True, complete
        self.results.results.set_hits(hits)
        self.results.scrollToTop()
        self._show_body()

    def end_search(self) -> None:
        """List the conversations again."""
        self._searching = False
        self._remark.hide()
        self._show_body()

    def offer_models(self, models: Sequence[str]) -> None:
        """Set the models to filter a search by."""
        self._filters.set_models(models)

    @property
    def results(self) -> "ResultList":
        """The search results; built when something is first looked for."""
        if self._results is None:
            from desktop.ui.result_list import ResultList

            self._results = ResultList(theme=self._theme)
            self._results.chosen.connect(self.hit_chosen)
            self._pages.addWidget(self._results)
        return self._results

    def select(self, conversation_id: ConversationId | None) -> bool:
        """Mark the open conversation and bring it into sight; False where it was not read."""
        self.list.conversations.set_open(conversation_id)
        index = self.list.conversations.index_of(conversation_id)
        self.list.show_current(index)
        if index.isValid():
            self.list.scrollTo(index)
        return index.isValid()

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        """Mark that an answer is streaming in a conversation."""
        self.list.conversations.set_active(conversation_id, active)

    def set_account(self, title: str, detail: str) -> None:
        """Say who answers, such as "OpenAI", and where the keys are kept."""
        self._account.set_text(title)
        self._detail.set_text(detail)
        self._avatar.setText(title[:1].upper() or "P")

    def ask_for(self, listing: Listing) -> None:
        """Ask for other conversations to be listed, and end a search."""
        if self._search.text():
            self._search.clear()
            self._search_now()
        self.listing_requested.emit(listing)

    def search_for(self, words: str) -> None:
        """Look for words at once."""
        self._search.setText(words)
        self._search_now()
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        inset = QVBoxLayout()
        inset.setContentsMargins(12, 0, 12, 0)
        inset.setSpacing(8)
        inset.addWidget(self._new_chat_button())
        inset.addLayout(self._search_row())
        column.addLayout(inset)
        column.addWidget(self.folders)
        column.addWidget(self._bar)
        column.addWidget(self._body(), 1)
        column.addWidget(self._remark)
        column.addWidget(HairLine())
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        self._mark = named(QLabel(), "appMark", "Parley")
        row = QHBoxLayout()
        row.setContentsMargins(15, 4, 10, 4)
        row.setSpacing(11)
        row.addWidget(self._mark)
        row.addWidget(Label("Parley", kind="name", name="appName"), 1)
        collapse = self._icon_button("panel-left", self.tr("Hide the sidebar"), "collapseButton")
        collapse.clicked.connect(self.collapse_requested)
        row.addWidget(collapse)
        return row

    def _new_chat_button(self) -> QPushButton:
        label = self.tr("New chat")
        self._new_chat = named(QPushButton(label), "newChatButton", label)
        self._new_chat.setProperty("kind", "row")
        self._new_chat.setIconSize(QSize(26, 18))
        self._new_chat.setCursor(Qt.CursorShape.PointingHandCursor)
        self._new_chat.clicked.connect(self.new_chat_requested)
        return self._new_chat

    def _search_row(self) -> QHBoxLayout:
        self._filters = FilterButton(theme=self._theme, icons=self._icons)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._search, 1)
        row.addWidget(self._filters)
        return row

    def _body(self) -> QStackedWidget:
        self._empty = WrappedLabel(kind="muted", name="sidebarEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(20, 28, 20, 0)
        self._pages = named(QStackedWidget(), "sidebarPages", self.tr("Conversations"))
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        return self._pages

    def _foot(self) -> QHBoxLayout:
        self._avatar = Label("P", kind="avatar", name="avatar")
        self._avatar.setFixedSize(30, 30)
        self._avatar.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._account = ElidedLabel(kind="strong", name="accountTitle")
        self._detail = ElidedLabel(kind="hint", name="accountDetail")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._account)
        words.addWidget(self._detail)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 10, 12)
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(words, 1)
        settings = self._icon_button("settings", self.tr("Settings"), "settingsButton")
        settings.clicked.connect(self.settings_requested)
        row.addWidget(settings)
        return row

    def _icon_button(self, icon: str, label: str, name: str) -> IconButton:
        return IconButton(icon, label, name=name, theme=self._theme, icons=self._icons)

    def _connect(self) -> None:
        self.list.opened.connect(self.conversation_selected)
        self.list.duplicate_requested.connect(self.duplicate_requested)
        self.list.statistics_requested.connect(self.statistics_requested)
        self.list.export_requested.connect(self.export_requested)
        self.list.editing_finished.connect(self._show_waiting, Qt.ConnectionType.QueuedConnection)
        self.list.conversations.renamed.connect(self.rename_requested)
        # A row is asked for while it is painted: what comes of it must wait for the end of that.
        self.list.conversations.page_requested.connect(
            self.page_requested, Qt.ConnectionType.QueuedConnection
        )
        for widget in (self.list, self.folders, self._bar):
            widget.change_requested.connect(self.change_requested)
        for widget in (self.folders, self._bar, self._filters):
            widget.listing_requested.connect(self.ask_for)
        self._filters.models_requested.connect(self.filters_requested)
        self._filters.filter_chosen.connect(self._add_filter)
        self._search.textChanged.connect(self._delay.start)
        self._search.cleared.connect(self._search_now)
        self._search.left.connect(self._leave_search)
        self._delay.timeout.connect(self._report_search)
        self._theme.changed.connect(self._colour)

    def _replace(self, groups: Sequence[Group], pages: Pages, *, to_top: bool) -> None:
        bar = self.list.verticalScrollBar()
        scrolled = 0 if to_top else bar.value()
        current = self.list.conversations.summary(self.list.currentIndex())
        several = len(self.list.selectionModel().selectedRows()) > 1
        self.list.conversations.set_list(groups, pages)
        if current is not None and not several:
            self.list.show_current(self.list.conversations.index_of(current.id))
        bar.setValue(scrolled)
        if self.list.hasFocus():
            self.list.put_on_a_row()

    def _add_filter(self, term: str) -> None:
        words = [word for word in self._search.text().split() if word != term]
        self._search.setText(" ".join([*words, term]) + " ")
        self._search.setFocus()

    def _leave_search(self) -> None:
        if self._searching and self.results.results.rowCount():
            self.results.setFocus()
            self.results.setCurrentIndex(self.results.results.index(0))
        else:
            self.list.setFocus()

    def _search_now(self) -> None:
        self._delay.stop()
        self._report_search()

    def _report_search(self) -> None:
        self.search_changed.emit(self._search.text().strip())

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            show, self._waiting = self._waiting, None
            show()

    def _show_body(self) -> None:
        if self._searching:
            shown: QWidget = self.results
            any_rows = self.results.results.rowCount() > 0
        else:
            shown, any_rows = self.list, self.list.conversations.rowCount() > 0
        # A search looks through everything, whatever is listed.
        self._bar.setVisible(self._listing.place is not Place.ALL and not self._searching)
        self._empty.set_text(self._emptiness())
        self._pages.setCurrentWidget(shown if any_rows else self._empty)

    def _emptiness(self) -> str:
        if self._searching and not self._complete:
            return self.tr("Looking for what means the same…")
        if self._searching:
            words = self._search.text().strip()
            return self.tr("Nothing found for “{words}”").format(words=words)
        nothing = {
            Place.ARCHIVE: self.tr("Nothing is archived"),
            Place.TRASH: self.tr("The trash is empty"),
            Place.FOLDER: self.tr("Drag conversations here, or use their menu"),
        }
        return nothing.get(self._listing.place, self.tr("No conversations yet"))

    def _colour(self) -> None:
        tokens = self._theme.tokens
        dpr = self.devicePixelRatioF()
        self._mark.setPixmap(self._icons.pixmap("parley", "", 28, dpr))
        self._new_chat.setIcon(self._icons.icon("square-pen", tokens.text, 18, after=8))
        self._search_icon.setIcon(self._icons.icon("search", tokens.faint, 16))


class _SearchEdit(QLineEdit):
    """Escape clears it; Down leaves it for the list."""

    cleared = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "searchEdit", self.tr("Search conversations"))
        self.setPlaceholderText(self.tr("Search"))
        self.setProperty("kind", "search")

    def event(self, event: QEvent) -> bool:
        """Claim Escape while there is something to clear: elsewhere it stops an answer."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(event.key() == Qt.Key.Key_Escape and bool(self.text()))
            if event.isAccepted():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear on Escape, leave on Down."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.cleared.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)
