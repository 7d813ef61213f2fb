"""What went wrong last time: the report to read and to copy; it is sent nowhere."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.fonts import code_font
from desktop.ui.look import WrappedLabel, named, set_kind
from desktop.ui.tokens import CHROME_PX

_MARGIN = 10


class CrashDialog(QDialog):
    """Shows one report; `folder` is where all of them are."""

    def __init__(self, parent: QWidget, report: str, folder: Path) -> None:
        super().__init__(parent)
        title = self.tr("Something went wrong last time")
        named(self, "crashDialog", title)
        self.setWindowTitle(title)
        self.resize(620, 420)
        self._folder = folder
        words = self.tr(
            "Your conversations are kept. This report stays on this computer and is sent"
            " nowhere; whoever mends Parley can use it, if you pass it on."
        )
        self._text = named(QPlainTextEdit(report), "crashReport", self.tr("Report"))
        self._text.setFont(code_font(CHROME_PX))
        set_kind(self._text, "card")
        self._text.document().setDocumentMargin(_MARGIN)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(10)
        column.addWidget(WrappedLabel(title, kind="title", name="crashTitle"))
        column.addWidget(WrappedLabel(words, kind="muted", name="crashWords"))
        column.addWidget(self._text, 1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        folder = self._button("crashFolder", self.tr("Open folder"), self._open_folder)
        copy = self._button("crashCopy", self.tr("Copy"), self._copy)
        close = self._button("crashClose", self.tr("Close"), self.accept)
        close.setDefault(True)
        row.addWidget(folder)
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(close)
        return row

    def _button(self, name: str, label: str, act: Callable[[], None]) -> QPushButton:
        button = named(QPushButton(label), name, label)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
