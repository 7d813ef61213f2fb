"""Buttons and links of the transcript, by mouse and keyboard."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, StoredError
from desktop.ui.transcript import selecting
from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import ANSWER, drag, move, point_of, words_at


def test_retry_and_settings_of_an_error(view: TranscriptView, message: MakeMessage, qtbot: QtBot):
    error = StoredError(kind="auth", message="The key was refused.", cure="Enter it again.")
    failed = message(Role.ASSISTANT, "", MessageStatus.ERROR, error=error)
    view.set_messages([failed])

    with qtbot.waitSignal(view.retry_requested) as blocker:
        qtbot.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, ActionKind.RETRY)
        )
    assert blocker.args == [failed.id]
    with qtbot.waitSignal(view.settings_requested):
        qtbot.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, ActionKind.SETTINGS)
        )


def test_a_press_that_ends_elsewhere_does_nothing(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    view.set_messages([message(Role.ASSISTANT, ANSWER)])
    with qtbot.assertNotEmitted(view.retry_requested):
        drag(view, point_of(view, ActionKind.REGENERATE), QPoint(5, 5))


def test_code_is_copied_whole_however_many_pieces_it_has(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    code = "".join(f"line_{i} = {i}\n" for i in range(200))
    view.set_messages([message(Role.ASSISTANT, f"```python\n{code}```")])
    QTest.keyClick(view, Qt.Key.Key_Home)

    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, ActionKind.COPY_CODE)
    )

    assert QGuiApplication.clipboard().text() == code


def test_actions_are_reached_and_pressed_by_keyboard(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    answer = message(Role.ASSISTANT, "The answer")
    view.set_messages([answer])
    view.setFocus()

    QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "The answer"

    QTest.keyClick(view, Qt.Key.Key_Tab)
    with qtbot.waitSignal(view.retry_requested):
        QTest.keyClick(view, Qt.Key.Key_Space)


def test_reasoning_unfolds_at_a_click(view: TranscriptView, message: MakeMessage, qtbot: QtBot):
    view.set_messages([message(Role.ASSISTANT, "Answer", reasoning="Secret thoughts")])
    assert "Secret" not in view.plain_text()

    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, ActionKind.REASONING)
    )

    assert "Secret thoughts" in view.plain_text()


def test_a_link_is_opened_at_a_click_and_says_where_it_leads(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr(selecting, "open_link", opened.append)
    view.set_messages([message(Role.ASSISTANT, "Read [the page](https://example.com/page) now")])
    start, end = words_at(view, "the page")
    middle = (start + end) / 2

    move(view, middle)
    help_event = QHelpEvent(QEvent.Type.ToolTip, middle, view.viewport().mapToGlobal(middle))
    QApplication.sendEvent(view.viewport(), help_event)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert QToolTip.text() == "<p>example.com<br>https://example.com/page</p>"

    drag(view, start, end + QPoint(40, 0))
    assert opened == []
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened == ["https://example.com/page"]
