"""A dialog that asks for one name."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.look import Label, named

WIDTH = 340


class NameDialog(QDialog):
    """Calls `on_name` with what was typed, unless it is blank or the dialog was cancelled."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        button: str,
        on_name: Callable[[str], object],
        *,
        name: str = "",
    ) -> None:
        super().__init__(parent)
        named(self, "nameDialog", title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._on_name = on_name
        self._edit = named(QLineEdit(name), "nameEdit", title)
        self._edit.selectAll()
        cancel = named(QPushButton(self.tr("Cancel")), "nameCancel", self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        done = named(QPushButton(button), "nameDone", button)
        done.setDefault(True)
        done.clicked.connect(self._finish)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(Label(title, kind="title", name="nameTitle"))
        column.addWidget(self._edit)
        column.addLayout(row)

    def _finish(self) -> None:
        name = self._edit.text().strip()
        self.accept()
        if name:
            self._on_name(name)
