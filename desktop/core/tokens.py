"""How many tokens a text has, about, without any model's own tokenizer.

What people see and what is fitted into a model's context is estimated by its characters: a
conversation may have millions. Where a text is cut for search, each piece must be small enough
for an embeddings model, so its words are looked at, which takes eighty times as long.
"""

import re

_LATIN = re.compile(r"[\x00-\u024f]+")
LATIN_CHARACTERS = 3.6
"""Of a token in English prose and code; rather too few than too many."""

_OTHER_CHARACTERS = 1.5  # of scripts such as Chinese, Hindi or emoji

_PIECES = re.compile(
    r"[A-Za-z]+|[0-9]+"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    r"|\w+|[^\w\s]|\n+"
)
_LETTERS = 6.0  # English words up to this length are one token in today's vocabularies
_DIGITS = 3.0
_OTHER_LETTERS = 2.5  # of scripts that vocabularies know less well


def estimate_tokens(text: str) -> int:
    """Return about how many tokens `text` has; within about a fifth for prose and code."""
    latin = sum(len(found) for found in _LATIN.findall(text))
    return round(latin / LATIN_CHARACTERS + (len(text) - latin) / _OTHER_CHARACTERS)


def estimate_tokens_closely(text: str) -> int:
    """Return about how many tokens `text` has; on the high side for English and code."""
    return sum(_tokens(piece) for piece in _PIECES.findall(text))


def _tokens(piece: str) -> int:
    first = piece[0]
    if first.isascii():
        if first.isalpha():
            return max(1, round(len(piece) / _LETTERS + 0.2))
        if first.isdigit():
            return max(1, round(len(piece) / _DIGITS + 0.3))
        return 1
    return max(1, round(len(piece) / _OTHER_LETTERS + 0.4))
