"""The quick switcher: letters, arrows, Enter."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop.presenters.switcher import Choice, fits
from desktop.ui.icons import Icons
from desktop.ui.switcher import Switcher
from desktop.ui.theme import Theme


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    return window


def test_keys_choose_and_enter_acts(
    qtbot: QtBot, window: QWidget, theme: Theme, icons: Icons
) -> None:
    done: list[str] = []
    choices = [
        Choice("conversation", "Soup", "", lambda: done.append("soup")),
        Choice("command", "New chat", "Ctrl+N", lambda: done.append("new")),
        Choice("setting", "Network", "Settings", lambda: done.append("network")),
    ]
    switcher = Switcher(window, theme=theme, icons=icons)
    with qtbot.waitSignal(switcher.text_changed):
        switcher.open_over(window)
    edit = switcher.findChild(QLineEdit, "switcherEdit")
    listed = switcher.findChild(QListWidget, "switcherList")
    assert edit is not None
    assert listed is not None
    switcher.show_choices("", choices)
    plain = switcher.grab().toImage()
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert switcher.grab().toImage() != plain
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert done == ["new"]
    assert not switcher.isVisible()

    switcher.open_over(window)
    qtbot.keyClicks(edit, "so")
    switcher.show_choices("s", choices)  # what was typed before
    assert listed.count() == 0
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    switcher.show_choices("so", choices[:1])
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert done == ["new", "soup"]


def test_that_nothing_is_found_is_said_and_can_not_be_chosen(
    qtbot: QtBot, window: QWidget, theme: Theme, icons: Icons
) -> None:
    done: list[str] = []
    switcher = Switcher(window, theme=theme, icons=icons)
    switcher.open_over(window)
    edit = switcher.findChild(QLineEdit, "switcherEdit")
    listed = switcher.findChild(QListWidget, "switcherList")
    assert edit is not None
    assert listed is not None
    qtbot.keyClicks(edit, "xyz")
    switcher.show_choices(
        "xyz",
        [
            Choice("nothing", "Nothing found", "", lambda: done.append("nothing")),
            Choice("search", "Search all messages for “xyz”", "", lambda: done.append("search")),
        ],
    )
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert listed.currentRow() == 1
    qtbot.mouseClick(
        listed.viewport(),
        Qt.MouseButton.LeftButton,
        pos=listed.visualItemRect(listed.item(0)).center(),
    )
    assert switcher.isVisible()
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert done == ["search"]


def test_words_fit_by_their_beginnings() -> None:
    assert fits("ch new", "New chat")
    assert fits("", "New chat")
    assert not fits("hat", "New chat")
