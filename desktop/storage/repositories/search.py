"""Full-text search over titles and messages, newest first."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextualSelect, Uuid, text
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.content import Role
from desktop.core.ids import ConversationId, MessageId
from desktop.core.search import SearchHit, SearchQuery
from desktop.storage.database import Database
from desktop.storage.fulltext import fts_expression
from desktop.storage.orm.base import UtcDateTime
from desktop.storage.repositories.filters import Filtered, filters, moments
from desktop.storage.snippets import excerpt, marked
from desktop.storage.text import from_stored

_TITLES = 12
_LONG = 100_000
"""Characters from which FTS5 would take too long to choose what to show of a text."""

# CROSS JOIN keeps SQLite from turning the joins around: the index is walked from its newest
# entry, and only until there are enough.
_TITLE_HITS = """
    SELECT conversation.id AS conversation_id, NULL AS message_id,
        conversation.title AS title, NULL AS role, conversation.updated_at AS at,
        highlight(search_title, 0, char(64977), char(64978)) AS snippet, 0 AS is_long
    FROM search_title CROSS JOIN conversation
        ON conversation.id = search_title.conversation_id
    WHERE search_title MATCH :match AND conversation.deleted_at IS NULL {filters}
    ORDER BY search_title.rowid DESC LIMIT :limit
"""
_MESSAGE_HITS = """
    SELECT message.conversation_id AS conversation_id, message.id AS message_id,
        conversation.title AS title, message.role AS role, message.created_at AS at,
        CASE WHEN length(message.text) > {long} OR substr(message.text, 1, 1) = char(64976)
        THEN substr(message.text, max(1, instr(lower(message.text), :first) - 60), 400)
        ELSE {snippet} END AS snippet,
        length(message.text) > {long} OR substr(message.text, 1, 1) = char(64976) AS is_long
    FROM {source}
    CROSS JOIN message ON message.id = document.message_id
    CROSS JOIN conversation ON conversation.id = document.conversation_id
    WHERE {matches} AND conversation.deleted_at IS NULL {filters}
    ORDER BY {order} DESC LIMIT :limit
"""
_INDEXED = """search_index CROSS JOIN search_document AS document
        ON document.id = search_index.rowid"""
_SNIPPET = "snippet(search_index, 0, char(64977), char(64978), '…', 24)"
_RECENT_MODELS = text("""
    SELECT DISTINCT model FROM (
        SELECT model FROM search_document CROSS JOIN message
            ON message.id = search_document.message_id
        ORDER BY search_document.id DESC LIMIT 3000
    ) WHERE model IS NOT NULL ORDER BY model
""")


class SearchRepository:
    """Finds what was said; raises `StorageError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, query: SearchQuery, *, limit: int = 60) -> list[SearchHit]:
        """Return titles, then messages; a search that is cancelled stops at once.

        Without words that can be searched for, the filters alone choose; without either, or
        where a filter is about documents, nothing is found.
        """
        match = fts_expression(query)
        if query.is_of_documents:
            return []
        if not match and (query.words or query.phrases or not query.is_filtered):
            return []
        hits: list[SearchHit] = []
        async with self._database.read() as session:
            if match and not query.wants_messages_only:
                rows = await _run(
                    session, _TITLE_HITS, query, match, min(limit, _TITLES), "conversation"
                )
                hits += [_hit(row, query) for row in rows]
            if not query.in_title:
                rows = await _run(session, _messages(match), query, match, limit, "message")
                hits += [_hit(row, query) for row in rows]
        return hits

    async def models(self) -> list[str]:
        """Return the models that answered lately."""
        async with self._database.read() as session:
            return list(await session.scalars(_RECENT_MODELS))


def _messages(match: str) -> str:
    parts = {
        "source": _INDEXED if match else "search_document AS document",
        "matches": "search_index MATCH :match" if match else "document.message_id IS NOT NULL",
        # By the index's own column: by that of the map, SQLite would sort all that matches.
        "order": "search_index.rowid" if match else "document.id",
        "snippet": _SNIPPET if match else "substr(message.text, 1, 200)",
    }
    return _MESSAGE_HITS.format(long=_LONG, filters="{filters}", **parts)


async def _run(
    session: AsyncSession, sql: str, query: SearchQuery, match: str, limit: int, kind: Filtered
) -> Sequence[Row[Any]]:
    conditions, values = filters(query, kind)
    values["limit"] = limit
    if match:
        values["match"] = match
    if ":first" in sql:
        values["first"] = next(iter((*query.words, *query.phrases)), "\0").lower()
    statement = text(sql.format(filters=conditions) if "{filters}" in sql else sql)
    statement = statement.bindparams(*moments(values))
    typed = statement.columns(conversation_id=Uuid(), message_id=Uuid(), at=UtcDateTime())
    return await _interruptible(session, typed, values)


async def _interruptible(
    session: AsyncSession, statement: TextualSelect[Any], values: dict[str, Any]
) -> Sequence[Row[Any]]:
    """Run a query; when cancelled, make SQLite give it up rather than finish it."""
    connection = await (await session.connection()).get_raw_connection()
    task = asyncio.create_task(session.execute(statement, values))
    try:
        return (await asyncio.shield(task)).all()
    except asyncio.CancelledError:
        driver = connection.driver_connection
        if driver is not None:
            await driver.interrupt()
        await asyncio.wait({task})
        task.exception()  # it says that it was interrupted
        raise


def _hit(row: Row[Any], query: SearchQuery) -> SearchHit:
    stored: str = row.snippet or ""
    if row.is_long:
        snippet, marks = excerpt(from_stored(stored), (*query.words, *query.phrases))
    else:
        snippet, marks = marked(stored)
    at: datetime = row.at
    message_id: UUID | None = row.message_id
    return SearchHit(
        conversation_id=ConversationId(row.conversation_id),
        message_id=None if message_id is None else MessageId(message_id),
        title=from_stored(row.title),
        snippet=snippet,
        marks=marks,
        at=at,
        role=None if row.role not in set(Role) else Role(row.role),
    )
