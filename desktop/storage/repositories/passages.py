"""Passages: cut from messages and documents, found again by their vectors or their words."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from math import log1p
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.chunks import CHUNKER_VERSION, Chunk
from desktop.core.ids import ConversationId, DocumentId, MessageId
from desktop.core.passages import Passage, Scope
from desktop.storage.database import Database
from desktop.storage.fulltext import fts_any, fts_query, telling_words
from desktop.storage.orm.conversation import UNFINISHED, ConversationRow, MessageRow
from desktop.storage.orm.library import DocumentRow
from desktop.storage.orm.passages import EmbeddingRow, PassageQueueRow, PassageRow
from desktop.storage.pieces import in_pieces
from desktop.storage.repositories.filters import condition

"""Ids in one statement; SQLite allows 32,766."""

_LOOKED_AT, _LOOKED_FURTHER = 10, 100
"""Of as many passages as are wanted it is looked whether they are in a scope."""

_ROWS = 50
"""Passages made or read in one go: that takes less than eight milliseconds."""

_NEAR = 500

_WORDS = text(
    "SELECT rowid FROM search_passage WHERE search_passage MATCH :query "
    "ORDER BY bm25(search_passage, 0.5, 1.0) LIMIT :count"
)


_ANY_WORDS = text(
    "SELECT rowid FROM search_passage WHERE search_passage MATCH :query "
    "ORDER BY bm25(search_passage, 0.5, 1.0) LIMIT :count"
)
# A message is ranked as a whole: its words are indexed once, not once more for its passages.
_ANY_WORDS_SAID = text(
    "SELECT passage.id FROM (SELECT document.message_id AS message_id, "
    "bm25(search_index) AS score FROM search_index JOIN search_document AS document "
    "ON document.id = search_index.rowid WHERE search_index MATCH :query "
    "ORDER BY score LIMIT :count) AS found "
    "JOIN passage ON passage.message_id = found.message_id ORDER BY found.score LIMIT 2 * :count"
)
_COMMON = 10_000
"""Texts with a word that are counted; with more of them a word says next to nothing."""
_TEXTS = text("SELECT coalesce((SELECT max(id) FROM passage), 0)")
_WITH_WORD = """
    SELECT (SELECT count(*) FROM (SELECT 1 FROM search_passage
        WHERE search_passage MATCH :word{0} LIMIT :most)) + (SELECT count(*) FROM
        (SELECT 1 FROM search_index WHERE search_index MATCH :word{0} LIMIT :most))
