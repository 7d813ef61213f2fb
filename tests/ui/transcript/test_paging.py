"""Long conversations: opened by their end, the rest as it is needed, the place kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus, text_parts
from desktop.core.ids import MessageId
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import copied, visible_words, wheel

COUNT, PAGE = 300, 40
Answer = Callable[[], int]


@pytest.fixture
def stored(message: MakeMessage) -> list[Message]:
    """A conversation as the database has it."""
    return [
        message(
            Role.USER if number % 2 == 0 else Role.ASSISTANT,
            f"Message {number}. " + "Some words that fill a few lines. " * (number % 9),
        )
        for number in range(COUNT)
    ]


class Database:
    """Answers what the transcript asks for when it is told to."""

    def __init__(self, view: TranscriptView, stored: Sequence[Message]) -> None:
        self._view = view
        self._stored = {message.id: message for message in stored}
        self._waiting: list[list[MessageId]] = []
        self.asked: list[MessageId] = []
        view.messages_requested.connect(self._waiting.append)

    def answer(self) -> None:
        while self._waiting:
            ids = self._waiting.pop(0)
            self.asked += ids
            self._view.fill_in([self._stored[each] for each in ids])
            QApplication.processEvents()


def open_end(view: TranscriptView, stored: Sequence[Message]) -> Database:
    database = Database(view, stored)
    view.set_messages(stored[-PAGE:])
    view.show_earlier(stored[-PAGE].id, [message.id for message in stored[:-PAGE]])
    return database


def test_nothing_moves_when_the_rest_becomes_known(view: TranscriptView, stored: list[Message]):
    view.set_messages(stored[-PAGE:])
    wheel(view, 600)
    before = view.viewport().grab().toImage()

    view.show_earlier(stored[-PAGE].id, [message.id for message in stored[:-PAGE]])

    assert view.viewport().grab().toImage() == before
    assert len(view.messages) == COUNT


def test_scrolling_up_loads_pages_once_and_moves_nothing(
    view: TranscriptView, stored: list[Message]
):
    database = open_end(view, stored)
    for _ in range(200):
        wheel(view, 360)
        loaded = [each for each in visible_words(view).items() if view.messages.get(each[0][0])]
        database.answer()
        if loaded:
            place, top = loaded[0]
            assert visible_words(view)[place] == top

    assert 100 < len(database.asked) < COUNT
    assert len(set(database.asked)) == len(database.asked)
    assert "Message 200." in view._layout.entry(200).readable()


def test_a_jump_into_the_middle_loads_only_what_is_there(
    view: TranscriptView, stored: list[Message]
):
    database = open_end(view, stored)
    bar = view.verticalScrollBar()

    bar.setValue(bar.maximum() // 3)
    database.answer()

    assert 0 < len(database.asked) < 120
    index = next(iter(visible_words(view)))[0]
    assert f"Message {index}." in view._layout.entry(index).readable()


def test_a_place_above_what_is_loaded_is_gone_to_once_it_is_known(
    view: TranscriptView, stored: list[Message]
):
    database = open_end(view, stored)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 4)
    database.answer()
    place = view.reading_place
    words = visible_words(view)
    assert place is not None

    view.set_messages(stored[-PAGE:])
    view.go_to_place(place)
    assert view.is_following
    view.show_earlier(stored[-PAGE].id, [message.id for message in stored[:-PAGE]])
    database.answer()

    assert view.reading_place == place
    assert visible_words(view) == words


def test_whoever_scrolls_meanwhile_stays_there(view: TranscriptView, stored: list[Message]):
    database = open_end(view, stored)
    view.show_message(stored[10].id)
    wheel(view, -240)
    message = next(iter(visible_words(view)))[0]
    database.answer()

    view.fill_in([])

    assert next(iter(visible_words(view)))[0] == message > 10


def test_copying_everything_loads_it_first(view: TranscriptView, stored: list[Message]):
    database = open_end(view, stored)
    QGuiApplication.clipboard().setText("before")
    view.select_all()

    assert copied(view) == "before"
    database.answer()

    assert QGuiApplication.clipboard().text() == "\n\n".join(each.text for each in stored)


def test_words_are_found_in_what_was_not_loaded(
    qtbot: QtBot, view: TranscriptView, stored: list[Message]
):
    found: list[tuple[int, int, bool]] = []
    view.found_changed.connect(lambda *state: found.append(state))
    database = open_end(view, stored)

    view.open_find("Message 7.")
    database.answer()

    qtbot.waitUntil(lambda: found[-1] == (1, 1, True))
    view.find_next()
    assert visible_words(view).keys() & {(7, index) for index in range(4)}


def test_an_answer_streams_below_what_is_still_unknown(
    view: TranscriptView, stored: list[Message], message: MakeMessage
):
    database = open_end(view, stored)
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.add_message(answer)
    view.append_text(answer.id, "Words that stream")
    database.answer()
    view._flush()
    done = replace(answer, parts=text_parts("Words that stream"), status=MessageStatus.COMPLETE)
    view.finish_message(done)

    assert view.is_following
    assert "Words that stream" in view._layout.entry(COUNT).readable()


def test_another_version_in_the_middle_stays_in_view(
    view: TranscriptView, stored: list[Message], message: MakeMessage
):
    view.set_messages(stored[:60])
    view.show_message(stored[31].id)
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + 100)
    other = message(Role.ASSISTANT, "Another version. " * 200)
    assert next(iter(visible_words(view)))[0] == 31

    view.swap_messages([*stored[:31], other])

    assert next(iter(visible_words(view)))[0] == 31
    assert not view.is_following


def test_places_follow_one_another_without_gaps(view: TranscriptView, stored: list[Message]):
    database = open_end(view, stored)
    view.show_message(stored[100].id)
    database.answer()

    places = list(view._layout.places(0, view._layout.heights.total))
    tops = [place.top for place in places]

    assert all(one <= two for one, two in pairwise(tops))
