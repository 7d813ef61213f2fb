"""The copies as the user sees them: made, chosen, put back, by mouse and by keyboard."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import BackupFailed
from desktop.presenters.backups import BackupRow
from desktop.ui.data.backups_dialog import BackupsDialog
from desktop.ui.theme import Theme

NOW = datetime(2026, 5, 4, 14, 3).astimezone()


def rows(count: int) -> list[BackupRow]:
    return [
        BackupRow(number=count - n, made_at=NOW - timedelta(days=n), reason="Daily", size="4.2 MB")
        for n in range(count)
    ]


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> Iterator[BackupsDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = BackupsDialog(parent, folder="/nowhere")
    dialog.show_backups(rows(3))
    dialog.show()
    yield dialog
    dialog.close()


def button(dialog: BackupsDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def copies(dialog: BackupsDialog) -> QTreeWidget:
    found = dialog.findChild(QTreeWidget, "backupList")
    assert isinstance(found, QTreeWidget)
    return found


def test_a_copy_is_put_back_after_a_question(qtbot: QtBot, dialog: BackupsDialog) -> None:
    qtbot.keyClick(copies(dialog), Qt.Key.Key_Down)
    qtbot.mouseClick(button(dialog, "restoreButton"), Qt.MouseButton.LeftButton)
    confirm = button(dialog, "confirmRestoreButton")
    with qtbot.waitSignal(dialog.restore_requested) as asked:
        qtbot.mouseClick(confirm, Qt.MouseButton.LeftButton)

    assert asked.args == [2]
    assert button(dialog, "restoreButton").isVisible()


def test_enter_in_the_list_asks_and_escape_takes_it_back(
    qtbot: QtBot, dialog: BackupsDialog
) -> None:
    qtbot.keyClick(copies(dialog), Qt.Key.Key_Return)
    assert button(dialog, "confirmRestoreButton").isVisible()
    with qtbot.assertNotEmitted(dialog.restore_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert dialog.isVisible()
    assert button(dialog, "restoreButton").isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_while_it_works_nothing_else_begins(qtbot: QtBot, dialog: BackupsDialog) -> None:
    dialog.set_working("Copying…")

    assert not button(dialog, "backUpButton").isEnabled()
    assert not button(dialog, "restoreButton").isEnabled()
    dialog.set_working("")
    assert button(dialog, "backUpButton").isEnabled()


def test_without_copies_there_is_nothing_to_restore(dialog: BackupsDialog) -> None:
    dialog.show_backups([])

    assert not copies(dialog).isVisible()
    assert not button(dialog, "restoreButton").isEnabled()
    assert any(label.text().startswith("No copy") for label in dialog.findChildren(QLabel))


def test_a_failure_says_what_to_do(dialog: BackupsDialog) -> None:
    dialog.show_error(BackupFailed("There is no room.", cure="Make some."))
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]

    assert "There is no room." in texts
    assert "Make some." in texts
