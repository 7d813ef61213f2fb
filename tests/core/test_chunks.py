"""Texts are cut by their structure, the same way each time, and nothing is left out."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.chunks import MAX_TOKENS, chunk
from desktop.core.tokens import estimate_tokens_closely

PARAGRAPH = "The harvest was late that year, and the mill stood still for weeks. " * 8
WORDS = st.sampled_from(
    ["# Head", "## Two", "- item one", "```", "text", "|a|b|", "", "漢字。", "x" * 90]
)


def test_a_passage_stands_under_its_headings() -> None:
    text = f"# Farm\n\n{PARAGRAPH}\n\n## Mill\n\n{PARAGRAPH}\n\n### Wheel\n\n{PARAGRAPH}"
    found = [(piece.heading, piece.text[:9]) for piece in chunk(text)]

    assert found == [("", "# Farm\n\nT"), ("Farm", "## Mill\n\n"), ("Farm > Mill", "### Wheel")]


def test_small_neighbours_are_joined_and_large_ones_cut_at_sentences() -> None:
    small = chunk("One line.\n\nAnother line.\n\n- an item\n- one more")
    large = chunk(PARAGRAPH * 5)

    assert [piece.text for piece in small] == [
        "One line.\n\nAnother line.\n\n- an item\n- one more"
    ]
    assert len(large) > 1
    assert all(piece.text.endswith(".") for piece in large)
    assert all(piece.tokens <= MAX_TOKENS for piece in large)


def test_code_stays_whole_where_it_fits_and_is_cut_at_lines_where_not() -> None:
    code = "```python\n# not a heading\n\ndef f():\n    return 1\n```"
    long = "```\n" + "value = compute(1, 2, 3)\n" * 120 + "```"

    assert [piece.text for piece in chunk(code)] == [code]
    assert all(piece.text.endswith((")", "```")) for piece in chunk(long))


def test_what_has_no_letter_and_no_digit_is_no_passage() -> None:
    assert chunk("---\n\n* * *\n\n!!!") == []
    assert chunk("") == []


def test_equal_texts_have_equal_hashes_and_headings_count() -> None:
    first, again = chunk("The same."), chunk("\n\nThe same.\n")
    under = chunk(f"# Head\n\n{PARAGRAPH}\n\n{PARAGRAPH * 3}")

    assert first[0].hash == again[0].hash
    assert len(first[0].hash) == 16
    assert {piece.heading for piece in under} == {"", "Head"}


@given(st.lists(WORDS, max_size=60).map("\n".join))
def test_passages_are_in_order_whole_and_always_the_same(text: str) -> None:
    pieces = chunk(text)
    kept = "".join(piece.text for piece in pieces)

    assert pieces == chunk(text)
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
    assert all(a.end <= b.start for a, b in itertools.pairwise(pieces))
    assert sum(map(str.isalnum, kept)) == sum(map(str.isalnum, text))


def test_tokens_are_estimated_in_every_script() -> None:
    assert 8 <= estimate_tokens_closely("The cat sat on the mat today.") <= 10
    assert estimate_tokens_closely("漢字漢字") == 4
    assert estimate_tokens_closely("Größenordnung") >= 3
    assert estimate_tokens_closely("") == 0
