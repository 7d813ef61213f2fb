"""Looks for a model file on this computer."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


class ModelFileDialog(QFileDialog):
    """Calls `on_chosen` with the path of a GGUF file; the window goes on meanwhile."""

    def __init__(self, parent: QWidget, name: str, on_chosen: Callable[[str], None]) -> None:
        super().__init__(parent)
        title = self.tr("Choose a model file")
        self.setWindowTitle(title)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.setNameFilter(self.tr("Model files (*.gguf)"))
        self.fileSelected.connect(on_chosen)
