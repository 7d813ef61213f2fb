from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import Message
from desktop.core.errors import ErrorKind, LLMError, NotConfigured, ParleyError, StorageError
from desktop.presenters.chat_view import ChatView
from desktop.ui.chat_pane import ChatPane
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

MessageMaker = Callable[..., Message]


@pytest.fixture
def pane(qtbot: QtBot, theme: Theme, icons: Icons) -> ChatPane:
    pane = ChatPane(theme=theme, icons=icons)
    qtbot.addWidget(pane)
    pane.resize(900, 700)
    pane.show()
    return pane


def label(pane: QWidget, name: str) -> QLabel:
    found = pane.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def push_button(pane: QWidget, name: str) -> QPushButton:
    found = pane.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_is_a_chat_view(pane: ChatPane) -> None:
    view: ChatView = pane
    view.set_title("Soup")

    assert label(pane, "chatTitle").text() == "Soup"


def test_a_new_chat_greets_and_names_the_model(pane: ChatPane) -> None:
    pane.set_model("claude-sonnet")

    assert label(pane, "greeting").isVisible()
    assert "claude-sonnet" in label(pane, "emptyStateModel").text()
    assert not pane.transcript.isVisible()


def test_a_suggestion_fills_the_composer_and_sends_nothing(qtbot: QtBot, pane: ChatPane) -> None:
    with qtbot.assertNotEmitted(pane.submitted), qtbot.waitSignal(pane.draft_changed):
        qtbot.mouseClick(push_button(pane, "suggestion-pencil"), Qt.MouseButton.LeftButton)

    assert pane.draft.startswith("Write")


def test_the_first_message_replaces_the_greeting(pane: ChatPane, message: MessageMaker) -> None:
    pane.add_message(message("hello"))

    assert pane.transcript.isVisible()
    assert not label(pane, "greeting").isVisible()


def test_a_conversation_brings_its_draft(pane: ChatPane, message: MessageMaker) -> None:
    pane.show_conversation("Soup", [message("hello")], "half a thought")

    assert pane.draft == "half a thought"
    assert pane.transcript.isVisible()


def test_the_text_stays_until_it_is_stored(qtbot: QtBot, pane: ChatPane) -> None:
    qtbot.keyClicks(pane.composer.edit, "hello")
    with qtbot.waitSignal(pane.submitted) as submitted:
        qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert submitted.args == ["hello"]

    pane.show_notice(ParleyError("The disk is full.", cure="Free some space."))
    assert pane.draft == "hello"
    pane.clear_composer("something else")
    assert pane.draft == "hello"
    pane.clear_composer("hello")
    assert pane.draft == ""


def test_what_could_not_be_stored_can_be_sent_again_from_the_notice(
    qtbot: QtBot, pane: ChatPane
) -> None:
    locked = StorageError("Another program is using it.", cure="Close it and try again.")
    pane.show_notice(locked)  # of something else: nothing was sent
    assert not push_button(pane, "noticeButton").isVisible()
    qtbot.keyClicks(pane.composer.edit, "hello")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    pane.set_busy(True)
    pane.show_notice(locked)
    pane.set_busy(False)

    button = push_button(pane, "noticeButton")
    assert button.text() == "Send again"
    with qtbot.waitSignal(pane.submitted) as submitted:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert submitted.args == ["hello"]


def test_a_notice_says_what_happened_and_what_to_do(qtbot: QtBot, pane: ChatPane) -> None:
    pane.show_notice(NotConfigured("No model is set up.", cure="Choose one in Settings."))

    assert label(pane, "noticeMessage").text() == "No model is set up."
    assert label(pane, "noticeCure").text() == "Choose one in Settings."
    with qtbot.waitSignal(pane.settings_requested):
        qtbot.mouseClick(push_button(pane, "noticeButton"), Qt.MouseButton.LeftButton)
    assert not label(pane, "noticeMessage").isVisible()


@pytest.mark.parametrize(
    ("kind", "offered"), [(ErrorKind.AUTH, True), (ErrorKind.RATE_LIMIT, False)]
)
def test_settings_are_offered_only_where_they_help(
    pane: ChatPane, kind: ErrorKind, offered: bool
) -> None:
    pane.show_notice(LLMError("It failed.", kind=kind))

    assert push_button(pane, "noticeButton").isVisible() is offered


def test_a_notice_shows_markup_as_it_is(pane: ChatPane) -> None:
    pane.show_notice(ParleyError("<b>bold</b> <img src='file:///etc/passwd'>"))

    assert label(pane, "noticeMessage").textFormat() is Qt.TextFormat.PlainText


def test_a_deletion_can_be_undone(qtbot: QtBot, pane: ChatPane) -> None:
    undone: list[bool] = []
    pane.show_action("“Soup” was deleted.", "Undo", lambda: undone.append(True))
    qtbot.mouseClick(push_button(pane, "noticeButton"), Qt.MouseButton.LeftButton)

    assert undone == [True]


