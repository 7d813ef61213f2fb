"""Where the reader was: kept with each conversation, over a restart too."""

import json

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import Message
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.reading_places import KEPT, ReadingPlace, ReadingPlaces
from desktop.ui.theme import Theme
from tests.ui.conftest import MessageMaker


def make_window(qtbot: QtBot, theme: Theme) -> MainWindow:
    window = MainWindow(theme=theme, icons=Icons())
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def long(message: MessageMaker) -> list[Message]:
    return [message("\n\n".join(f"Line {i}" for i in range(100)), Role.ASSISTANT)]


def test_a_conversation_opens_where_it_was_left(
    qtbot: QtBot, theme: Theme, long: list[Message], message: MessageMaker
):
    window = make_window(qtbot, theme)
    window.chat.show_conversation("Long", long, "")
    bar = window.chat.transcript.verticalScrollBar()
    bar.setValue(700)
    picture = window.chat.transcript.viewport().grab().toImage()
    window.chat.show_conversation("Other", [message("Short")], "")
    window.chat.show_conversation("Long", long, "")
    again = window.chat.transcript.viewport().grab().toImage()

    state = json.loads(json.dumps(window.window_state()))
    restarted = make_window(qtbot, theme)
    restarted.restore_window_state(state)
    restarted.resize(1000, 700)  # the screen of tests is smaller than that
    restarted.chat.show_conversation("Long", long, "")
    QApplication.processEvents()

    assert again == picture
    assert restarted.chat.transcript.viewport().grab().toImage() == picture


def test_what_was_left_at_its_end_opens_there(
    qtbot: QtBot, theme: Theme, long: list[Message], message: MessageMaker
):
    window = make_window(qtbot, theme)
    window.chat.show_conversation("Long", long, "")
    window.chat.show_conversation("Other", [message("Short")], "")
    window.chat.show_conversation("Long", long, "")

    assert window.chat.transcript.is_following


@pytest.mark.parametrize(
    "state", [None, [], {"x": 1}, {"x": ["y", 0, 0]}, {str(new_message_id()): [1, 2, 3]}]
)
def test_a_state_that_makes_no_sense_is_left_out(state: object):
    places = ReadingPlaces()

    places.restore(state)

    assert places.state() == {}


def test_only_the_last_places_are_kept():
    places = ReadingPlaces()
    ids = [new_conversation_id() for _ in range(KEPT + 1)]
    for each in ids:
        places.note(each, ReadingPlace(new_message_id(), 0, 0))

    assert places.get(ids[0]) is None
    assert places.get(ids[1]) is not None


def test_zoom_and_width_of_the_text_are_kept(
    qtbot: QtBot, theme: Theme, long: list[Message], message: MessageMaker
):
    window = make_window(qtbot, theme)
    window.resize(1600, 700)
    words = message("Words that go on and on. " * 60, Role.ASSISTANT)
    window.chat.show_conversation("Long", [words], "")
    usual = window.chat.transcript.column_width

    window.commands.widths[0].trigger()
    window.commands.zoom_in.trigger()
    wider = window.chat.transcript.column_width
    state = json.loads(json.dumps(window.window_state()))
    restarted = make_window(qtbot, theme)
    restarted.restore_window_state(state)
    restarted.resize(1600, 700)
    restarted.chat.show_conversation("Long", [words], "")
    again = restarted.chat.transcript.column_width
    window.commands.widths[1].trigger()
    window.commands.zoom_reset.trigger()

    assert wider == again > usual
    assert window.chat.transcript.column_width == usual


@pytest.mark.parametrize(
    "state", [{"zoom": "x", "text_width": 1}, {"zoom": 99.0, "text_width": -5}]
)
def test_a_look_that_makes_no_sense_stays_within_bounds(
    qtbot: QtBot, theme: Theme, state: dict[str, object]
):
    window = make_window(qtbot, theme)

    window.restore_window_state(state)

    zoom, width = window.chat.transcript.look
    assert 0.5 < zoom < 3
    assert 400 < width < 2_000
