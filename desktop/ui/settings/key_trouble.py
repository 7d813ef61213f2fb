"""Why the saved keys can't be opened, each case in its own words with what helps."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from desktop.presenters.settings_view import KeyTrouble
from desktop.storage.key_place import VaultState
from desktop.ui.look import WrappedLabel, set_kind
from desktop.ui.settings.controls import Button, LineEdit, Row


class KeyTroubleBar(QFrame):
    """Hidden while keys can be opened.

    Signals: what the user wants: `retry_requested`, `unlock_requested` with the passphrase,
    `session_requested` to keep new keys for this session only, `start_over_requested` to
    set the saved ones aside and enter them again.
    """

    retry_requested = Signal()
    unlock_requested = Signal(str)
    session_requested = Signal()
    start_over_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("keyTrouble")
        set_kind(self, "error")
        self._message = WrappedLabel(kind="strong", name="keyTroubleMessage")
        self._cure = WrappedLabel(kind="muted", name="keyTroubleCure")
        self._safe = WrappedLabel(kind="faint", name="keyTroubleSafe")
        self._edit = LineEdit("passphraseEdit")
        self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._edit.setAccessibleName(self.tr("Passphrase"))
        self._edit.setPlaceholderText(self.tr("Passphrase"))
        self._unlock = Button(self.tr("Unlock"), name="unlockButton", kind="primary")
        self._phrase = Row(self._edit, self._unlock, name="passphraseRow", spacing=8)
        self._retry = Button("", name="retryKeysButton")
        self._session = Button(self.tr("This session only"), name="sessionKeysButton")
        self._start_over = Button(self.tr("Enter the keys again…"), name="enterKeysAgainButton")
        self._lay_out()
        self._connect()
        self.show_trouble(None)

    def show_trouble(self, trouble: KeyTrouble | None) -> None:
        """Say what is wrong and offer what helps; None for nothing."""
        was_hidden = self.isHidden()
        self.setVisible(trouble is not None)
        self._edit.clear()
        if trouble is None:
            return
        self._message.set_text(trouble.message)
        self._cure.set_text(trouble.cure)
        self._offer(trouble.state)
        self.setAccessibleName(f"{trouble.message} {trouble.cure}".strip())
        if was_hidden:
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self, self.accessibleName())
            )

    def focus_passphrase(self) -> bool:
        """Put the cursor where the passphrase is wanted; False where it is not."""
        wanted = self.isVisibleTo(self.window()) and not self._phrase.isHidden()
        if wanted:
            self._edit.setFocus()
        return wanted

    def _offer(self, state: VaultState) -> None:
        wants_phrase = state is VaultState.WANTS_PHRASE
        locked = state is VaultState.LOCKED
        self._cure.setVisible(not wants_phrase)  # the field below says it
        self._phrase.setVisible(wants_phrase)
        self._retry.setVisible(not wants_phrase)
        self._retry.set_text(self.tr("Unlock and try again") if locked else self.tr("Try again"))
        # What is only locked will open: nobody should set it aside by haste.
        self._start_over.setVisible(not locked)
        self._safe.set_text(
            self.tr("Nothing is lost: the saved keys stay where they are, encrypted.")
        )

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._retry, self._session, self._start_over):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        for widget in (self._message, self._cure, self._safe, self._phrase):
            column.addWidget(widget)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._retry.clicked.connect(self.retry_requested)
        self._session.clicked.connect(self.session_requested)
        self._start_over.clicked.connect(self.start_over_requested)
        self._unlock.clicked.connect(self._on_unlock)
        self._edit.returnPressed.connect(self._on_unlock)

    def _on_unlock(self) -> None:
        if self._edit.text():
            self.unlock_requested.emit(self._edit.text())
