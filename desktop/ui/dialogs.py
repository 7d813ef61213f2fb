"""Questions and fatal errors: plain text, no nested event loop."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import ParleyError
from desktop.ui.look import WrappedLabel, named

WIDTH = 420


class MessageDialog(QDialog):
    """A sentence, an explanation and buttons; `chosen` is the pressed one's place, else -1."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, buttons: Sequence[str]
    ) -> None:
        super().__init__(parent)
        named(self, "messageDialog", title)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self.chosen = -1
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(8)
        column.addWidget(WrappedLabel(title, kind="title", name="messageTitle"))
        body = WrappedLabel(text, kind="muted", name="messageText")
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(body)
        column.addSpacing(12)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        column.addLayout(self._row)
        for place, label in enumerate(buttons):
            self._add_button(place, label)

    def _add_button(self, place: int, label: str) -> None:
        button = named(QPushButton(label), f"messageButton{place}", label.replace("&", ""))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._choose(place))
        if place == 0:
            button.setDefault(True)
        self._row.addWidget(button)

    def _choose(self, place: int) -> None:
        self.chosen = place
        self.accept()


async def ask(parent: QWidget | None, title: str, text: str, *buttons: str) -> int:
    """Show a question and return the place of the button pressed; -1 for Escape.

    The first button is the default one. Cancelling the task closes the dialog.
    """
    dialog = MessageDialog(parent, title, text, buttons)
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish() -> None:
        if not answer.done():
            answer.set_result(dialog.chosen)

    dialog.finished.connect(finish)
    dialog.open()
    try:
        return await answer
    finally:
        dialog.close()
        dialog.deleteLater()


async def choose_file_to_save(parent: QWidget, title: str, name: str, suffix: str) -> Path | None:
    """Let the user choose where to write a file; None when they don't want to.

    `name` is offered, with `suffix` as its ending; so is any name that is given without one.
    """
    dialog = QFileDialog(parent, title, name, f"*.{suffix}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(f"{name}.{suffix}")
    dialog.setDefaultSuffix(suffix)
    return next(iter(await _chosen(dialog, "saveFileDialog")), None)


async def choose_files_to_open(
    parent: QWidget, title: str, filters: Sequence[str], *, several: bool = False
) -> list[Path]:
    """Let the user choose files that exist; an empty list when they don't want to."""
    dialog = QFileDialog(parent, title, "", ";;".join(filters))
    mode = QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile
    dialog.setFileMode(mode)
    return await _chosen(dialog, "openFileDialog")


async def _chosen(dialog: QFileDialog, name: str) -> list[Path]:
    named(dialog, name, dialog.windowTitle())
    closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(result: int) -> None:
        if not closed.done():
            closed.set_result(result)

    dialog.finished.connect(finish)
    dialog.open()
    try:
        accepted = await closed == QDialog.DialogCode.Accepted
        return [Path(each) for each in dialog.selectedFiles()] if accepted else []
    finally:
        dialog.close()
        dialog.deleteLater()


def show_fatal(error: ParleyError, *, folder: str | None = None, repair: str = "") -> "FatalWindow":
    """Show why Parley can't start; connect the result's `finished` to what ends the app.

    `folder`, where there is one, is what "Open folder" shows; the window stays open then.
    `repair`, where it is not '', is the label of the button that asks for a repair.
    """
    window = FatalWindow(error, folder=folder, repair=repair)
    window.show()
    return window


class FatalWindow(MessageDialog):
    """What Parley shows instead of its main window when it can't start.

    `wants_repair` tells, once it is closed, whether the user asked for the repair.
    """

    wants_repair = False

    def __init__(self, error: ParleyError, *, folder: str | None, repair: str = "") -> None:
        super().__init__(None, error.message, error.cure, [])
        self.setObjectName("fatalWindow")
        self.setWindowTitle("Parley")
        self._details = str(error)
        self._folder = folder
        if folder:
            self._offer("fatalFolderButton", self.tr("Open folder"), self._open_folder)
        self._offer("fatalCopyButton", self.tr("Copy details"), self._copy)
        usual = self._offer("fatalQuitButton", self.tr("Quit"), self.accept)
        if repair:
            usual = self._offer("fatalRepairButton", repair, self._repair)
        usual.setDefault(True)

    def _offer(self, name: str, label: str, action: Callable[[], None]) -> QPushButton:
        button = named(QPushButton(label), name, label)
        button.setAutoDefault(False)
        button.clicked.connect(action)
        self._row.addWidget(button)
        return button

    def _repair(self) -> None:
        self.wants_repair = True
        self.accept()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)

    def _open_folder(self) -> None:
        if self._folder:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))
