"""What is to be said of the chosen document, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.presenters.library_view import DocumentView
from desktop.ui.look import ElidedLabel, WrappedLabel, named, set_kind
from desktop.ui.settings.controls import Button


class DocumentDetails(QFrame):
    """Hidden while no document is chosen."""

    read_again_requested = Signal()
    open_requested = Signal()
    folder_requested = Signal()
    leave_out_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "documentDetails", self.tr("The chosen document"))
        set_kind(self, "card")
        self._path = ElidedLabel(kind="muted", name="documentPath")
        self._why = WrappedLabel(kind="muted", name="documentWhy")
        self._again = Button(self.tr("Try again"), name="readAgainButton")
        self._open = Button(self.tr("Open"), name="openDocumentButton")
        self._folder = Button(self.tr("Open its folder"), name="openFolderButton")
        self._leave = Button(self.tr("Leave out"), name="leaveOutButton", kind="quiet")
        self._lay_out()
        self._again.clicked.connect(self.read_again_requested)
        self._open.clicked.connect(self.open_requested)
        self._folder.clicked.connect(self.folder_requested)
        self._leave.clicked.connect(self.leave_out_requested)
        self.hide()

    def show_document(self, document: DocumentView | None, read_again: str) -> None:
        """Show a document; `read_again` is what the button for it says."""
        self.setVisible(document is not None)
        if document is None:
            return
        self._path.set_text(document.path)
        self._why.set_text(document.why)
        set_kind(self._why, "danger" if document.failed else "muted")
        self._why.setVisible(bool(document.why))
        self._again.set_text(read_again)
        self._open.setVisible(document.file is not None)
        self._leave.setVisible(not document.left_out)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(2)
        column.addWidget(self._path)
        column.addWidget(self._why)
        column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self._again, self._open, self._folder):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._leave)
        column.addLayout(row)
