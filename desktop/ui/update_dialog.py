"""The dialog about versions: which one this is, whether there is a newer one, what is new."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.services.updates import Release
from desktop.ui.links import open_link
from desktop.ui.look import WrappedLabel, named, set_kind

_WIDTH = 460
_NOTES_HEIGHT, _NOTES_MARGIN = 200, 10


class UpdateDialog(QDialog):
    """Says what it is told; downloads nothing."""

    look_requested = Signal()
    daily_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        title = self.tr("Updates")
        named(self, "updateDialog", title)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._page = ""
        self._message = WrappedLabel(kind="title", name="updateMessage")
        self._cure = WrappedLabel(kind="muted", name="updateCure")
        self._notes = named(QPlainTextEdit(), "updateNotes", self.tr("What is new"))
        set_kind(self._notes, "card")
        self._notes.document().setDocumentMargin(_NOTES_MARGIN)
        self._notes.setReadOnly(True)
        self._notes.setTabChangesFocus(True)
        self._notes.setMinimumHeight(_NOTES_HEIGHT)
        self._notes.hide()
        daily = self.tr("Look for a new version once a day")
        self._daily = named(QCheckBox(daily), "updatesDaily", daily)
        self._daily.clicked.connect(self.daily_changed)
        told = self.tr("Only the number of the newest version is asked for; nothing is downloaded.")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(10)
        for widget in (self._message, self._cure, self._notes, self._daily):
            column.addWidget(widget)
        column.addWidget(WrappedLabel(told, kind="faint", name="updateTold"))
        column.addSpacing(6)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        close = self._button("updateClose", self.tr("Close"))
        close.clicked.connect(self.accept)
        self._open_page = self._button("updatePage", self.tr("Open its page"))
        self._open_page.clicked.connect(lambda: open_link(self._page))
        self._open_page.hide()
        self._look = self._button("updateLook", self.tr("Look now"))
        self._look.clicked.connect(self.look_requested)
        self._look.setDefault(True)
        row.addStretch(1)
        for button in (close, self._open_page, self._look):
            row.addWidget(button)
        return row

    def _button(self, name: str, label: str) -> QPushButton:
        button = named(QPushButton(label), name, label)
        button.setAutoDefault(False)
        return button

    def show_state(self, message: str, cure: str = "") -> None:
        """Say how things are."""
        self._message.set_text(message)
        self._cure.set_text(cure)
        self._cure.setVisible(bool(cure))
        self._notes.hide()
        self._open_page.hide()

    def show_release(self, release: Release) -> None:
        """Tell of a newer version and what is new in it."""
        self.show_state(self.tr("Parley {version} is there.").format(version=release.version))
        self._page = release.page
        self._open_page.setVisible(bool(release.page))
        self._notes.setPlainText(release.notes)
        self._notes.setVisible(bool(release.notes))
        # A dialog that is open grows to its least height only, where wrapped lines overlap.
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        self.resize(self.width(), max(self.height(), needed))

    def set_daily(self, wanted: bool, *, possible: bool) -> None:
        """Show the choice; where there is nobody to ask, it is not offered."""
        self._daily.setChecked(wanted)
        self._daily.setEnabled(possible)
        self._look.setEnabled(possible)

    def set_busy(self, busy: bool) -> None:
        """Show that the answer is awaited."""
        self._look.setEnabled(not busy)
        self._look.setText(self.tr("Looking…") if busy else self.tr("Look now"))
