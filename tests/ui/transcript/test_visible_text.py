"""Characters that hide or reorder text are shown; those that scripts need are left alone."""

import pytest

from desktop.ui.transcript.rich_text import plain
from desktop.ui.transcript.visible import reveal
from desktop.ui.transcript.words import word_at


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
