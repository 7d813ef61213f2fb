"""Characters that hide or reorder text are shown; those that scripts need are left alone."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from desktop.core.content import Role
from desktop.ui.transcript.rich_text import plain
from desktop.ui.transcript.units import Units
from desktop.ui.transcript.view import TranscriptView
from desktop.ui.transcript.visible import reveal
from desktop.ui.transcript.words import word_at
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import copied, drag, words_at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user\u202etxt.exe", "user⟨U+202E⟩txt.exe"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("pay\u200bpal", "pay⟨U+200B⟩pal"),
        ("bell\x07 nul\x00", "bell⟨U+0007⟩ nul⟨U+0000⟩"),
        ("tag\U000e0041\U000e0042", "tag⟨U+E0041⟩⟨U+E0042⟩"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("soft\u00adhyphen \ufeffbom", "soft⟨U+00AD⟩hyphen ⟨U+FEFF⟩bom"),
        ("x\ufe0f\ufe01\ufe02", "x\ufe0f⟨U+FE01⟩⟨U+FE02⟩"),
        ("half \ud800 pair", "half ⟨U+D800⟩ pair"),
    ],
)
def test_hidden_characters_are_shown(text: str, expected: str):
    assert reveal(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "plain\ttext\n",
        "family 👨‍👩‍👧 and flag 🏳️‍🌈",
        "England 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می‌خواهم",
        "café, naïve, 日本語, مرحبا",
    ],
)
def test_what_scripts_and_emoji_need_is_left_alone(text: str):
    assert reveal(text) == text


def test_what_is_copied_is_what_was_written():
    text = "one\u202etwo\u200b\nthree"
    rich = plain(text)

    assert "⟨U+202E⟩" in rich.text
    assert rich.original(0, len(rich.text)) == text


@pytest.mark.parametrize(
    ("position", "word"),
    [(0, "alpha"), (3, "alpha"), (6, "beta"), (9, "beta"), (10, "."), (99, ".")],
)
def test_words(position: int, word: str):
    text = "alpha beta."
    start, end = word_at(text, position)

    assert text[start:end] == word


@pytest.mark.parametrize(("position", "unit"), [(0, 0), (1, 1), (2, 3), (3, 4), (4, 6)], ids=str)
def test_positions_are_translated_to_qt_and_back(position: int, unit: int):
    units = Units("a🍅b🍅")

    assert units.to_qt(position) == unit
    assert units.from_qt(unit) == position


def test_emoji_move_no_look_and_no_selection(view: TranscriptView, message: MakeMessage):
    view.set_messages(
        [message(Role.ASSISTANT, "🍅🍅 **bold** 👩‍💻 `code` [link](https://a.org) end 🍅")]
    )
    box = view._layout.entry(0).items[1].boxes[0].box
    bold = next(each for each in box._layout.formats() if each.format.fontWeight() > 500)
    start, _ = words_at(view, "bold")
    _, end = words_at(view, "code")

    drag(view, start, end)

    text = box.rich.text.encode("utf-16-le")
    assert text[2 * bold.start : 2 * (bold.start + bold.length)].decode("utf-16-le") == "bold"
    assert copied(view) == "bold 👩‍💻 code"
    assert view.link_at(QPointF(words_at(view, "link")[0] + QPoint(3, 0))) is not None
    last = box._layout.formats()[-1]
    assert 2 * (last.start + last.length) == len(text)


def test_a_double_click_takes_a_word_after_emoji(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "🍅🍅🍅 tomato soup")])
    at = words_at(view, "tomato")[0] + QPoint(6, 0)

    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert view.selected_text() == "tomato"
