"""The first page a newcomer sees: three ways to a first answer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.core.errors import ParleyError
from desktop.presenters.first_run_view import Section
from desktop.ui.first_run_cards import Card, KeyCard, LocalCard, ServerCard
from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel, named, set_kind
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.theme import Theme

WIDTH = 560


class FirstRunPage(QScrollArea):
    """Reports which way was chosen; shows progress and errors where they belong."""

    key_entered = Signal(str)
    key_changed = Signal(str)
    server_chosen = Signal(str)
    look_again_requested = Signal()
    local_chosen = Signal()
    local_cancelled = Signal()
    settings_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        named(self, "firstRunPage", self.tr("Welcome to Parley"))
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._key = KeyCard(theme=theme, icons=icons)
        self._server = ServerCard(theme=theme, icons=icons)
        self._local = LocalCard(theme=theme, icons=icons)
        self._notice = NoticeBar(theme=theme, icons=icons)
        self._cards: dict[Section, Card] = {
            "key": self._key,
            "server": self._server,
            "local": self._local,
        }
        self.setWidget(self._page())
        self._connect()
        self.setFocusProxy(self._key.field)

    def show_recognised(self, provider: str) -> None:
        """Name the provider that the key's beginning gives away; '' when it doesn't."""
        self._key.show_recognised(provider)

    def set_looking(self, looking: bool) -> None:
        """Say that servers are being looked for; all cards stay as they are."""
        self._server.set_looking(looking)

    def set_servers(self, servers: Sequence[tuple[str, str, str]]) -> None:
        """List servers found on this computer: name, URL and a word about their models."""
        self._server.set_servers(servers)

    def set_local_progress(self, text: str, fraction: float | None) -> None:
        """Show how far the local model is, 0 to 1; None while that can't be told."""
        self._local.set_progress(text, fraction)

    def show_error(self, section: Section, error: ParleyError) -> None:
        """Show what went wrong, inside the card it belongs to."""
        self._cards[section].show_error(error)

    def show_notice(self, error: ParleyError) -> None:
        """Show an error that belongs to no card, above them."""
        self._notice.show_error(error)
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self._notice))

    def set_busy(self, section: Section, busy: bool) -> None:
        """Lock a card while its choice is being tried, and the others with it."""
        if busy:
            self._notice.hide()
        for name, card in self._cards.items():
            card.set_busy(busy and name == section)
            card.setEnabled(not busy or name == section)

    def _page(self) -> QWidget:
        page = named(QWidget(), "firstRunContent", self.tr("Three ways to begin"))
        set_kind(page, "page")
        logo = named(QLabel(), "firstRunLogo", "Parley")
        logo.setPixmap(self._icons.pixmap("parley", "", 56, self.devicePixelRatioF()))
        title = Label(self.tr("Welcome to Parley"), kind="hero", name="firstRunTitle")
        promise = self.tr("Pick how you want to begin. You can change it at any time in Settings.")
        text = WrappedLabel(promise, kind="body", name="firstRunText")
        column = QVBoxLayout()
        column.setSpacing(14)
        for label in (logo, title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addWidget(self._notice)
        column.addSpacing(10)
        for card in self._cards.values():
            column.addWidget(card)
        kept = self.tr(
            "No account, no telemetry. Keys and conversations are kept on this computer."
        )
        foot = WrappedLabel(kept, kind="hint", name="firstRunFoot")
        foot.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(foot)
        frame = named(QWidget(), "firstRunColumn", self.tr("Three ways to begin"))
        frame.setMaximumWidth(WIDTH)
        frame.setLayout(column)
        row = QHBoxLayout()
        row.addWidget(frame)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(20, 28, 20, 20)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)
        return page

    def _connect(self) -> None:
        for part in (*self._cards.values(), self._notice):
            part.settings_requested.connect(self.settings_requested)
        self._key.changed.connect(self.key_changed)
        self._key.entered.connect(self.key_entered)
        self._server.chosen.connect(self.server_chosen)
        self._server.look_again.connect(self.look_again_requested)
        self._local.chosen.connect(self.local_chosen)
        self._local.cancelled.connect(self.local_cancelled)
