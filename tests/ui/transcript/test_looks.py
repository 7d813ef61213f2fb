"""What is painted: boxes of tasks, buttons under the mouse and the keyboard, states."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.content import DocumentPart, ImagePart, Role, TextPart
from desktop.core.conversation import MessageStatus, StoredError
from desktop.ui.theme import Theme
from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import copied, drag, move, point_of, words_at

CODE = "```python\nx = 1\n```"


def has_number_colour(view: TranscriptView) -> bool:
    """Tell whether the code has its colours; a lexer is loaded in a thread."""
    return count(picture(view), view._style.tokens.number) > 0


def picture(view: TranscriptView) -> QImage:
    return view.viewport().grab().toImage()


def count(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    return sum(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


def test_a_done_task_has_a_filled_box(view: TranscriptView, message: MakeMessage, theme: Theme):
    view.resize(420, 160)
    view.set_messages([message(Role.USER, "- [ ] open")])
    empty = count(picture(view), theme.tokens.accent)
    view.set_messages([message(Role.USER, "- [x] done")])

    assert empty == 0
    assert count(picture(view), theme.tokens.accent) > 60
    assert view.plain_text() == "☑ done"


def test_list_markers_and_quote_bars_are_painted(view: TranscriptView, message: MakeMessage):
    view.resize(420, 300)
    view.set_messages([message(Role.USER, "plain\n\nplain")])
    plain = picture(view)
    view.set_messages([message(Role.USER, "- plain\n\n> 100. plain")])

    assert picture(view) != plain


@pytest.mark.parametrize(
    "kind", [ActionKind.COPY_CODE, ActionKind.COPY_MESSAGE, ActionKind.REASONING]
)
def test_buttons_answer_the_mouse_and_the_keyboard(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage, kind: ActionKind
):
    view.set_messages([message(Role.ASSISTANT, CODE, reasoning="hm")])
    view.setFocus()
    picture(view)
    qtbot.waitUntil(lambda: has_number_colour(view))
    at_rest = picture(view)

    move(view, point_of(view, kind))
    hovered = picture(view)
    move(view, QPoint(3, 3))
    again = picture(view)
    while view._focused is None or view._focused.kind is not kind:
        QTest.keyClick(view, Qt.Key.Key_Tab)

    assert hovered != at_rest
    assert again == at_rest
    assert picture(view) not in (at_rest, hovered)


def test_buttons_of_an_error_answer_the_mouse(view: TranscriptView, message: MakeMessage):
    error = StoredError(kind="network", message="The connection broke.", cure="Try again.")
    view.set_messages([message(Role.ASSISTANT, "", MessageStatus.ERROR, error=error)])
    assert "Open settings" not in view.plain_text()
    at_rest = picture(view)

    move(view, point_of(view, ActionKind.RETRY))

    assert picture(view) != at_rest


def test_copying_is_confirmed_for_a_moment(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot, theme: Theme
):
    view.set_messages([message(Role.ASSISTANT, CODE)])
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, ActionKind.COPY_CODE)
    )

    assert count(picture(view), theme.tokens.success) > 0
    qtbot.waitUntil(lambda: count(picture(view), theme.tokens.success) == 0, timeout=20_000)


def test_the_dots_of_a_waiting_answer_move(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    view.set_messages([message(Role.ASSISTANT, "", MessageStatus.STREAMING)])
    first = picture(view)

    qtbot.waitUntil(lambda: picture(view) != first, timeout=20_000)


def test_cells_are_copied_with_tabs_between_them(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "|one|two|\n|-|-|\n|three|four|\n|five|six|")])
    start, _ = words_at(view, "two")
    _, end = words_at(view, "five")

    drag(view, start, end)

    assert copied(view) == "two\nthree\tfour\nfive"


def test_attachments_are_named(view: TranscriptView, message: MakeMessage):
    parts = (
        TextPart("Look:"),
        ImagePart(b"x" * 12_345, "image/png"),
        DocumentPart(b"x" * 999, "application/pdf", "report\u202e.pdf"),
    )
    view.set_messages([message(Role.USER, "", parts=parts)])

    assert "[picture: image/png, 12 kB]" in view.plain_text()
    assert "[file: report⟨U+202E⟩.pdf, 1 kB]" in view.plain_text()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"finish_reason": "length"}, "limit of tokens"),
        ({"finish_reason": "content_filter"}, "content filter"),
        ({"status": MessageStatus.ERROR}, "The answer failed."),
        ({"warnings": ("The model ignored the temperature.",)}, "ignored the temperature"),
    ],
)
def test_what_else_there_is_to_say(
    view: TranscriptView, message: MakeMessage, fields: dict[str, object], words: str
):
    view.set_messages([message(Role.ASSISTANT, "Text", **fields)])

    assert words in view.plain_text()
    assert "Text" in view.plain_text()
