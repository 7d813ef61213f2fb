"""The line above the composer while an earlier message is written anew."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.core.ids import MessageId
from desktop.ui.icons import Icons
from desktop.ui.look import ElidedLabel, IconButton, set_kind
from desktop.ui.theme import Theme


class EditBar(QFrame):
    """Hidden until `begin`; remembers which message is edited and what was being written."""

    cancelled = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.message_id: MessageId | None = None
        self.draft = ""
        self.setObjectName("editBar")
        set_kind(self, "notice")
        text = self.tr("Editing an earlier message. The old one stays; step back with its arrows.")
        self.setAccessibleName(text)
        cancel = IconButton(
            "x", self.tr("Stop editing"), name="editCancel", theme=theme, icons=icons, size=16
        )
        cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 6, 4)
        row.addWidget(ElidedLabel(text, kind="muted", name="editText"), 1)
        row.addWidget(cancel)
        self.hide()

    def begin(self, message_id: MessageId, draft: str) -> None:
        """Edit a message; `draft` waits, that of a message edited before it goes on waiting."""
        if self.message_id is None:
            self.draft = draft
        self.message_id = message_id
        self.show()

    def end(self) -> str:
        """Edit nothing more; return the draft that waited."""
        draft, self.draft, self.message_id = self.draft, "", None
        self.hide()
        return draft
