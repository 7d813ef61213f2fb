"""Search as people type it, in the terms of FTS5."""

import re

_UNSEARCHABLE = re.compile("[\0\ud800-\udfff]")


def fts_query(text: str) -> str:
    """Return an FTS5 query that finds all words of `text`, each by its beginning.

    Quoting makes every word plain text, whatever FTS5's own syntax would make of it.
    Empty when `text` has no letter or digit to search for.
    """
    words = _UNSEARCHABLE.sub(" ", text).split()
    return " ".join(f'"{_quoted(word)}"*' for word in words if any(map(str.isalnum, word)))


def _quoted(word: str) -> str:
    return word.replace('"', '""')
