"""The bar above a conversation: its title, its model and the menu."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.look import ElidedLabel, IconButton, Label, named, set_kind
from desktop.ui.model_button import ModelButton
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.context import ContextUse

HEIGHT = 56
WIDE = 620
"""Pixels of width from which the context has room."""
_THOUSAND, _MILLION = 1_000, 1_000_000


class ChatHeader(QWidget):
    """Shows the way back to the sidebar only while the sidebar is hidden."""

    sidebar_requested = Signal()
    new_chat_requested = Signal()
    chat_settings_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        named(self, "chatHeader", self.tr("Conversation"))
        set_kind(self, "header")
        self.setFixedHeight(HEIGHT)
        self._title = ElidedLabel(kind="title", name="chatTitle")
        self.model_button = ModelButton(theme=theme, icons=icons)
        self._sidebar = IconButton(
            "panel-left", self.tr("Show the sidebar"), name="expandButton", theme=theme, icons=icons
        )
        self._new_chat = IconButton(
            "square-pen", self.tr("New chat"), name="headerNewChatButton", theme=theme, icons=icons
        )
        self._settings = IconButton(
            "sliders-horizontal",
            self.tr("Chat settings"),
            name="chatSettingsButton",
            theme=theme,
            icons=icons,
        )
        self._settings.clicked.connect(self.chat_settings_requested)
        self._context = Label(kind="hint", name="contextLabel")
        self._context.hide()
        self._fits = False
        self.menu_button = IconButton(
            "ellipsis", self.tr("Menu"), name="menuButton", theme=theme, icons=icons
        )
        self._sidebar.clicked.connect(self.sidebar_requested)
        self._new_chat.clicked.connect(self.new_chat_requested)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(6)
        for widget in (self._sidebar, self._new_chat):
            self._row.addWidget(widget)
        self._row.addWidget(self._title, 1)
        for widget in (self._context, self.model_button, self._settings, self.menu_button):
            self._row.addWidget(widget)
        self.offer_sidebar(False)

    @property
    def title(self) -> str:
        """What the conversation is called."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Name the conversation."""
        self._title.set_text(title)

    def mark_settings(self, own: bool) -> None:
        """Show whether the conversation sets anything for itself."""
        self._settings.set_label(
            self.tr("Chat settings (changed for this chat)") if own else self.tr("Chat settings")
        )
        self._settings.setProperty("marked", own)
        self._settings.style().unpolish(self._settings)
        self._settings.style().polish(self._settings)

    def show_context(self, use: "ContextUse") -> None:
        """Show how much the next message would send, and what would be left out."""
        of = self.tr(" of {0}").format(_short(use.window)) if use.window else ""
        text = self.tr("≈ {0}{1} tokens").format(_short(use.tokens), of)
        hint = self.tr("What the next message sends, by estimate.")
        if use.cut:
            text += self.tr(" · oldest {0} left out").format(use.cut)
            hint += " " + self.tr("Older messages no longer fit the model's context.")
        self._context.set_text(text)
        self._context.setToolTip(hint)
        self._fits = bool(use.tokens)
        self._context.setVisible(self._fits and self.width() >= WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the context out where there is no room."""
        super().resizeEvent(event)
        self._context.setVisible(self._fits and self.width() >= WIDE)

    def offer_sidebar(self, offered: bool) -> None:
        """Show or hide the buttons that stand in for a hidden sidebar."""
        self._sidebar.setVisible(offered)
        self._new_chat.setVisible(offered)
        self._row.setContentsMargins(12 if offered else 22, 0, 14, 0)


def _short(tokens: int) -> str:
    if tokens >= _MILLION:
        return f"{tokens / _MILLION:.1f}M".replace(".0M", "M")
    if tokens >= _THOUSAND:
        return f"{tokens / _THOUSAND:.1f}k".replace(".0k", "k")
    return str(tokens)
