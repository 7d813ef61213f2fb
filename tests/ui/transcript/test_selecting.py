"""Selecting and copying with mouse and keyboard: what is copied is what was written."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import ANSWER, copied, drag, move, words_at


def test_select_all_and_copy_gives_what_was_written(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "Question"), message(Role.ASSISTANT, ANSWER)])

    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert copied(view).rstrip() == f"Question\n\n{ANSWER}".rstrip()


def test_a_part_of_a_paragraph_is_copied_as_plain_text(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, ANSWER)])
    start, _ = words_at(view, "with")
    _, end = words_at(view, "words")

    drag(view, start, end)

    assert copied(view) == "with bold words"


def test_inline_code_is_copied_without_its_padding(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, ANSWER)])
    start, _ = words_at(view, "words")
    _, end = words_at(view, "in it.")

    drag(view, start, end)

    assert copied(view) == "words and code in it."


def test_whole_blocks_in_a_selection_are_copied_as_markdown(
    view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.ASSISTANT, ANSWER)])
    start, _ = words_at(view, "words")
    _, end = words_at(view, "The")

    drag(view, start, end)

    body = ANSWER[ANSWER.index("- one") : ANSWER.index("The end.")]
    assert copied(view) == f"words and code in it.\n\n{body}The"


def test_code_in_a_selection_of_its_own_comes_without_fences(
    view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.ASSISTANT, ANSWER)])
    start, _ = words_at(view, "x = 1")
    _, end = words_at(view, "y = 2")

    drag(view, start, end)

    assert copied(view) == "x = 1\ny = 2"


def test_a_selection_spans_messages(view: TranscriptView, message: MakeMessage):
    view.set_messages(
        [
            message(Role.USER, "First question"),
            message(Role.ASSISTANT, "Whole **answer**"),
            message(Role.USER, "Second question"),
        ]
    )
    start, _ = words_at(view, "question")
    _, end = words_at(view, "Second")

    drag(view, start, end)

    assert copied(view) == "question\n\nWhole **answer**\n\nSecond"


def test_double_click_selects_a_word_and_shift_click_extends(
    view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.ASSISTANT, "alpha beta gamma")])
    start, end = words_at(view, "beta")
    viewport, left = view.viewport(), Qt.MouseButton.LeftButton

    QTest.mouseDClick(viewport, left, pos=(start + end) / 2)
    assert copied(view) == "beta"

    QTest.qWait(QApplication.styleHints().mouseDoubleClickInterval() + 50)
    _, last = words_at(view, "gamma")
    QTest.mouseClick(viewport, left, Qt.KeyboardModifier.ShiftModifier, last)
    assert copied(view) == "beta gamma"


def test_hidden_characters_are_copied_as_they_were(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "abc\u202edef end")])
    start, _ = words_at(view, "abc")
    _, end = words_at(view, "def")

    drag(view, start, end)

    assert "⟨U+202E⟩" in view.plain_text()
    assert copied(view) == "abc\u202edef"


def test_dragging_beyond_the_edge_scrolls(long_view: TranscriptView, qtbot: QtBot):
    viewport, left = long_view.viewport(), Qt.MouseButton.LeftButton
    value = long_view.verticalScrollBar().value()
    QTest.mousePress(viewport, left, pos=QPoint(400, 300))
    move(long_view, QPoint(400, -60), left)

    qtbot.waitUntil(lambda: long_view.verticalScrollBar().value() < value - 300, timeout=20_000)
    QTest.mouseRelease(viewport, left, pos=QPoint(400, -60))

    assert not long_view.is_following
    assert "- one\n- two" in long_view.selected_text()
