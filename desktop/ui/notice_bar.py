"""A notice above the composer: what happened, what to do, and a button to do it."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import (
    ErrorKind,
    InvalidSetting,
    LLMError,
    NotConfigured,
    ParleyError,
    VaultError,
)
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton, WrappedLabel, named, set_kind
from desktop.ui.theme import Theme

_CURED_IN_SETTINGS = frozenset(
    {
        ErrorKind.AUTH,
        ErrorKind.PERMISSION,
        ErrorKind.MODEL_NOT_FOUND,
        ErrorKind.ENDPOINT_NOT_FOUND,
        ErrorKind.ENDPOINT_REDIRECT,
        ErrorKind.DNS,
        ErrorKind.REFUSED,
        ErrorKind.TLS,
        ErrorKind.PROXY,
    }
)
ACTION_SECONDS = 15
"""How long an offer such as Undo stands; errors stay until they are dismissed."""


def is_cured_in_settings(error: ParleyError) -> bool:
    """Tell whether the settings window is where `error` is mended."""
    if isinstance(error, LLMError):
        return error.kind in _CURED_IN_SETTINGS
    return isinstance(error, NotConfigured | InvalidSetting | VaultError)


class NoticeBar(QFrame):
    """Hidden until there is something to say."""

    settings_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._action: Callable[[], None] | None = None
        self._is_offer = False
        self._expiry = QTimer(self, singleShot=True, interval=ACTION_SECONDS * 1000)
        self._expiry.timeout.connect(self.hide)
        self.setObjectName("noticeBar")
        self._message = WrappedLabel(kind="strong", name="noticeMessage")
        self._cure = WrappedLabel(kind="muted", name="noticeCure")
        self._button = named(QPushButton(), "noticeButton", "")
        self._button.clicked.connect(self._act)
        dismiss = IconButton(
            "x", self.tr("Dismiss"), name="noticeDismiss", theme=theme, icons=icons, size=16
        )
        dismiss.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._message)
        words.addWidget(self._cure)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.addLayout(words, 1)
        row.addWidget(self._button)
        row.addWidget(dismiss)
        self.hide()

    def show_error(self, error: ParleyError) -> None:
        """Show an error with its cure, and the settings where they are the cure."""
        self._show("error", error.message, error.cure)
        if is_cured_in_settings(error):
            self._offer(self.tr("Open settings"), self.settings_requested.emit)
        else:
            self._offer("", None)

    def show_problem(self, error: ParleyError, label: str, action: Callable[[], None]) -> None:
        """Show an error with its cure and a button for it; it stays until it is dismissed."""
        self._show("error", error.message, error.cure)
        self._offer(label, action)

    def show_action(self, message: str, label: str, action: Callable[[], None]) -> None:
        """Say that something was done and offer `action`, such as undoing it."""
        self._show("notice", message, "")
        self._offer(label, action)
        self._expiry.start()

    def take_offer(self) -> None:
        """Do what is offered, as its button does, while it stands."""
        if self.isVisible() and self._is_offer:
            self._act()

    def _show(self, kind: str, message: str, cure: str) -> None:
        self._expiry.stop()
        self._is_offer = kind == "notice"
        set_kind(self, kind)
        self.setAccessibleName(f"{message} {cure}".strip())
        self._message.set_text(message)
        self._cure.set_text(cure)
        self._cure.setVisible(bool(cure))
        self.show()
        _announce(self)

    def _offer(self, label: str, action: Callable[[], None] | None) -> None:
        self._action = action
        self._button.setText(label)
        self._button.setAccessibleName(label)
        self._button.setVisible(action is not None)

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()


def _announce(widget: QWidget) -> None:
    from PySide6.QtGui import (
        QAccessible,
        QAccessibleAnnouncementEvent,
    )  # not before the first paint

    event = QAccessibleAnnouncementEvent(widget, widget.accessibleName())
    QAccessible.updateAccessibility(event)
