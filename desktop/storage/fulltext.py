"""Search as people type it, in the terms of FTS5."""

import re
from collections.abc import Iterable, Mapping

from desktop.core.search import SearchQuery

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 64
_COMMON = frozenset(
    {
        *[
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "been",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
            "does",
            "for",
            "from",
            "had",
            "has",
            "have",
            "how",
            "i",
            "if",
            "in",
            "is",
            "it",
            "its",
            "may",
            "me",
            "my",
            "not",
            "of",
            "on",
            "or",
            "should",
            "so",
            "that",
            "the",
            "their",
            "them",
            "there",
            "they",
            "this",
            "to",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "who",
            "whom",
            "whose",
            "why",
            "will",
            "with",
            "would",
            "you",
            "your",
        ],
        *[
            "aber",
            "als",
            "am",
            "an",
            "auf",
            "aus",
            "bei",
            "bin",
            "bis",
            "das",
            "dass",
            "dem",
            "den",
            "der",
            "des",
            "die",
            "ein",
            "eine",
            "einem",
            "einen",
            "einer",
            "es",
            "für",
            "hat",
            "ich",
            "im",
            "in",
            "ist",
            "kann",
            "man",
            "mein",
            "mit",
            "nach",
            "nicht",
            "oder",
            "sich",
            "sie",
            "sind",
            "so",
            "und",
            "uns",
            "vom",
            "von",
            "wann",
            "war",
            "was",
            "wenn",
            "wer",
            "wie",
            "wird",
            "wo",
            "zu",
            "zum",
            "zur",
        ],
    }
)
_UNSEARCHABLE = re.compile("[\0\ud800-\udfff]")


def fts_query(text: str) -> str:
    """Return an FTS5 query that finds all words of `text`, each by its beginning.

    Quoting makes every word plain text, whatever FTS5's own syntax would make of it.
    Empty when `text` has no letter or digit to search for.
    """
    return " ".join(_words(text))


def fts_expression(query: SearchQuery) -> str:
    """Return the FTS5 query for the words and phrases of `query`; '' for none."""
    words = [each for word in query.words for each in _terms(word)]
    phrases = [_UNSEARCHABLE.sub(" ", phrase) for phrase in query.phrases]
    quoted = [f'"{_quoted(phrase)}"' for phrase in phrases if _is_searchable(phrase)]
    return " ".join([*words, *quoted])


def _words(text: str) -> Iterable[str]:
    words = _UNSEARCHABLE.sub(" ", text).split()
    return (f'"{_quoted(word)}"*' for word in words if _is_searchable(word))


def _terms(word: str) -> Iterable[str]:
    # One letter begins a large part of all words: it is taken for the word itself, until more
    # is typed. In scripts without spaces one character says more.
    whole = len(word) == 1 and word.isascii()
    return (each.rstrip("*") if whole else each for each in _words(word))


def _is_searchable(text: str) -> bool:
    return any(map(str.isalnum, text))


def fts_any(text: str) -> str:
    """Return an FTS5 query that finds whatever has any word of `text`, for ranking.

    Words that nearly every English or German question has are left out, unless all are such.
    """
    return " OR ".join(f'"{word}"' for word in telling_words(text))


def telling_words(text: str) -> list[str]:
    """Return the words of a question that say what it is about, each once, in lower case."""
    words = list(dict.fromkeys(_WORD.findall(_UNSEARCHABLE.sub(" ", text.lower()))))
    telling = [word for word in words if word not in _COMMON] or words
    return telling[:_MOST_WORDS]


def share_of_words(weights: Mapping[str, float], text: str) -> float:
    """Return how much of the weight of a question's words stands in `text`, 0 to 1."""
    there = set(_WORD.findall(text.lower()))
    whole = sum(weights.values())
    return sum(weights[word] for word in weights if word in there) / whole if whole else 0.0


def _quoted(word: str) -> str:
    return word.replace('"', '""')
