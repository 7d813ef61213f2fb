import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.core.errors import AlreadyRunning
from desktop.ui.dialogs import MessageDialog, ask, show_fatal
from desktop.ui.theme import Theme


def open_dialogs() -> list[MessageDialog]:
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MessageDialog)]
    return [each for each in shown if each.isVisible()]


def open_dialog() -> MessageDialog:
    assert len(open_dialogs()) == 1
    return open_dialogs()[0]


def press(qtbot: QtBot, dialog: MessageDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.qt_loop
@pytest.mark.parametrize("place", [0, 1])
async def test_asks_without_stopping_the_loop(qtbot: QtBot, theme: Theme, place: int) -> None:
    ticks = 0
    question = asyncio.create_task(ask(None, "Delete it?", "It can be undone.", "Delete", "Keep"))
    for _ in range(5):
        await asyncio.sleep(0.01)
        ticks += 1
    press(qtbot, open_dialog(), f"messageButton{place}")

    assert await asyncio.wait_for(question, 20) == place
    assert ticks == 5


@pytest.mark.qt_loop
async def test_escape_chooses_nothing(qtbot: QtBot, theme: Theme) -> None:
    question = asyncio.create_task(ask(None, "Delete it?", "", "Delete"))
    await asyncio.sleep(0.02)
    qtbot.keyClick(open_dialog(), Qt.Key.Key_Escape)

    assert await asyncio.wait_for(question, 20) == -1


@pytest.mark.qt_loop
async def test_cancelling_the_question_closes_the_dialog(qtbot: QtBot, theme: Theme) -> None:
    question = asyncio.create_task(ask(None, "Delete it?", "", "Delete"))
    await asyncio.sleep(0.02)
    assert open_dialog().isVisible()
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question

    assert open_dialogs() == []


def test_a_fatal_error_says_what_to_do_and_can_be_copied(qtbot: QtBot, theme: Theme) -> None:
    error = AlreadyRunning("Parley is already open.", cure="Switch to its window.")
    window = show_fatal(error, folder="/tmp")
    qtbot.addWidget(window)
    words = [each.text() for each in window.findChildren(QLabel)]

    assert words == ["Parley is already open.", "Switch to its window."]
    press(qtbot, window, "fatalCopyButton")
    assert QGuiApplication.clipboard().text() == str(error)
    assert window.isVisible()
    with qtbot.waitSignal(window.finished):
        press(qtbot, window, "fatalQuitButton")


def test_markup_in_an_error_stays_text(qtbot: QtBot, theme: Theme) -> None:
    window = show_fatal(AlreadyRunning("<img src='file:///etc/passwd'>"))
    qtbot.addWidget(window)

    formats = {each.textFormat() for each in window.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}
