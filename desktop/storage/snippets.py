"""What is shown of a text that was found, and where in it the match is."""

import re
from collections.abc import Iterable

START, END = "\ufdd1", "\ufdd2"
"""What FTS5 puts around a match: noncharacters, which no text should contain."""

Snippet = tuple[str, tuple[tuple[int, int], ...]]

_MARK = re.compile(f"[{START}{END}]")
_BEFORE = 40
_LENGTH = 240


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
    return "".join(text), tuple(marks)


def excerpt(text: str, wanted: Iterable[str]) -> Snippet:
    """Return what stands around the first of `wanted` in a text, and where they are."""
    words = [re.escape(word) for word in wanted if word.strip()]
    pattern = re.compile("|".join(words) if words else "(?!)", re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - _BEFORE) if first else 0
    line = " ".join(text[start : start + _LENGTH].split())
    return line, tuple(found.span() for found in pattern.finditer(line))
