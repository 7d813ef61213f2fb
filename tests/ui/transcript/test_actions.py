"""What can be done with a message, by mouse, keyboard and menu."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.content import Role, Usage
from desktop.core.conversation import MessageStatus
from desktop.ui.transcript.file_names import file_name_for
from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import move, point_of, words_at

LEFT = Qt.MouseButton.LeftButton
TABLE = "| a | b |\n|---|---|\n| **x** | `y` |\n| [z](https://a.org) | w |"
CODE = "```python\nx = 1\n```"


def open_menu(view: TranscriptView, at: QPoint) -> QMenu:
    everywhere = view.viewport().mapToGlobal(at)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, at, everywhere))
    menu = view.findChildren(QMenu, "messageMenu")[-1]
    assert menu.isVisible()
    return menu


def choose(menu: QMenu, name: str) -> None:
    action = next(action for action in menu.actions() if action.objectName() == name)
    action.trigger()
    menu.close()


def names(menu: QMenu) -> list[str]:
    found = [action.objectName() for action in menu.actions() if action.objectName()]
    menu.close()
    return found


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


@pytest.mark.parametrize(
    ("role", "kind", "signal"),
    [
        (Role.USER, ActionKind.EDIT, "edit_requested"),
        (Role.ASSISTANT, ActionKind.REGENERATE, "retry_requested"),
        (Role.ASSISTANT, ActionKind.BRANCH, "branch_requested"),
    ],
)
def test_buttons_ask_for_what_they_say(
    qtbot: QtBot,
    view: TranscriptView,
    message: MakeMessage,
    role: Role,
    kind: ActionKind,
    signal: str,
):
    asked = message(role, "Some words")
    view.set_messages([asked])
    point = point_of(view, kind)

    with qtbot.waitSignal(getattr(view, signal)) as caught:
        move(view, point)
        qtbot.mouseClick(view.viewport(), LEFT, pos=point)

    assert caught.args == [asked.id]


def test_arrows_lead_to_the_other_versions(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    question = message(Role.USER, "Second try", sibling_index=1, sibling_count=2)
    answer = message(Role.ASSISTANT, "One of three", sibling_index=1, sibling_count=3)
    view.set_messages([question, answer])
    asked: list[tuple[object, int]] = []
    view.sibling_requested.connect(lambda id_, step: asked.append((id_, step)))

    for kind in (ActionKind.OLDER, ActionKind.NEWER):
        qtbot.mouseClick(view.viewport(), LEFT, pos=point_of(view, kind))
    qtbot.mouseClick(view.viewport(), LEFT, pos=point_of(view, ActionKind.OLDER, 0))

    assert asked == [(answer.id, -1), (answer.id, 1), (question.id, -1)]
    with pytest.raises(IndexError):  # the question's last version has none after it
        point_of(view, ActionKind.NEWER, 1)


def test_the_buttons_of_a_question_show_where_the_mouse_is(
    view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.USER, "A question"), message(Role.ASSISTANT, "An answer")])
    point = point_of(view, ActionKind.EDIT)
    apart = view.viewport().grab().toImage()

    move(view, words_at(view, "A question")[0])
    over = view.viewport().grab().toImage()
    move(view, words_at(view, "An answer")[0])

    around = [(point.x() + x, point.y() + y) for x in range(-8, 8) for y in range(-8, 8)]
    assert {apart.pixel(*each) for each in around} == {apart.pixel(3, 3)}
    assert len({over.pixel(*each) for each in around}) > 1
    assert view.viewport().grab().toImage() == apart


@pytest.mark.parametrize(
    ("name", "copied"),
    [("copyMarkdown", "A **bold** $x$\n\n- one"), ("copyText", "A bold $x$\n\n• one")],
)
def test_the_menu_copies_a_message(
    view: TranscriptView, message: MakeMessage, name: str, copied: str
):
    view.set_messages([message(Role.ASSISTANT, "A **bold** $x$\n\n- one", reasoning="Hm.")])

    choose(open_menu(view, words_at(view, "bold")[0]), name)

    assert clipboard() == copied


@pytest.mark.parametrize(
    ("name", "copied"),
    [("copyTable", "a\tb\nx\ty\nz\tw\n"), ("copyTableMarkdown", TABLE)],
)
def test_the_menu_copies_a_table(
    view: TranscriptView, message: MakeMessage, name: str, copied: str
):
    view.set_messages([message(Role.ASSISTANT, f"Look:\n\n{TABLE}\n\nSo.")])

    choose(open_menu(view, words_at(view, "w")[0]), name)

    assert clipboard() == copied


def test_the_table_s_button_copies_for_a_spreadsheet(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    rows = "".join(f"| {i} | x |\n" for i in range(50))
    view.set_messages([message(Role.ASSISTANT, f"| a | b |\n|---|---|\n{rows}")])
    view.verticalScrollBar().setValue(0)

    qtbot.mouseClick(view.viewport(), LEFT, pos=point_of(view, ActionKind.COPY_TABLE))

    assert clipboard() == "a\tb\n" + "".join(f"{i}\tx\n" for i in range(50))


def test_a_link_s_address_is_copied(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "See [the page](https://example.com/page) now")])

    choose(open_menu(view, words_at(view, "page")[0]), "copyLink")

    assert clipboard() == "https://example.com/page"


def test_what_is_selected_is_quoted(qtbot: QtBot, view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "Some **words** here")])
    at = words_at(view, "words")[0]
    QTest.mouseDClick(view.viewport(), LEFT, pos=at + QPoint(4, 0))

    with qtbot.waitSignal(view.quote_requested) as caught:
        choose(open_menu(view, at), "quote")

    assert caught.args == ["words"]


def test_the_menu_offers_what_fits(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "Question"), message(Role.ASSISTANT, CODE)])

    question = names(open_menu(view, words_at(view, "Question")[0]))
    code = names(open_menu(view, words_at(view, "x = 1")[0]))

    assert {"edit", "fork", "delete"} <= set(question)
    assert "continue" not in question
    assert {"copyCode", "saveCode", "continue", "regenerate"} <= set(code)
    assert "edit" not in code


def test_nothing_is_asked_for_while_an_answer_is_under_way(
    view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.USER, "Question")])
    view.set_busy(True)
    menu = open_menu(view, words_at(view, "Question")[0])

    enabled = {action.objectName() for action in menu.actions() if action.isEnabled()}
    menu.close()

    assert enabled & {"edit", "regenerate", "fork", "delete"} == set()
    assert {"copyMarkdown", "quote"} <= enabled


def test_the_menu_opens_from_the_keyboard(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "Question"), message(Role.ASSISTANT, "Answer")])
    view.setFocus()
    point = QPoint(5, 5)
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Tab)
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(reason, point, view.mapToGlobal(point))
    )

    menu = view.findChildren(QMenu, "messageMenu")[-1]

    assert "edit" in names(menu)  # the second thing to press is the question's


def test_only_the_last_answer_can_be_continued(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    cut = message(Role.ASSISTANT, "It ends in the midd", MessageStatus.INTERRUPTED)
    view.set_messages([cut])
    with qtbot.waitSignal(view.continue_requested) as caught:
        qtbot.mouseClick(view.viewport(), LEFT, pos=point_of(view, ActionKind.CONTINUE))

    view.add_message(message(Role.USER, "Go on"))

    assert caught.args == [cut.id]
    with pytest.raises(IndexError):
        point_of(view, ActionKind.CONTINUE)


def test_long_lines_wrap_and_unwrap(qtbot: QtBot, view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, f"```\n{'word ' * 60}\n```")])
    heights = [view._layout.heights.total]
    for _ in range(2):
        qtbot.mouseClick(view.viewport(), LEFT, pos=point_of(view, ActionKind.WRAP_CODE))
        heights.append(view._layout.heights.total)

    assert heights[1] > heights[0] == heights[2]


def test_code_is_saved_as_a_file(qtbot: QtBot, view: TranscriptView, message: MakeMessage):
    long = "".join(f"line_{i} = {i}\n" for i in range(100))
    view.set_messages([message(Role.ASSISTANT, f"```python\n{long}```")])
    view.verticalScrollBar().setValue(0)
    qtbot.mouseClick(view.viewport(), LEFT, pos=point_of(view, ActionKind.SAVE_CODE))
    dialog = view.findChild(QFileDialog, "saveCodeDialog")
    assert isinstance(dialog, QFileDialog)

    with qtbot.waitSignal(view.save_requested) as caught:
        dialog.fileSelected.emit("/somewhere/code.py")
    dialog.close()

    assert caught.args == ["/somewhere/code.py", long]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "code.py"),
        ("rs", "code.rs"),
        ("", "code.txt"),
        ("../../x", "code.txt"),
        ("y" * 1_000_000, "code.txt"),
        ("c++", "code.cpp"),
    ],
)
def test_what_a_model_calls_its_language_is_never_a_path(language: str, name: str):
    assert file_name_for(language) == name


def test_figures_tell_the_first_word_and_the_speed(view: TranscriptView, message: MakeMessage):
    answer = message(
        Role.ASSISTANT,
        "Text",
        usage=Usage(output_tokens=400, cost=0.00632),
        duration_ms=4_800,
        first_token_ms=800,
    )
    view.set_messages([answer])

    words = "400 tokens · 100 tok/s · first word after 0.8 s · $0.0063"
    assert words in view.plain_text()
