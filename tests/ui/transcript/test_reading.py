"""Scrolling, following the end, keeping the place, zooming; with real events."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, text_parts
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.new_text_button import NewTextButton
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import ANSWER, visible_words, wheel, words_at


def test_opens_at_the_end_and_follows(long_view: TranscriptView, message: MakeMessage):
    bar = long_view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0

    long_view.add_message(message(Role.USER, "One more"))
    assert bar.value() == bar.maximum()


def test_any_upward_move_lets_go_of_the_end(
    long_view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    long_view.add_message(answer)
    with qtbot.waitSignal(long_view.following_changed) as blocker:
        wheel(long_view, 120)
    assert blocker.args == [False]
    place = words_at(long_view, "The end.")

    long_view.append_text(answer.id, "line\n\n" * 100)
    button = long_view.findChild(NewTextButton, "newTextButton")
    assert button is not None
    qtbot.waitUntil(button.isVisible, timeout=20_000)

    assert words_at(long_view, "The end.") == place
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    bar = long_view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert not button.isVisible()


def test_reaching_the_end_takes_hold_of_it_again(long_view: TranscriptView):
    wheel(long_view, 240)
    assert not long_view.is_following

    QTest.keyClick(long_view, Qt.Key.Key_End)
    assert long_view.is_following


@pytest.mark.parametrize("width", [500, 640, 1_300])
def test_the_place_is_kept_when_the_window_is_resized(long_view: TranscriptView, width: int):
    bar = long_view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    anchor = long_view._anchor

    long_view.resize(width, 700)

    assert long_view._anchor == anchor


def test_nothing_jumps_while_scrolling_up_into_unseen_messages(long_view: TranscriptView):
    for _ in range(30):
        before = visible_words(long_view)
        value = long_view.verticalScrollBar().value()
        wheel(long_view, 120)
        after = visible_words(long_view)
        both = before.keys() & after.keys()
        assert both or value < 200
        assert len({after[words] - before[words] for words in both}) <= 1


def test_scroll_keys(long_view: TranscriptView):
    bar = long_view.verticalScrollBar()
    end = bar.value()
    QTest.keyClick(long_view, Qt.Key.Key_PageUp)
    assert bar.value() < end - 300
    QTest.keyClick(long_view, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(long_view, Qt.Key.Key_Down)
    assert bar.value() > 0


def test_ctrl_and_wheel_zooms(long_view: TranscriptView):
    height = long_view._style.line
    wheel(long_view, 120, Qt.KeyboardModifier.ControlModifier)
    assert long_view._style.line > height


def test_the_place_survives_the_end_of_an_answer(
    long_view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    long_view.add_message(answer)
    long_view.append_text(answer.id, ANSWER * 20)
    qtbot.waitUntil(lambda: "quoted" in long_view.plain_text())
    wheel(long_view, 600)
    before = visible_words(long_view)

    done = replace(answer, parts=text_parts(ANSWER * 20), status=MessageStatus.COMPLETE)
    long_view.finish_message(done)

    assert visible_words(long_view) == before


def test_wide_code_is_moved_sideways_by_the_wheel(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "```\n" + "wide " * 190 + "end\n```")])
    view.resize(700, 180)
    view.verticalScrollBar().setValue(40)
    value = view.verticalScrollBar().value()
    before, _ = words_at(view, "wide")

    wheel(view, -120, Qt.KeyboardModifier.ShiftModifier)

    assert view.verticalScrollBar().value() == value
    item = next(p.item for p in view._layout.places(0, 999) if isinstance(p.item, CodeItem))
    assert item.sideways.offset == 120
    moved = view.position_at(QPointF(before))
    assert moved is not None
    assert moved > view_position(view, before, item)


def view_position(view: TranscriptView, point: QPoint, item: CodeItem) -> tuple[int, int, int]:
    """The position that was at a point before the code was moved."""
    offset, item.sideways.offset = item.sideways.offset, 0
    position = view.position_at(QPointF(point))
    item.sideways.offset = offset
    assert position is not None
    return position


def test_text_for_another_conversation_is_not_shown(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    elsewhere = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.set_messages([message(Role.USER, "Here")])

    view.append_text(elsewhere.id, "there")
    view.append_reasoning(elsewhere.id, "there")
    view.set_progress(elsewhere.id, "there")
    view.finish_message(elsewhere)

    assert "there" not in view.plain_text()


def test_colours_that_come_late_are_no_new_text(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    code = "".join(f"value_{i} = {i}\n" for i in range(400))
    view.set_messages([message(Role.ASSISTANT, f"```python\n{code}```")])
    wheel(view, 240)

    qtbot.waitUntil(lambda: not view._flush_timer.isActive())

    assert not view.is_following
    assert view._new_text.isHidden()
