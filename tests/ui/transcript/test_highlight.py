"""Syntax colours: for known languages, within their time, never at the price of the text."""

from time import thread_time

import pytest

from desktop.ui.transcript.colourist import Colourist
from desktop.ui.transcript.highlight import LANGUAGES, Colour, highlight


def test_tokens_get_their_colours():
    colours = highlight('def f(x):\n    return "s"  # c\n', "python")
    found = {(colour.start, colour.length): colour.token for colour in colours}

    assert found[0, 3] == "keyword"
    assert found[4, 1] == "name"
    assert "string" in found.values()
    assert "comment" in found.values()


@pytest.mark.parametrize("language", ["", "../../x", "nonsense", "x" * 1_000_000, "scala", "text"])
def test_unknown_languages_stay_plain(language: str):
    assert list(highlight("def f(): pass", language)) == []


@pytest.mark.parametrize("code", ["x" * 5_000, "a = 1\n" * 20_000])
def test_what_is_too_long_stays_plain(code: str):
    assert list(highlight(code, "python")) == []


HOSTILE = [
    '"' + "\\" * 36,
    "'" + "\\" * 900,
    "(" * 900,
    "<" * 900,
    "/*" * 400,
    "a" * 900 + "!",
    "{{" * 400,
    "#" * 900,
    "\t" * 900 + "x",
    "${" * 300,
    "0" * 900 + "x",
    "'''" * 300,
    "<a " + 'b="' * 250,
    "\n".join([" " * 300 + "!"] * 60),
]


def coloured(colourist: Colourist, code: str, language: str) -> tuple[list[Colour], float]:
    """Ask until all colours are there; also tell how long the longest answer took."""
    slowest = 0.0
    is_complete = False
    colours: list[Colour] = []
    while not is_complete:
        colourist.is_late = False
        start = thread_time()
        colours, is_complete = colourist.colours(code, language)
        slowest = max(slowest, thread_time() - start)
        assert colourist.is_late is not is_complete
    return colours, slowest


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_language_gets_lost_in_hostile_code(language: str):
    colourist = Colourist()
    for code in HOSTILE:
        _, slowest = coloured(colourist, code, language)
        assert slowest < 1.0, code[:40]


def test_long_code_is_coloured_bit_by_bit():
    code = "def f(x): return x + 1  # comment\n" * 1_500

    colours, slowest = coloured(Colourist(), code, "python")

    assert slowest < 0.5
    assert [colour for colour in highlight(code, "python") if colour.length] == colours


def test_code_that_grows_keeps_the_colours_it_had():
    colourist = Colourist()
    before, _ = coloured(colourist, "x = 'one'\n", "python")

    after, is_complete = colourist.colours("x = 'one'\ny", "python")

    assert after == before
    assert not is_complete


def test_a_language_that_is_unknown_is_never_late():
    colourist = Colourist()

    assert colourist.colours("x = 1", "../../x") == ([], True)
    assert not colourist.is_late
