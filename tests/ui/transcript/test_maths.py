"""Formulas and footnotes: found, set, copied as they were written, never in the way."""

import re
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, text_parts
from desktop.ui.transcript.formula import typeset
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import ListItem, MathsBlock, TextBlock
from desktop.ui.transcript.rich_text import PlacedFormula
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import copied, drag, visible_words, wheel, words_at


def formulas_in(source: str) -> list[str]:
    return [span.tex for span in Markdown().spans(source, {}) if span.tex]


def placed(view: TranscriptView) -> list[PlacedFormula]:
    """Return the formulas that are on screen and ready."""
    top = view.verticalScrollBar().value()
    return [
        each
        for place in view._layout.places(top, top + view.viewport().height())
        for box in place.item.boxes
        for each in box.box.rich.objects
        if not each.formula.outline.isEmpty()
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("an $x^2$ here", ["x^2"]),
        (r"an \(x^2\) here", ["x^2"]),
        ("a $$x$$ and $y$.", ["x", "y"]),
        (r"brackets \[a+b\] too", ["a+b"]),
        (r"$a \$ b$ one", [r"a \$ b"]),
        ("**bold $x$**", ["x"]),
        ("it costs $5 and then $10", []),
        ("from $5 to 6$7", []),
        ("earn $20k or more, or 30k$ a year", []),
        ("the variables $HOME and $PATH are set", []),
        (r"an escaped \$x\$ sign", []),
        ("`$x$` is code", []),
        ("not $ x $ with spaces", []),
        ("open $x", []),
        (r"a citation \[1\] and \(see there\)", []),
        (r"\\(x^2\\)", []),
        ("$$", []),
    ],
)
def test_what_is_a_formula_in_running_text(source: str, found: list[str]):
    assert formulas_in(source) == found


@pytest.mark.parametrize(
    ("source", "tex"),
    [
        ("$$\nx = 1\n$$", "x = 1"),
        ("$$x = 1$$", "x = 1"),
        ("\\[\nx = 1\n\\]", "x = 1"),
        ("Text before\n$$\nx\n$$", "x"),
        ("- item\n\n  $$\n  x\n  $$", "x"),
        ("> $$\n> x\n> $$", "x"),
    ],
)
def test_formulas_on_lines_of_their_own(source: str, tex: str):
    found = [block for block in Markdown().blocks(source) if isinstance(block, MathsBlock)]

    assert [block.tex for block in found] == [tex]


@pytest.mark.parametrize(
    "source", ["$$\nx\n\ny\n$$", "$$\nx", "$$ x $$ and words", "    $$\n    x"]
)
def test_what_has_no_end_stays_as_it_is_written(source: str):
    assert not any(isinstance(block, MathsBlock) for block in Markdown().blocks(source))


def test_formulas_are_set_and_copied_as_they_were_written(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    text = "Einstein: $E=mc^2$ is short.\n\n$$\n\\sum_{i} i\n$$\n\n| a |\n|---|\n| $\\alpha$ |"
    view.set_messages([message(Role.ASSISTANT, text)])
    qtbot.waitUntil(lambda: len(placed(view)) == 3)

    assert "$E=mc^2$" in view.plain_text()
    start, _ = words_at(view, "Einstein")
    _, end = words_at(view, "short")
    drag(view, start, end)
    assert copied(view) == "Einstein: $E=mc^2$ is short"
    view.select_all()
    assert copied(view) == text


def test_a_formula_that_can_not_be_set_shows_its_source(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.ASSISTANT, "A $\\frac{a$ and $x^2$.\n\n$$\n\\frac{b\n$$")])
    qtbot.waitUntil(lambda: len(placed(view)) == 1)

    assert "$\\frac{a$" in shown(view)
    qtbot.waitUntil(lambda: "\\frac{b" in shown(view))


def shown(view: TranscriptView) -> str:
    top = view.verticalScrollBar().value()
    places = view._layout.places(top, top + view.viewport().height())
    return "\n".join(place.item.shown() for place in places)


def test_the_reader_s_place_stays_when_formulas_arrive(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    tall = "$$\n\\frac{\\frac{a}{b}}{\\frac{c}{d}}\n$$"
    text = "\n\n".join(f"Paragraph {i} of the text.\n\n{tall} \n\n$x_{{{i}}}$" for i in range(60))
    view.set_messages([message(Role.ASSISTANT, text)])
    qtbot.waitUntil(lambda: len(placed(view)) > 6)
    bar = view.verticalScrollBar()

    for _ in range(30):
        wheel(view, 240)
        before = visible_words(view)
        place, top = next(iter(before.items()))
        QApplication.processEvents()
        view._flush()
        assert visible_words(view).get(place) == top

    assert not view.is_following
    assert bar.value() < bar.maximum()


@pytest.mark.parametrize(
    "tex", ["{" * 40 + "x" + "}" * 40, "x^{" * 30 + "}" * 30, "\\left(" * 40, "a" * 9_000]
)
def test_what_would_take_too_long_is_not_tried(tex: str):
    with pytest.raises(ValueError, match=re.escape(tex[:40])):
        typeset(tex, display=True)


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1}",
        r"\begin{cases} x & x>0 \\ -x & \text{otherwise} \end{cases}",
        r"\boxed{\cancel{x}}",
    ],
)
def test_what_people_write_can_be_set(tex: str):
    formula = typeset(tex, display=True)

    assert formula.width > 1
    bounds = formula.outline.boundingRect()
    assert -formula.ascent - 0.2 < bounds.top() < bounds.bottom() < formula.descent + 0.2


def test_footnotes_are_numbers_and_their_texts_stand_where_they_were_written(
    view: TranscriptView, message: MakeMessage
):
    text = "A claim[^1] and one[^2] without.\n\n[^1]: The *proof*.\n    More of it."
    view.set_messages([message(Role.ASSISTANT, text)])
    start, _ = words_at(view, "claim")
    _, end = words_at(view, "without")
    drag(view, start, end)

    assert "A claim1 and one[^2] without." in shown(view)
    assert copied(view) == "claim[^1] and one[^2] without"
    note = Markdown().blocks(text)[1]
    assert isinstance(note, TextBlock)
    assert note.containers == (ListItem(2, 1, "1."),)
    view.select_all()
    assert copied(view) == text


def test_footnotes_come_one_character_at_a_time(view: TranscriptView, message: MakeMessage):
    text = "A claim[^note], $x$.\n\n[^note]: The proof.\n\n$$\ny\n$$\n"
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.add_message(answer)
    for character in text:
        view.append_text(answer.id, character)
        view._flush()
    view.finish_message(replace(answer, parts=text_parts(text), status=MessageStatus.COMPLETE))

    assert "A claimnote," in shown(view)
    view.select_all()
    assert view.selected_text() == text
