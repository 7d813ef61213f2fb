"""Reading by hand: scroll, select, copy, press; with real events on a real widget."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, StoredError, text_parts
from desktop.ui.transcript import selecting
from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.new_text_button import NewTextButton
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage

ANSWER = """A paragraph with **bold** words and `code` in it.

- one
- two

```python
x = 1
y = 2
```

> quoted

The end.
"""


@pytest.fixture
def long_view(view: TranscriptView, message: MakeMessage):
    view.set_messages(
        [
            message(role, f"Message {i}. {ANSWER}")
            for i in range(40)
            for role in (Role.USER, Role.ASSISTANT)
        ]
    )
    return view


def point_of(view: TranscriptView, kind: ActionKind, nth: int = -1) -> QPoint:
    top = view.verticalScrollBar().value()
    found = [
        action.rect.center() + QPointF(view.column_left, place.top - top)
        for place in view._layout.places(top, top + view.viewport().height())
        for action in place.item.actions()
        if action.kind is kind
    ]
    return found[nth].toPoint()


def words_at(view: TranscriptView, words: str) -> tuple[QPoint, QPoint]:
    """Where displayed words begin and end in the viewport."""
    top = view.verticalScrollBar().value()
    for place in view._layout.places(top, top + view.viewport().height()):
        for box in place.item.boxes:
            start = box.box.rich.text.find(words)
            if start >= 0:
                rect = list(box.box.rects(start, start + len(words)))
                corner = QPointF(view.column_left + box.x, place.top - top + box.y)
                first = QPointF(rect[0].left() + 0.5, rect[0].center().y()) + corner
                last = QPointF(rect[-1].right() + 0.5, rect[-1].center().y()) + corner
                return first.toPoint(), last.toPoint()
    raise AssertionError(f"{words!r} is not in view")


def drag(view: TranscriptView, start: QPoint, end: QPoint) -> None:
    viewport = view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def copied(view: TranscriptView) -> str:
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QGuiApplication.clipboard().text()


def wheel(
    view: TranscriptView,
    delta: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    centre = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        centre,
        QPointF(view.viewport().mapToGlobal(centre.toPoint())),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


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
    qtbot.waitUntil(button.isVisible, timeout=1_000)

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


def visible_words(view: TranscriptView) -> dict[tuple[int, int], int]:
    top = view.verticalScrollBar().value()
    places = view._layout.places(top, top + view.viewport().height())
    return {(place.message, place.index): place.top - top for place in places}


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


def test_a_link_is_opened_at_a_click_and_says_where_it_leads(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr(selecting, "open_link", opened.append)
    view.set_messages([message(Role.ASSISTANT, "Read [the page](https://example.com/page) now")])
    start, end = words_at(view, "the page")
    middle = (start + end) / 2

    QTest.mouseMove(view.viewport(), middle)
    help_event = QHelpEvent(QEvent.Type.ToolTip, middle, view.viewport().mapToGlobal(middle))
    QApplication.sendEvent(view.viewport(), help_event)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert QToolTip.text() == "<p>example.com<br>https://example.com/page</p>"

    drag(view, start, end + QPoint(40, 0))
    assert opened == []
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened == ["https://example.com/page"]


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


def test_dragging_beyond_the_edge_scrolls(long_view: TranscriptView, qtbot: QtBot):
    viewport, left = long_view.viewport(), Qt.MouseButton.LeftButton
    value = long_view.verticalScrollBar().value()
    QTest.mousePress(viewport, left, pos=QPoint(400, 300))
    QTest.mouseMove(viewport, QPoint(400, -60))

    qtbot.waitUntil(lambda: long_view.verticalScrollBar().value() < value - 300, timeout=3_000)
    QTest.mouseRelease(viewport, left, pos=QPoint(400, -60))

    assert not long_view.is_following
    assert "- one\n- two" in long_view.selected_text()


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
