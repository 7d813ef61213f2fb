"""The page Data: where everything is kept, how much it is, and its copies."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.data_place import DataView
from desktop.storage.backup import Backup
from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel
from desktop.ui.settings.card import Card
from desktop.ui.settings.controls import Button, LineEdit, Row
from desktop.ui.settings.page import SettingsPage
from desktop.ui.theme import Theme

_SHOWN_BACKUPS = 10


class DataPage(SettingsPage):
    """Shows paths that can be copied and folders that can be opened; nothing to save.

    Signals: `backups_requested` when the user wants to make a copy or put one back,
    `export_requested` and `import_requested` to take conversations out and in.
    """

    backups_requested = Signal()
    export_requested = Signal()
    import_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__("data", self.tr("Data"), "hard-drive", theme=theme, icons=icons)
        self._folders: dict[str, Path] = {}
        self._file = self._path_edit("databasePathEdit")
        self._log = self._path_edit("logPathEdit")
        self._file_field = self.make_field(
            self.tr("Database file"),
            self._file,
            Row(self._file, self._opener("openDataButton", "data"), name="databaseRow", spacing=8),
        )
        self._log_field = self.make_field(
            self.tr("Log"),
            self._log,
            Row(self._log, self._opener("openLogButton", "log"), name="logRow", spacing=8),
        )
        self._list = QWidget()
        self._list.setObjectName("backupList")
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._none = WrappedLabel(kind="muted", name="noBackups")
        self._lay_out()

    def show_data(self, view: DataView) -> None:
        """Show where the data is, and its copies."""
        self._folders = {
            "data": view.database.parent,
            "log": view.log_folder,
            "backups": view.backups_folder,
        }
        self._file.setText(str(view.database))
        self._log.setText(str(view.log_folder))
        size = self._size(view.size)
        self._file_field.say(self.tr("{0}, with everything in it").format(size))
        self._show_backups(list(view.backups)[:_SHOWN_BACKUPS])

    def _show_backups(self, backups: list[Backup]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            assert widget is not None, "only widgets were put in"
            widget.setParent(None)
            widget.deleteLater()
        for view in backups:
            self._rows.addWidget(self._backup(view))
        self._list.setVisible(bool(backups))
        self._none.setVisible(not backups)

    def _backup(self, view: Backup) -> QWidget:
        moment = QDateTime.fromSecsSinceEpoch(round(view.made_at.timestamp()))
        when = self.locale().toString(moment, QLocale.FormatType.ShortFormat)
        row = Row(
            Label(when, name="backupTime"),
            Label(self._size(view.size), kind="muted", name="backupSize"),
            name="backupRow",
            spacing=8,
        )
        row.setAccessibleName(f"{when}, {self._size(view.size)}")
        return row

    def _size(self, size: int) -> str:
        return self.locale().formattedDataSize(size, 1)

    def _path_edit(self, name: str) -> LineEdit:
        edit = LineEdit(name)
        edit.setReadOnly(True)
        return edit

    def _opener(self, name: str, folder: str) -> Button:
        button = Button(self.tr("Open folder"), name=name)
        button.clicked.connect(lambda: self._open(folder))
        return button

    def _open(self, folder: str) -> None:
        if path := self._folders.get(folder):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _lay_out(self) -> None:
        about = self.tr(
            "Everything you write and set is in one file on this computer. Conversations in it "
            "are not encrypted; API keys are."
        )
        place = Card(self.tr("Your data"), about, name="dataCard")
        place.add(self._file_field, self._log_field)
        self._none.set_text(self.tr("None yet."))
        copies = Card(
            self.tr("Backups"),
            self.tr("Parley copies everything once a day and checks each copy."),
            name="backupsCard",
        )
        manage = Button(self.tr("Copy or restore…"), name="manageBackupsButton")
        manage.setProperty("found", True)
        manage.clicked.connect(self.backups_requested)
        opener = self._opener("openBackupsButton", "backups")
        buttons = Row(self._none, opener, manage, name="backupButtons", spacing=8)
        self._list.hide()
        copies.add(self._list, buttons)
        self.set_cards(place, copies, self._in_and_out())

    def _in_and_out(self) -> Card:
        about = self.tr(
            "Export conversations as Markdown, web page, PDF or JSON; import that JSON and what "
            "ChatGPT and Claude send as your data."
        )
        export = Button(self.tr("Export…"), name="openExportButton")
        export.clicked.connect(self.export_requested)
        bring_in = Button(self.tr("Import…"), name="openImportButton")
        bring_in.clicked.connect(self.import_requested)
        for button in (export, bring_in):
            button.setProperty("found", True)
        card = Card(self.tr("In and out"), about, name="inAndOutCard")
        card.add(Row(None, bring_in, export, name="inAndOutButtons", spacing=8))
        return card
