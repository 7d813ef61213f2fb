"""The address of a compatible server: typed, or chosen among well-known ones."""

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QMenu, QWidget

from desktop.core.connection import LOCAL_MODEL_SCHEME
from desktop.llm.hosts import PRESETS
from desktop.local.model_file import DEMO_MODEL, short_name
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton
from desktop.ui.settings.controls import LineEdit
from desktop.ui.settings.model_file_dialog import ModelFileDialog
from desktop.ui.theme import Theme

LOCAL_ENDPOINT = LOCAL_MODEL_SCHEME + DEMO_MODEL.name


class EndpointRow(QWidget):
    """The field with a button that lists the well-known servers.

    Signals: `model_file_chosen` with the name of a model file, once its address stands there.
    """

    model_file_chosen = Signal(str)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("endpointRow")
        self.edit = LineEdit("endpointEdit")
        self.edit.setPlaceholderText("http://localhost:11434/v1")
        self.edit.setCompleter(self._completer())
        label = self.tr("Well-known servers")
        self._button = IconButton("server", label, name="endpointPresets", theme=theme, icons=icons)
        self._button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self._button.setMenu(self._menu(label))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.edit, 1)
        row.addWidget(self._button)

    def choose(self, url: str) -> None:
        """Put in an address; what is left to fill in is selected."""
        self.edit.setText(url)
        start = url.find("<")
        if start >= 0:
            self.edit.setFocus()
            self.edit.setSelection(start, url.index(">") + 1 - start)

    def choose_file(self, path: str) -> None:
        """Put in the address of the GGUF file at `path`, which is absolute."""
        self.edit.setText(LOCAL_MODEL_SCHEME + path)
        self.model_file_chosen.emit(short_name(path))

    def _ask_for_file(self) -> None:
        ModelFileDialog(self, "modelFileDialog", self.choose_file).open()

    def _completer(self) -> QCompleter:
        urls = [LOCAL_ENDPOINT, *(preset.base_url for preset in PRESETS)]
        completer = QCompleter(QStringListModel(urls, self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        return completer

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("endpointPresetsMenu")
        menu.setAccessibleName(title)
        menu.addAction(self._action(self.tr("On this computer"), LOCAL_ENDPOINT, menu))
        choose_file = QAction(self.tr("Choose a model file…"), menu)
        choose_file.setObjectName("chooseModelFileAction")
        choose_file.triggered.connect(self._ask_for_file)
        menu.addAction(choose_file)
        menu.addSeparator()
        for preset in PRESETS:
            menu.addAction(self._action(preset.name, preset.base_url, menu))
        return menu

    def _action(self, name: str, url: str, menu: QMenu) -> QAction:
        action = QAction(name, menu)
        action.setToolTip(url)
        action.triggered.connect(lambda: self.choose(url))
        return action
