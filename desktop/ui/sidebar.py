"""The sidebar: new chat, search, the conversations, and whose account this is."""

from collections.abc import Sequence

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

from desktop.core.conversation import ConversationSummary
from desktop.core.ids import ConversationId
from desktop.ui.conversation_list import ConversationList
from desktop.ui.icons import Icons
from desktop.ui.look import ElidedLabel, HairLine, IconButton, Label, WrappedLabel, named, set_kind
from desktop.ui.theme import Theme

SEARCH_DELAY = 120
"""Milliseconds after the last key before a search is asked for."""


class Sidebar(QWidget):
    """Implements `SidebarView`."""

    conversation_selected = Signal(object)
    new_chat_requested = Signal()
    rename_requested = Signal(object, str)
    pin_requested = Signal(object, bool)
    delete_requested = Signal(object)
    search_changed = Signal(str)
    settings_requested = Signal()
    collapse_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._waiting: tuple[Sequence[ConversationSummary], bool] | None = None
        named(self, "sidebar", self.tr("Sidebar"))
        set_kind(self, "side")
        self.list = ConversationList(theme=theme, icons=icons)
        self._search = _SearchEdit()
        self._search_icon = self._search.addAction(
            icons.icon("search", theme.tokens.faint, 16), QLineEdit.ActionPosition.LeadingPosition
        )
        self._delay = QTimer(self, singleShot=True, interval=SEARCH_DELAY)
        self._lay_out()
        self._connect()
        self._colour()

    def show_conversations(self, rows: Sequence[ConversationSummary], *, searching: bool) -> None:
        """Replace the rows; one that is being renamed is waited for."""
        if self.list.is_editing:
            self._waiting = (rows, searching)
            return
        if self.list.conversations.rowCount():
            self._replace(rows, headings=not searching)
        else:
            self.list.conversations.set_rows(rows, headings=not searching)
        self._show_emptiness(bool(rows), searching=searching)

    def select(self, conversation_id: ConversationId | None) -> None:
        """Mark the open conversation and bring it into sight; None for a new chat."""
        self.list.conversations.set_open(conversation_id)
        index = self.list.conversations.index_of(conversation_id)
        self.list.setCurrentIndex(index)
        if index.isValid():
            self.list.scrollTo(index)

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        """Mark that an answer is streaming in a conversation."""
        self.list.conversations.set_active(conversation_id, active)

    def set_account(self, title: str, detail: str) -> None:
        """Say who answers, such as "OpenAI", and where the keys are kept."""
        self._account.set_text(title)
        self._detail.set_text(detail)
        self._avatar.setText(title[:1].upper() or "P")

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
        inset.addWidget(self._search)
        column.addLayout(inset)
        column.addWidget(self._body(), 1)
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
        self.list.pin_requested.connect(self.pin_requested)
        self.list.delete_requested.connect(self.delete_requested)
        self.list.editing_finished.connect(self._show_waiting, Qt.ConnectionType.QueuedConnection)
        self.list.conversations.renamed.connect(self.rename_requested)
        self._search.textChanged.connect(self._delay.start)
        self._search.cleared.connect(self._search_now)
        self._search.left.connect(self.list.setFocus)
        self._delay.timeout.connect(self._report_search)
        self._theme.changed.connect(self._colour)

    def _replace(self, rows: Sequence[ConversationSummary], *, headings: bool) -> None:
        # Asking Qt for its own scroll bar or viewport makes PySide look at every widget
        # class there is, 15 ms: the first rows, which come before the first paint, do not.
        bar = self.list.verticalScrollBar()
        scrolled = bar.value()
        current = self.list.conversations.summary(self.list.currentIndex())
        self.list.conversations.set_rows(rows, headings=headings)
        if current is not None:
            self.list.setCurrentIndex(self.list.conversations.index_of(current.id))
        bar.setValue(scrolled)

    def _search_now(self) -> None:
        self._delay.stop()
        self._report_search()

    def _report_search(self) -> None:
        self.search_changed.emit(self._search.text().strip())

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            rows, searching = self._waiting
            self._waiting = None
            self.show_conversations(rows, searching=searching)

    def _show_emptiness(self, any_rows: bool, *, searching: bool) -> None:
        nothing = self.tr("Nothing found for “{words}”").format(words=self._search.text().strip())
        self._empty.set_text(nothing if searching else self.tr("No conversations yet"))
        self._pages.setCurrentWidget(self.list if any_rows else self._empty)

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
