"""What is shown of a text that was found, and where in it the match is."""

import re
from collections.abc import Iterable

START, END = "\ufdd1", "\ufdd2"
"""What FTS5 puts around a match: noncharacters, which no text should contain."""

Marks = tuple[tuple[int, int], ...]
Snippet = tuple[str, Marks]

_LEFT_OUT = "…"
_MARK = re.compile(f"[{START}{END}]")
_BEFORE = 40
"""Characters shown before a match: no more, so that it stands in the first lines."""
_LENGTH = 240
_SEARCHED = 20_000
_SIGNS = re.compile(r"^[ \t]*(?:#{1,6}|[-*+>])[ \t]+|\*\*", re.MULTILINE)


def marked(found: str) -> Snippet:
    """Return a snippet of FTS5 on one line, and the places of its marks."""
    line = " ".join(found.split())
    text: list[str] = []
    marks: list[tuple[int, int]] = []
    length, start = 0, None
    for piece in re.split(f"([{START}{END}])", line):
        if piece == START:
            start = length
        elif piece == END and start is not None:
            marks.append((start, length))
            start = None
        elif not _MARK.fullmatch(piece):
            text.append(piece)
            length += len(piece)
    return _begun_near("".join(text), tuple(marks))


def _begun_near(text: str, marks: Marks) -> Snippet:
    """Leave out what stands far before the first mark."""
    first = marks[0][0] if marks else 0
    if first <= _BEFORE:
        return text, marks
    space = text.find(" ", first - _BEFORE, first)
    cut = first - _BEFORE if space < 0 else space + 1
    off = cut - len(_LEFT_OUT)
    return _LEFT_OUT + text[cut:], tuple((start - off, end - off) for start, end in marks)


def excerpt(text: str, wanted: Iterable[str]) -> Snippet:
    """Return what stands around the first of `wanted` in a text, and where they are.

    Markdown's signs of headings, lists and strong words are left out: they only take room.
    """
    words = [_beginning(word) for word in wanted if word.strip()]
    pattern = re.compile("|".join(words) if words else "(?!)", re.IGNORECASE)
    line = " ".join(_SIGNS.sub("", text[:_SEARCHED]).split())
    first = pattern.search(line)
    line, _ = _begun_near(line, (first.span(),) if first else ())
    shown = line[:_LENGTH]
    return shown, tuple(found.span() for found in pattern.finditer(shown))


def _beginning(word: str) -> str:
    """Return a pattern for what begins with `word`; scripts without spaces show no beginnings."""
    return rf"\b{re.escape(word)}" if word[0].isascii() and word[0].isalnum() else re.escape(word)
