"""The dialog with the copies of everything."""

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import ParleyError
from desktop.presenters.backups import BackupRow
from desktop.ui.look import Label, WrappedLabel, named
from desktop.ui.settings.controls import Button, Row
from desktop.ui.settings.prompt import Prompt

SIZE = (600, 520)
_NUMBER = Qt.ItemDataRole.UserRole


class BackupsDialog(QDialog):
    """Implements `BackupsView`; `restore_requested` carries a copy's number."""

    make_requested = Signal()
    restore_requested = Signal(int)

    def __init__(self, parent: QWidget, *, folder: str) -> None:
        super().__init__(parent)
        named(self, "backupsDialog", self.tr("Backups"))
        self.setWindowTitle(self.tr("Backups"))
        self.resize(*SIZE)
        self._folder = folder
        self._list = self._make_list()
        self._empty = WrappedLabel(
            self.tr("No copy was made yet. The first one is made on the first day of use."),
            kind="muted",
            name="backupsEmpty",
        )
        self._state = WrappedLabel(kind="muted", name="backupsState")
        self._prompt = Prompt()
        self._make = Button(self.tr("Back up now"), name="backUpButton")
        self._restore = Button(self.tr("Restore…"), name="restoreButton", kind="primary")
        self._open_folder = Button(self.tr("Open folder"), name="backupsFolderButton", kind="quiet")
        self._close = Button(self.tr("Close"), name="backupsCloseButton")
        self._is_working = False
        self._lay_out()
        self._connect()
        self.show_backups([])

    def show_backups(self, rows: Sequence[BackupRow]) -> None:
        """Replace the rows; the newest is chosen."""
        self._list.clear()
        items = [_item(row) for row in rows]
        self._list.addTopLevelItems(items)
        self._list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if items:
            self._list.setCurrentItem(items[0])
        self._offer()

    def set_working(self, what: str) -> None:
        """Say what is being done; nothing else can be begun meanwhile."""
        self._is_working = bool(what)
        if what:
            self._state.set_text(what)
        self._offer()

    def show_done(self, message: str) -> None:
        """Say what was done."""
        self._state.set_text(message)

    def show_error(self, error: ParleyError) -> None:
        """Say what failed and what to do."""
        self._state.set_text("")
        self._buttons.hide()
        answer = ("dismissErrorButton", self.tr("Close"), None)
        self._prompt.ask(error.message, error.cure, [answer], kind="error")

    def _make_list(self) -> QTreeWidget:
        shown = named(QTreeWidget(), "backupList", self.tr("Copies"))
        shown.setRootIsDecorated(False)
        shown.setUniformRowHeights(True)
        shown.setHeaderLabels([self.tr("Made"), self.tr("Why"), self.tr("Size")])
        shown.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = named(shown.header(), "backupHeader", self.tr("Columns"))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        return shown

    def _lay_out(self) -> None:
        words = self.tr(
            "Parley copies everything once a day, and before it imports, restores or updates "
            "anything. Each copy is checked. Of older ones it keeps one a day, a week, a month."
        )
        others = Row(None, self._close, self._make, self._restore, name="buttons", spacing=8)
        self._buttons = named(QWidget(), "backupButtons", self.tr("Backups"))
        foot = QHBoxLayout(self._buttons)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self._open_folder)
        foot.addWidget(others, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(10)
        for widget in (
            Label(self.tr("Backups"), kind="name", name="backupsTitle"),
            WrappedLabel(words, kind="muted", name="backupsWords"),
        ):
            column.addWidget(widget)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        column.addWidget(self._state)
        column.addWidget(self._prompt)
        column.addWidget(self._buttons)

    def _connect(self) -> None:
        self._make.clicked.connect(self.make_requested)
        self._restore.clicked.connect(self._ask)
        self._list.itemActivated.connect(self._ask)
        self._list.currentItemChanged.connect(self._offer)
        self._close.clicked.connect(self.reject)
        self._prompt.dismissed.connect(self._buttons.show)
        self._open_folder.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))
        )

    def _offer(self) -> None:
        self._make.setEnabled(not self._is_working)
        self._restore.setEnabled(self._list.currentItem() is not None and not self._is_working)

    def _ask(self) -> None:
        item = self._list.currentItem()
        if item is None or self._is_working:
            return
        number: int = item.data(0, _NUMBER)
        question = self.tr("Go back to {moment}?").format(moment=item.text(0))
        detail = self.tr(
            "Conversations and settings become what they were then. What is there now is "
            "copied first, so that you can come back to it."
        )
        self._buttons.hide()
        self._prompt.ask(
            question,
            detail,
            [
                ("confirmRestoreButton", self.tr("Restore"), lambda: self._confirm(number)),
                ("cancelRestoreButton", self.tr("Cancel"), None),
            ],
        )

    def _confirm(self, number: int) -> None:
        self.restore_requested.emit(number)

    def reject(self) -> None:
        """Escape answers a question that stands, else it closes."""
        if self._prompt.isVisibleTo(self):
            self._prompt.dismiss()
        else:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the list."""
        super().showEvent(event)
        self._list.setFocus()


def _item(row: BackupRow) -> QTreeWidgetItem:
    made_at = QDateTime.fromSecsSinceEpoch(round(row.made_at.timestamp()))
    moment = QLocale().toString(made_at, QLocale.FormatType.ShortFormat)
    item = QTreeWidgetItem([moment, row.reason, row.size])
    item.setData(0, _NUMBER, row.number)
    item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