"""


class PassageRepository:
    """The tables `passage` and `passage_queue`; each method is one transaction.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queued(self, limit: int) -> list[tuple[MessageId, str]]:
        """Return messages that are still to be cut, with their texts."""
        statement = (
            select(MessageRow.id, MessageRow.text)
            .join(PassageQueueRow, PassageQueueRow.message_id == MessageRow.id)
            .limit(limit)
        )
        async with self._database.read() as session:
            return [(MessageId(row[0]), row[1]) for row in await session.execute(statement)]

    async def queue_length(self) -> int:
        """Return how many messages are still to be cut."""
        async with self._database.read() as session:
            count = await session.scalar(select(func.count()).select_from(PassageQueueRow))
            return count or 0

    async def queue_outdated(self) -> None:
        """Queue the messages that another version of the chunker cut."""
        outdated = select(PassageRow.message_id).where(
            PassageRow.chunker != CHUNKER_VERSION, PassageRow.message_id.is_not(None)
        )
        queued = select(PassageQueueRow.message_id)
        statement = outdated.where(PassageRow.message_id.not_in(queued)).distinct()
        async with self._database.write() as session:
            await session.execute(insert(PassageQueueRow).from_select(["message_id"], statement))

    async def store(self, cut: Sequence[tuple[MessageId, Sequence[Chunk]]]) -> None:
        """Keep the passages of messages, instead of those that they had."""
        ids = [message_id for message_id, _ in cut]
        async with self._database.write() as session:
            there = await session.scalars(select(MessageRow.id).where(MessageRow.id.in_(ids)))
            present = set(there)
            rows = (
                _values(chunk, position) | {"message_id": message_id}
                for message_id, chunks in cut
                if message_id in present
                for position, chunk in enumerate(chunks)
            )
            old = PassageRow.message_id.in_(ids)
            last = await session.scalar(select(func.max(PassageRow.id)).where(old)) or 0
            # The new ones first: a vector goes with the last passage of its text.
            await _insert(session, rows)
            await session.execute(delete(PassageRow).where(old, PassageRow.id <= last))
            queue = delete(PassageQueueRow).where(PassageQueueRow.message_id.in_(ids))
            await session.execute(queue)

    async def outline(self, document_id: DocumentId, *, around: str = "") -> list[Passage]:
        """Return the passages of a document, in its order: those near the one with this text."""
        where = PassageRow.document_id == document_id
        place = select(PassageRow.position).where(where, PassageRow.text == around).limit(1)
        async with self._database.read() as session:
            middle = await session.scalar(place) or 0
            near = PassageRow.position.between(middle - _NEAR, middle + _NEAR)
            statement = _located().where(where, near).order_by(PassageRow.position)
            found: list[Passage] = []
            async for rows in (await session.stream(statement)).partitions(_ROWS):
                found += map(_passage, rows)
        return found

    async def of_message(self, message_id: MessageId) -> list[Passage]:
        """Return all passages of a message, in its order."""
        where = PassageRow.message_id == message_id
        async with self._database.read() as session:
            statement = _located().where(where).order_by(PassageRow.position)
            return [_passage(row) for row in await session.execute(statement)]

    async def by_embedding(self, ids: Sequence[int], scope: Scope) -> dict[int, list[Passage]]:
        """Return the passages in `scope` of each embedding that has any."""
        found: dict[int, list[Passage]] = {}
        async with self._database.read() as session:
            for some in in_pieces(ids):
                statement = (
                    _located()
                    .add_columns(EmbeddingRow.id)
                    .join(EmbeddingRow, EmbeddingRow.hash == PassageRow.hash)
                    .where(EmbeddingRow.id.in_(some), _in(scope))
                )
                for row in await session.execute(statement):
                    found.setdefault(row[-1], []).append(_passage(row))
        return found

    async def by_words(self, query: str, scope: Scope, limit: int) -> list[Passage]:
        """Return the passages of documents that have all words of `query`, the best first."""
        terms = fts_query(query)
        if not terms:
            return []
        async with self._database.read() as session:
            return await _ranked(session, (_WORDS,), terms, scope, limit)

    async def beginnings(self, scope: Scope, limit: int) -> list[Passage]:
        """Return the first passage of each document in `scope`, the last changed ones first."""
        statement = (
            _located()
            .where(PassageRow.position == 0, PassageRow.document_id.is_not(None), _in(scope))
            .order_by(DocumentRow.modified.desc())
            .limit(limit)
        )
        async with self._database.read() as session:
            return [_passage(row) for row in await session.execute(statement)]

    async def has_documents(self) -> bool:
        """Say whether any document was read."""
        there = select(PassageRow.id).where(PassageRow.document_id.is_not(None)).limit(1)
        async with self._database.read() as session:
            return await session.scalar(there) is not None

    async def by_any_word(self, question: str, scope: Scope, limit: int) -> list[Passage]:
        """Return passages in `scope` that have words of `question`, the most telling first."""
        terms = fts_any(question)
        if not terms:
            return []
        searches = (_ANY_WORDS, _ANY_WORDS_SAID) if scope.history else (_ANY_WORDS,)
        async with self._database.read() as session:
            return await _ranked(session, searches, terms, scope, limit)

    async def weights(self, question: str) -> dict[str, float]:
        """Return how much each telling word of `question` says: the more, the rarer it is.

        That is the inverse document frequency, as BM25 takes it.
        """
        words = telling_words(question)
        if not words:
            return {}
        counting = " UNION ALL ".join(_WITH_WORD.format(number) for number in range(len(words)))
        values = {f"word{number}": f'"{word}"' for number, word in enumerate(words)}
        async with self._database.read() as session:
            texts = await session.scalar(_TEXTS) or 0
            counts = await session.scalars(text(counting), values | {"most": _COMMON})
            return {
                word: log1p(max(0.0, texts - count + 0.5) / (count + 0.5))
                for word, count in zip(words, counts, strict=True)
            }

    async def embeddings_in(self, scope: Scope, model_id: int) -> list[int]:
        """Return the ids of all embeddings of a model that have a passage in `scope`."""
        statement = (
            select(EmbeddingRow.id)
            .join(PassageRow, PassageRow.hash == EmbeddingRow.hash)
            .outerjoin(DocumentRow, DocumentRow.id == PassageRow.document_id)
            .outerjoin(MessageRow, MessageRow.id == PassageRow.message_id)
            .outerjoin(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(EmbeddingRow.model_id == model_id, _in(scope))
        )
        async with self._database.read() as session:
            return list(await session.scalars(statement))


async def last_passage(session: AsyncSession, document_id: UUID) -> int:
    """Return the highest id of a document's passages; 0 when it has none."""
    where = PassageRow.document_id == document_id
    return await session.scalar(select(func.max(PassageRow.id)).where(where)) or 0


async def add_passages(
    session: AsyncSession, document_id: UUID, chunks: Sequence[Chunk], *, first: int = 0
) -> None:
    """Add passages to a document's, from the position `first` on."""
    rows = (
        _values(chunk, position) | {"document_id": document_id, "text": chunk.text}
        for position, chunk in enumerate(chunks, first)
    )
    await _insert(session, rows)


async def forget_passages(
    session: AsyncSession, document_id: UUID, *, last: int | None = None
) -> None:
    """Delete a document's passages, or those up to the id `last`."""
    statement = delete(PassageRow).where(PassageRow.document_id == document_id)
    await session.execute(statement if last is None else statement.where(PassageRow.id <= last))


def _values(chunk: Chunk, position: int) -> dict[str, Any]:
    return {
        "message_id": None,
        "document_id": None,
        "position": position,
        "start": chunk.start,
        "end": chunk.end,
        "heading": chunk.heading,
        "text": None,
        "hash": chunk.hash,
        "tokens": chunk.tokens,
        "chunker": CHUNKER_VERSION,
    }


async def _insert(session: AsyncSession, rows: Iterator[dict[str, Any]]) -> None:
    """Store passages; the event loop breathes between a few of them."""
    while few := list(islice(rows, _ROWS)):
        await session.execute(insert(PassageRow), few)


async def _ranked(
    session: AsyncSession, searches: Sequence[TextClause], terms: str, scope: Scope, limit: int
) -> list[Passage]:
    """Return the best passages in `scope` that `searches` find, looking further where few fit."""
    passages: list[Passage] = []
    for count in (_LOOKED_AT * limit, _LOOKED_FURTHER * limit):
        values = {"query": terms, "count": count}
        rankings = [list(await session.scalars(search, values)) for search in searches]
        # The scores of two indexes can't be compared, so their places are.
        places = {id_: place for ranking in rankings for place, id_ in enumerate(ranking)}
        statement = _located().where(PassageRow.id.in_(list(places)), _in(scope))
        found = [_passage(row) for row in await session.execute(statement)]
        passages = sorted(found, key=lambda passage: places[passage.id])[:limit]
        if len(passages) == limit or all(len(ranking) < count for ranking in rankings):
            break
    return passages


def _located() -> Any:
    """Select passages with what they belong to."""
    return (
        select(PassageRow, MessageRow, ConversationRow, DocumentRow)
        .outerjoin(DocumentRow, DocumentRow.id == PassageRow.document_id)
        .outerjoin(MessageRow, MessageRow.id == PassageRow.message_id)
        .outerjoin(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    )


def _in(scope: Scope) -> ColumnElement[bool]:
    """Say whether a passage is in `scope`; what is in the trash is not."""
    parts: list[ColumnElement[bool]] = []
    if scope.history and not scope.matching.is_of_documents:
        parts.append(_said(scope))
    if scope.collections != frozenset() and not scope.matching.is_of_chats:
        parts.append(_written(scope))
    return or_(*parts) if parts else PassageRow.id.is_(None)


def _said(scope: Scope) -> ColumnElement[bool]:
    own = and_(
        MessageRow.status.not_in(UNFINISHED),
        ConversationRow.deleted_at.is_(None),
        condition(scope.matching, "message"),
    )
    return own if scope.without is None else and_(own, ConversationRow.id != scope.without)


def _written(scope: Scope) -> ColumnElement[bool]:
    own = and_(DocumentRow.id.is_not(None), condition(scope.matching, "document"))
    if scope.collections is None:
        return own
    return and_(own, DocumentRow.collection_id.in_(scope.collections))


def _passage(row: Any) -> Passage:
    passage, message, conversation, document = row[:4]
    if document is not None:
        return Passage(
            id=passage.id,
            title=document.title or document.path.replace("\\", "/").rpartition("/")[2],
            text=passage.text or "",
            heading=passage.heading,
            place=_place(document.places, passage.start),
            document_id=DocumentId(document.id),
            when=datetime.fromtimestamp(document.modified / 1e9, UTC),
        )
    return Passage(
        id=passage.id,
        title=conversation.title,
        text=message.text[passage.start : passage.end],
        heading=passage.heading,
        message_id=MessageId(message.id),
        conversation_id=ConversationId(conversation.id),
        when=message.created_at,
    )


def _place(places: Any, start: int) -> str:
    """Return the name of the page that character `start` is on; '' where there are none."""
    name = ""
    for begin, called in places:
        if begin > start:
            break
        name = called
    return name
