"""Find in conversation: the bar, the marks, the jumps, in the whole window with real keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import Message
from desktop.ui.find_bar import FindBar
from desktop.ui.icons import Icons
from desktop.ui.look import Label
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Theme
from tests.ui.conftest import MessageMaker

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WIDE_CODE = "```\n" + "x" * 300 + " needle\n```"


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> MainWindow:
    window = MainWindow(theme=theme, icons=Icons())
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def messages(message: MessageMaker) -> list[Message]:
    lines = [f"Line {i} of an ordinary text that goes on for a while." for i in range(60)]
    lines[40] = "Here is a **nee**dle, and `needle` once more."
    return [
        message("First question"),
        message("\n\n".join(lines), role=Role.ASSISTANT),
        message(f"| a | b |\n|---|---|\n| x | Needle |\n\n{WIDE_CODE}", role=Role.ASSISTANT),
    ]


def open_bar(window: MainWindow, qtbot: QtBot, words: str) -> QLineEdit:
    window.chat.transcript.setFocus()
    QTest.keyClick(window.chat.transcript, Qt.Key.Key_F, CONTROL)
    edit = window.findChild(QLineEdit, "findEdit")
    assert isinstance(edit, QLineEdit)
    assert edit.hasFocus()
    QTest.keyClicks(edit, words)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    return edit


def count(window: MainWindow) -> str:
    label = window.findChild(Label, "findCount")
    assert isinstance(label, Label)
    return label.text()


def marked(window: MainWindow) -> bool:
    """Tell whether the current place is painted in its colour."""
    colour = QColor(window.chat.transcript._style.tokens.found_here).rgb()
    image = window.chat.transcript.viewport().grab().toImage()
    return any(
        image.pixel(x, y) == colour
        for x in range(0, image.width(), 2)
        for y in range(image.height())
    )


def test_words_are_found_through_their_markup_and_shown_one_by_one(
    window: MainWindow, qtbot: QtBot, messages: list[Message]
):
    window.chat.show_conversation("Title", messages, "")
    edit = open_bar(window, qtbot, "needle")

    qtbot.waitUntil(lambda: count(window).endswith("/4"))
    numbers = [count(window)]
    seen = [marked(window)]
    for _ in range(3):
        QTest.keyClick(edit, Qt.Key.Key_Return)
        numbers.append(count(window))
        seen.append(marked(window))
    QTest.keyClick(edit, Qt.Key.Key_Return, SHIFT)
    numbers.append(count(window))

    assert {"1/4", "2/4", "3/4", "4/4"} == set(numbers[:4])
    assert numbers[4] == numbers[2]
    assert seen == [True] * 4


def test_a_hit_that_is_scrolled_out_sideways_comes_into_view(
    window: MainWindow, qtbot: QtBot, message: MessageMaker
):
    window.chat.show_conversation("", [message(WIDE_CODE, role=Role.ASSISTANT)], "")
    open_bar(window, qtbot, "needle")

    qtbot.waitUntil(lambda: count(window) == "1/1")
    assert marked(window)


def test_escape_takes_the_marks_away_and_gives_the_focus_back(
    window: MainWindow, qtbot: QtBot, messages: list[Message]
):
    window.chat.show_conversation("Title", messages, "")
    edit = open_bar(window, qtbot, "needle")
    qtbot.waitUntil(lambda: marked(window))
    window.chat.set_busy(True)

    with qtbot.assertNotEmitted(window.chat.stop_requested):
        QTest.keyClick(edit, Qt.Key.Key_Escape)

    assert not edit.isVisible()
    assert window.chat.transcript.hasFocus()
    qtbot.waitUntil(lambda: not marked(window))


def test_what_is_selected_is_looked_for_and_f3_goes_on(
    window: MainWindow, qtbot: QtBot, messages: list[Message]
):
    window.chat.show_conversation("Title", messages, "")
    bar = window.chat.transcript._find_bar
    bar.open_bar("ordinary text")
    qtbot.waitUntil(lambda: count(window).endswith("/59"))
    before = count(window)

    QTest.keyClick(window, Qt.Key.Key_F3)
    after = count(window)
    QTest.keyClick(window, Qt.Key.Key_F3, SHIFT)

    assert after != before
    assert count(window) == before


def test_what_is_not_there_is_not_found(window: MainWindow, qtbot: QtBot, messages: list[Message]):
    window.chat.show_conversation("Title", messages, "")
    open_bar(window, qtbot, "no such words")

    qtbot.waitUntil(lambda: count(window) == "Not found")


def test_another_conversation_closes_the_bar(
    window: MainWindow, qtbot: QtBot, messages: list[Message]
):
    window.chat.show_conversation("Title", messages, "")
    open_bar(window, qtbot, "needle")

    window.chat.show_conversation("Other", messages[:1], "")

    bar = window.findChild(FindBar, "findBar")
    assert isinstance(bar, FindBar)
    assert bar.isHidden()


def test_there_is_nothing_to_find_in_a_new_chat(window: MainWindow):
    window.chat.show_conversation("", (), "")

    window.chat.find_words()

    assert window.findChild(FindBar, "findBar") is None


def test_select_all_reaches_the_transcript_from_the_keyboard(
    window: MainWindow, messages: list[Message]
):
    window.chat.show_conversation("Title", messages, "")
    window.chat.transcript.setFocus()

    QTest.keyClick(window.chat.transcript, Qt.Key.Key_A, CONTROL)

    assert window.chat.transcript.selected_text() == "\n\n".join(m.text for m in messages)


@pytest.mark.parametrize(("width", "moves"), [(1000, True), (1900, False)])
def test_the_bar_covers_no_words(
    window: MainWindow, qtbot: QtBot, messages: list[Message], width: int, moves: bool
) -> None:
    window.resize(width, 700)
    window.chat.show_conversation("Find", messages, "")
    edit = open_bar(window, qtbot, "First")
    transcript = window.chat.transcript
    bar = window.findChild(FindBar, "findBar")
    assert isinstance(bar, FindBar)

    assert (transcript.viewport().y() > bar.geometry().bottom()) is moves
    assert moves or bar.x() > transcript.column_left + transcript.column_width
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert transcript.viewport().y() == 0
