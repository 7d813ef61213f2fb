"""Search as people type it, in the terms of FTS5."""

import re
from collections.abc import Iterable

from desktop.core.search import SearchQuery

_UNSEARCHABLE = re.compile("[\0\ud800-\udfff]")


def fts_query(text: str) -> str:
    """Return an FTS5 query that finds all words of `text`, each by its beginning.

    Quoting makes every word plain text, whatever FTS5's own syntax would make of it.
    Empty when `text` has no letter or digit to search for.
    """
    return " ".join(_words(text))


def fts_expression(query: SearchQuery) -> str:
    """Return the FTS5 query for the words and phrases of `query`; '' for none."""
    words = [each for word in query.words for each in _words(word)]
    phrases = [_UNSEARCHABLE.sub(" ", phrase) for phrase in query.phrases]
    quoted = [f'"{_quoted(phrase)}"' for phrase in phrases if _is_searchable(phrase)]
    return " ".join([*words, *quoted])


def _words(text: str) -> Iterable[str]:
    words = _UNSEARCHABLE.sub(" ", text).split()
    return (f'"{_quoted(word)}"*' for word in words if _is_searchable(word))


def _is_searchable(text: str) -> bool:
    return any(map(str.isalnum, text))


def _quoted(word: str) -> str:
    return word.replace('"', '""')
