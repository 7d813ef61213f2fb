"""The bar above a conversation: its title, its model and the menu."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.look import ElidedLabel, IconButton, named, set_kind
from desktop.ui.model_button import ModelButton
from desktop.ui.theme import Theme

HEIGHT = 56


class ChatHeader(QWidget):
    """Shows the way back to the sidebar only while the sidebar is hidden."""

    sidebar_requested = Signal()
    new_chat_requested = Signal()

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
        for widget in (self.model_button, self.menu_button):
            self._row.addWidget(widget)
        self.offer_sidebar(False)

    @property
    def title(self) -> str:
        """What the conversation is called."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Name the conversation."""
        self._title.set_text(title)

    def offer_sidebar(self, offered: bool) -> None:
        """Show or hide the buttons that stand in for a hidden sidebar."""
        self._sidebar.setVisible(offered)
        self._new_chat.setVisible(offered)
        self._row.setContentsMargins(12 if offered else 22, 0, 14, 0)
