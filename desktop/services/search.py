"""Search over everything that was ever said, and over documents: by words and by meaning."""

from collections.abc import Sequence

from desktop.core.ids import MessageId
from desktop.core.passages import Passage, Scope
from desktop.core.search import (
    EVERYTHING,
    DocumentHit,
    Hit,
    SearchHit,
    SearchQuery,
    Why,
    parse_query,
)
from desktop.services.meaning.hybrid import HybridSearch, fuse
from desktop.services.meaning.search import MeaningSearch
from desktop.storage.fulltext import telling_words
from desktop.storage.repositories.passages import PassageRepository
from desktop.storage.repositories.search import SearchRepository
from desktop.storage.snippets import excerpt

__all__ = ["DocumentHit", "Hit", "SearchHit", "SearchService"]

_LIKE = 20


class SearchService:
    """Finds messages, titles and passages by what the user types; see `parse_query`."""

    def __init__(
        self, repository: SearchRepository, passages: PassageRepository, meaning: MeaningSearch
    ) -> None:
        self._repository = repository
        self._passages = passages
        self._meaning = meaning
        self._hybrid = HybridSearch(passages, meaning)

    async def search(self, text: str, *, limit: int = 60) -> list[Hit]:
        """Return what has the words of `text`: titles, messages newest first, documents.

        Raises:
            StorageError: the database failed.
        """
        query = parse_query(text)
        hits: list[Hit] = [*await self._repository.find(query, limit=limit)]
        found = await self._documents(query, limit)
        return hits + [_document(passage, query, Why.WORDS) for passage in found]

    async def left_out(self, text: str) -> str:
        """Say what the filters of `text` leave out, where one might not expect it; else ''.

        Raises:
            StorageError: the database failed.
        """
        query = parse_query(text)
        if query.is_of_chats and query.is_of_documents:
            return "Nothing is both a conversation and a document."
        if not query.chats_filter or not await self._passages.has_documents():
            return ""
        return f"Without documents, as {query.chats_filter} is about conversations."

    async def words_only(self) -> str:
        """Return why nothing is found by its meaning; '' when it is.

        Raises:
            StorageError: the database failed.
        """
        return await self._meaning.unavailable()

    async def with_meaning(self, text: str, by_words: Sequence[Hit]) -> list[Hit]:
        """Join what `search` found with what means the same; titles stay first.

        Filters hold for both. The words of `text` are sent to the embeddings model.

        Raises:
            ParleyError: the model or the database failed.
        """
        query = parse_query(text)
        words = _words(query)
        if query.in_title or not words.strip():
            return list(by_words)
        found = await self._hybrid.find(words, Scope(matching=query))
        return _joined(by_words, _hits(found.by_words, query), _hits(found.by_meaning, query))

    async def like(self, message_id: MessageId) -> list[Hit]:
        """Return what is most like a message; nothing is sent for it.

        Raises:
            StorageError: the database failed.
        """
        found = await self._meaning.like(message_id, Scope(), _LIKE)
        hits = _hits([hit.passage for hit in found], EVERYTHING)
        return [hit.because(Why.LIKENESS) for hit in hits]

    async def models(self) -> list[str]:
        """Return the models that answered lately, to filter by."""
        return await self._repository.models()

    async def _documents(self, query: SearchQuery, limit: int) -> list[Passage]:
        scope = Scope(history=False, matching=query)
        words = _words(query)
        if not words and query.is_of_documents:
            return await self._passages.beginnings(scope, limit)
        return await self._passages.by_words(words, scope, limit)


def _hits(passages: Sequence[Passage], query: SearchQuery) -> list[Hit]:
    """Return passages as hits, one a message."""
    seen: set[MessageId] = set()
    hits: list[Hit] = []
    for passage in passages:
        if passage.message_id is None:
            hits.append(_document(passage, query, Why.MEANING))
        elif passage.message_id not in seen:
            seen.add(passage.message_id)
            hits.append(_said(passage, query))
    return hits


def _words(query: SearchQuery) -> str:
    return " ".join((*query.words, *query.phrases))


def _joined(listed: Sequence[Hit], by_words: Sequence[Hit], by_meaning: Sequence[Hit]) -> list[Hit]:
    """Rank what is `listed` already, titles first, together with what else was found."""
    titles = [hit for hit in listed if hit.key is None]
    with_all_words = [hit for hit in listed if hit.key is not None]
    known = {hit.key: hit for hit in (*by_meaning, *by_words, *with_all_words)}
    # What has each word but by its beginning only is no worse than what has some of them.
    words = [hit.key for hit in (*by_words, *with_all_words)]
    ranked = fuse(words, [hit.key for hit in by_meaning])
    return [*titles, *(known[key].because(why) for key, why in ranked)]


def _said(passage: Passage, query: SearchQuery) -> SearchHit:
    assert passage.conversation_id is not None
    assert passage.when is not None
    snippet, marks = excerpt(passage.text, telling_words(_words(query)))
    return SearchHit(
        conversation_id=passage.conversation_id,
        message_id=passage.message_id,
        title=passage.title,
        snippet=snippet,
        marks=marks,
        at=passage.when,
        why=Why.MEANING,
    )


def _document(passage: Passage, query: SearchQuery, why: Why) -> DocumentHit:
    assert passage.document_id is not None
    assert passage.when is not None
    snippet, marks = excerpt(passage.text, telling_words(_words(query)))
    return DocumentHit(
        document_id=passage.document_id,
        passage_id=passage.id,
        title=passage.title,
        place=passage.place or passage.heading,
        text=passage.text,
        snippet=snippet,
        marks=marks,
        at=passage.when,
        why=why,
    )