def test_up_edits_the_last_question_and_its_draft_waits(
    qtbot: QtBot, pane: ChatPane, message: MessageMaker
) -> None:
    question = message("How long do eggs boil?")
    pane.show_conversation("Eggs", [question, message("Ten minutes.", Role.ASSISTANT)], "")
    with qtbot.waitSignal(pane.edit_requested) as requested:
        qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Up)
    assert requested.args == [question.id]

    pane.composer.set_text("And ham?")
    pane.edit_question(question.id, question.text)
    assert pane.composer.text == question.text
    assert pane.draft == "And ham?"
    qtbot.keyClicks(pane.composer.edit, " Soft.")
    with qtbot.waitSignal(pane.edit_submitted) as submitted:
        qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert submitted.args == [question.id, "How long do eggs boil? Soft."]

    pane.clear_composer("How long do eggs boil? Soft.")
    assert pane.composer.text == pane.draft == "And ham?"
    with qtbot.waitSignal(pane.submitted) as sent:
        qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert sent.args == ["And ham?"]


def test_escape_ends_an_edit(qtbot: QtBot, pane: ChatPane, message: MessageMaker) -> None:
    question = message("Eggs?")
    pane.show_conversation("Eggs", [question], "")
    pane.edit_question(question.id, question.text)
    bar = pane.findChild(QWidget, "editBar")
    assert bar is not None
    assert bar.isVisible()
    assert pane.draft == "Eggs?"  # nothing else waits, so a crash would not lose it

    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Escape)

    assert not bar.isVisible()
    assert pane.composer.text == pane.draft == ""


def test_commands_for_the_last_message_name_it(
    qtbot: QtBot, pane: ChatPane, message: MessageMaker
) -> None:
    question = replace(message("Eggs?"), sibling_index=1, sibling_count=2)
    pane.show_conversation("Eggs", [question, message("Ten minutes.", Role.ASSISTANT)], "")
    with qtbot.waitSignal(pane.sibling_requested) as stepped:
        pane.messages.step(-1)
    assert stepped.args == [question.id, -1]

    for signal, ask in (
        (pane.branch_requested, pane.messages.fork),
        (pane.continue_requested, pane.messages.resume),
        (pane.delete_requested, pane.messages.delete),
    ):
        with qtbot.waitSignal(signal) as asked:
            ask()
        assert asked.args == [pane.messages.last]


def test_regenerate_asks_for_the_last_answer_unless_busy(
    qtbot: QtBot, pane: ChatPane, message: MessageMaker
) -> None:
    answer = message("Ten minutes.", Role.ASSISTANT)
    pane.show_conversation("Eggs", [message("Eggs?"), answer], "")
    with qtbot.waitSignal(pane.retry_requested) as retried:
        pane.messages.regenerate()
    assert retried.args == [answer.id]

    pane.set_busy(True)
    with qtbot.assertNotEmitted(pane.retry_requested):
        pane.messages.regenerate()


@pytest.mark.qt_log_ignore("^This plugin does not support")  # popups, off screen
def test_the_model_menu_lists_choices_and_settings(qtbot: QtBot, pane: ChatPane) -> None:
    pane.set_model("Sonnet")
    button = push_button(pane, "modelButton")
    with qtbot.waitSignal(pane.model_menu_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    pane.set_model_choices([("claude-sonnet", "Sonnet"), ("gpt", "GPT & friends")])
    menu = pane.findChild(QMenu, "modelMenu")
    assert isinstance(menu, QMenu)
    entries = {action.text(): action for action in menu.actions() if action.text()}

    assert list(entries) == ["Sonnet", "GPT && friends", "Settings…"]
    assert entries["Sonnet"].isChecked()
    with qtbot.waitSignal(pane.model_chosen) as chosen:
        entries["GPT && friends"].trigger()
    assert chosen.args == ["gpt"]
    menu.close()


def test_a_long_model_name_does_not_widen_the_window(pane: ChatPane) -> None:
    pane.set_model("a-very-long-model-name/" * 10)

    assert push_button(pane, "modelButton").width() < 320


def test_tooltips_take_a_model_name_for_text(pane: ChatPane) -> None:
    pane.set_model("<img src='file:///etc/passwd'>")

    assert "<img" not in push_button(pane, "modelButton").toolTip()


def test_what_is_quoted_stands_above_what_is_being_written(
    pane: ChatPane, message: MessageMaker, qtbot: QtBot
):
    pane.show_conversation("Soup", [message("Boil it.", Role.ASSISTANT)], "Why?")

    with qtbot.waitSignal(pane.draft_changed):
        pane.transcript.quote_requested.emit("Boil it.\n\nNow.")

    assert pane.composer.text == "> Boil it.\n>\n> Now.\n\nWhy?"


def test_files_dropped_anywhere_on_the_conversation_are_passed_on(
    qtbot: QtBot, pane: ChatPane, tmp_path: Path
) -> None:
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.pdf"))])
    place, action = QPointF(20, 60), Qt.DropAction.CopyAction
    button, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place.toPoint(), action, files, button, modifiers)
    pane.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(pane.composer.edit.files_given) as given:
        pane.dropEvent(QDropEvent(place, action, files, button, modifiers))

    assert given.args == [[tmp_path / "a.pdf"]]
