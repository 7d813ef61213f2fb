"""Passages by their words and by what they mean, joined: one ranking for search and for answers."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop.core.passages import Passage, Scope
from desktop.core.search import Why
from desktop.services.meaning.search import MeaningSearch
from desktop.storage.fulltext import share_of_words
from desktop.storage.repositories.passages import PassageRepository

Key = TypeVar("Key", bound=Hashable)

RRF = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""

ENOUGH_WORDS = 0.6
"""Of the weight of a question's words, for a passage to be ranked by them beside its meaning."""

LOOKED_AT = 40
"""Passages that each way of searching may contribute."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What each way of searching found, the best first; `joined` ranks them."""

    by_words: Sequence[Passage]
    by_meaning: Sequence[Passage] = ()

    def joined(self) -> list[Passage]:
        """Return all of them once, the best first."""
        known = {passage.id: passage for passage in (*self.by_words, *self.by_meaning)}
        words = [passage.id for passage in self.by_words]
        return [known[id_] for id_, _ in fuse(words, [each.id for each in self.by_meaning])]


class HybridSearch:
    """Finds passages both ways."""

    def __init__(self, passages: PassageRepository, meaning: MeaningSearch) -> None:
        self._passages = passages
        self._meaning = meaning

    async def by_words(self, text: str, scope: Scope) -> Candidates:
        """Find passages that have any word of `text`; nothing is sent for it.

        Raises:
            StorageError: the database can't be read.
        """
        return Candidates(await self._passages.by_any_word(text, scope, LOOKED_AT))

    async def find(self, text: str, scope: Scope) -> Candidates:
        """Find passages that have words of `text`, and those that mean the same.

        Raises:
            ParleyError: the text can't be embedded, or the database can't be read.
        """
        hits = await self._meaning.search(text, scope, LOOKED_AT)
        words = (await self.by_words(text, scope)).by_words
        # Common words, or a few of many, say little beside what the whole text means.
        weights = await self._passages.weights(text)
        telling = [each for each in words if _share(weights, each) >= ENOUGH_WORDS]
        return Candidates(telling, [hit.passage for hit in hits])


def fuse(by_words: Sequence[Key], by_meaning: Sequence[Key]) -> list[tuple[Key, Why]]:
    """Join two rankings by reciprocal rank, the best first, and say which of them had it."""
    words, meaning = list(dict.fromkeys(by_words)), list(dict.fromkeys(by_meaning))
    scores: dict[Key, float] = {}
    for ranking in (words, meaning):
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + 1 / (RRF + rank)
    worded, meant = set(words), set(meaning)
    ranked = sorted(scores, key=lambda key: -scores[key])
    return [(key, _why(key in worded, key in meant)) for key in ranked]


def _why(worded: bool, meant: bool) -> Why:
    if worded and meant:
        return Why.BOTH
    return Why.WORDS if worded else Why.MEANING


def _share(weights: Mapping[str, float], passage: Passage) -> float:
    return share_of_words(weights, f"{passage.heading} {passage.text}")
