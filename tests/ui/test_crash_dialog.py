"""The report of a crash: read, copied, found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.crash_dialog import CrashDialog
from tests.ui.opener import opener_of

REPORT = "Parley 0.1.0\n\nZeroDivisionError: division by zero\n"


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[CrashDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = CrashDialog(parent, REPORT, tmp_path)
    dialog.open()
    yield dialog
    dialog.close()


def press(qtbot: QtBot, dialog: CrashDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_report_is_shown_and_copied(qtbot: QtBot, dialog: CrashDialog) -> None:
    text = dialog.findChild(QPlainTextEdit, "crashReport")
    assert text is not None
    assert text.toPlainText() == REPORT
    assert text.isReadOnly()

    press(qtbot, dialog, "crashCopy")

    assert QGuiApplication.clipboard().text() == REPORT
    assert dialog.isVisible()


def test_the_folder_is_opened(qtbot: QtBot, dialog: CrashDialog, tmp_path: Path) -> None:
    with opener_of("file", written=lambda url: url.toLocalFile()) as opener:
        press(qtbot, dialog, "crashFolder")

    assert opener.opened == [str(tmp_path)]


def test_it_closes(qtbot: QtBot, dialog: CrashDialog) -> None:

    press(qtbot, dialog, "crashClose")

    assert not dialog.isVisible()
