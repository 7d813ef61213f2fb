"""What is shown of a text that was found."""

import pytest

from desktop.storage.snippets import excerpt


@pytest.mark.parametrize(
    ("text", "wanted", "shown", "marked"),
    [
        ("The cat naps.", ["cat"], "The cat naps.", ["cat"]),
        ("A napkin and a snap.", ["nap"], "A napkin and a snap.", ["nap"]),
        (
            "## Beds\n\n- Water them\n- Mulch them",
            ["mulch"],
            "Beds Water them Mulch them",
            ["Mulch"],
        ),
        ("It is **very** old", ["old"], "It is very old", ["old"]),
        ("今日は天気がいい", ["天気"], "今日は天気がいい", ["天気"]),
        ("Nothing of it.", ["other"], "Nothing of it.", []),
        ("", ["x"], "", []),
    ],
)
def test_the_words_are_marked_where_they_begin(
    text: str, wanted: list[str], shown: str, marked: list[str]
) -> None:
    snippet, marks = excerpt(text, wanted)

    assert snippet == shown
    assert [snippet[start:end] for start, end in marks] == marked


def test_it_begins_with_a_whole_word_near_the_first_match() -> None:
    snippet, marks = excerpt(f"{'before ' * 50}here and {'after ' * 100}", ["here"])

    assert snippet.startswith("…before ")
    assert snippet[slice(*marks[0])] == "here"
    assert marks[0][0] < 50
    assert len(snippet) <= 240
