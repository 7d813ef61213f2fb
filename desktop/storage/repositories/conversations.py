"""Conversations and their trees of messages."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from desktop.core.content import ContentPart, Role
from desktop.core.conversation import Conversation, Message, MessageStatus
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId, MessageId
from desktop.storage.attachments import AttachmentFiles
from desktop.storage.database import Database
from desktop.storage.drafts import end_draft, forget_unbegun
from desktop.storage.fulltext import fts_query
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import UNFINISHED, ConversationRow, MessageRow
from desktop.storage.pieces import in_pieces
from desktop.storage.records import (
    answer_values,
    conversation_row,
    parts_of,
    place_values,
    role_of,
    to_conversation,
    to_message,
    to_summary,
)
from desktop.storage.repositories.sources import with_sources
from desktop.storage.tree import (
    ancestry,
    ancestry_end,
    free_position,
    in_order,
    with_siblings,
)

Measure = TypeVar("Measure")
_Measured = dict[UUID, tuple[UUID | None, Measure]]
"""What was made of each message, and the message before it."""

_Content = Row[UUID, UUID | None, str, str, Any | None]

_BATCH = 50  # messages decoded at a time; the event loop breathes between two batches
_ID_BATCH = 100
_MEASURED_BATCH = 500
_CONTENT = (
    MessageRow.id,
    MessageRow.parent_id,
    MessageRow.role,
    MessageRow.text,
    MessageRow.parts,
)

_FOUND = text(
    "SELECT document.conversation_id FROM search_index "
    "JOIN search_document AS document ON document.id = search_index.rowid "
    "WHERE search_index MATCH :query"
)


class ConversationRepository:
    """The `conversation` and `message` tables; each method is one transaction.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, conversation_id: ConversationId) -> Conversation | None:
        """Return the conversation without its messages; None when there is none."""
        async with self._database.read() as session:
            row = await session.get(ConversationRow, conversation_id)
            return None if row is None else to_conversation(row)

    async def create(self, conversation: Conversation) -> None:
        """Store a conversation; one with the same id is replaced, its messages stay."""
        async with self._database.write() as session:
            await session.merge(conversation_row(conversation))

    async def save_draft(self, conversation_id: ConversationId, draft: str) -> None:
        """Keep what the user has typed but not sent."""
        await self._set(conversation_id, draft=draft)

    async def branch(
        self, conversation_id: ConversationId, leaf_id: MessageId | None = None
    ) -> list[Message]:
        """Return the messages from the root to `leaf_id`, by default the active leaf."""
        async with self._database.read() as session:
            leaf = leaf_id or await _leaf(session, conversation_id)
            if leaf is None:
                return []
            messages: dict[UUID, Message] = {}
            stream = await session.stream_scalars(ancestry(conversation_id, leaf))
            async for batch in stream.partitions(_BATCH):
                messages.update({row.id: to_message(row) for row in batch})
            branch = await with_siblings(session, conversation_id, in_order(messages, leaf))
            return await with_sources(session, conversation_id, branch)

    async def branch_end(self, conversation_id: ConversationId, count: int) -> list[Message]:
        """Return the last `count` messages of the active branch, or all that there are."""
        async with self._database.read() as session:
            leaf = await _leaf(session, conversation_id)
            if leaf is None:
                return []
            rows = await session.scalars(ancestry_end(conversation_id, leaf, count))
            messages = in_order({row.id: to_message(row) for row in rows}, leaf)
            branch = await with_siblings(session, conversation_id, messages)
            return await with_sources(session, conversation_id, branch)

    async def ids_above(
        self, conversation_id: ConversationId, message_id: MessageId
    ) -> list[MessageId]:
        """Return the ids of all messages that a message follows, the first one first."""
        path = ancestry(conversation_id, message_id)
        parents: dict[UUID, UUID | None] = {}
        async with self._database.read() as session:
            stream = await session.stream(
                path.with_only_columns(MessageRow.id, MessageRow.parent_id)
            )
            async for rows in stream.partitions(_ID_BATCH):
                parents.update((row.id, row.parent_id) for row in rows)
        above: dict[MessageId, None] = {}
        current = parents.get(message_id)
        while current is not None and current in parents and current not in above:
            above[MessageId(current)] = None
            current = parents[current]
        return list(above)[::-1]

    async def messages(
        self, conversation_id: ConversationId, ids: Sequence[MessageId]
    ) -> list[Message]:
        """Return messages of a conversation by their ids, in no order; some may be gone."""
        found: list[Message] = []
        async with self._database.read() as session:
            for some in in_pieces(ids, _BATCH):
                rows = await session.scalars(select(MessageRow).where(MessageRow.id.in_(some)))
                found += [to_message(row) for row in rows]
            found = await with_siblings(session, conversation_id, found)
            return await with_sources(session, conversation_id, found)

    async def measured(
        self,
        conversation_id: ConversationId,
        measure: Callable[[Role, tuple[ContentPart, ...]], Measure],
    ) -> list[Measure]:
        """Return what `measure`, called in a thread, makes of each message of the active branch.

        The first one comes first. Of a long branch this takes a part of the time that it takes
        to read it, and little of it on the event loop.
        """
        files = self._database.attachments

        def measure_all(rows: Sequence[_Content]) -> _Measured[Measure]:
            return {row.id: (row.parent_id, measure(*_content(row, files))) for row in rows}

        found: _Measured[Measure] = {}
        async with self._database.read() as session:
            leaf = await _leaf(session, conversation_id)
            if leaf is None:
                return []
            branch = ancestry(conversation_id, leaf).with_only_columns(*_CONTENT)
            stream = await session.stream(branch)
            async for rows in stream.partitions(_MEASURED_BATCH):
                found |= await asyncio.to_thread(measure_all, rows)
        return _walked(found, leaf)

    async def add_message(self, message: Message) -> None:
        """Store a message, again if it was there, and make it the conversation's leaf.

        A question is no draft any more, from the same moment on.
        """
        await self._database.save(lambda session: _add_message(session, message))

    async def save_answer(self, message: Message) -> None:
        """Store how far an existing message has come; one deleted meanwhile stays deleted."""
        await self._database.save(lambda session: _save_answer(session, message))

    async def recover(self) -> int:
        """Mark what a program that ended left unfinished as interrupted; return how many.

        A conversation whose first question is still the new chat's draft was not begun: it goes.
        """
        return await self._database.change(_recover)

    async def list(
        self, *, limit: int = 100, offset: int = 0, search: str | None = None
    ) -> list[ConversationSummary]:
        """Return what is neither archived nor deleted, pinned first, then newest first.

        `search` is any text: its words must begin words of the title or of one message.
        """
        statement = _listed()
        if search is not None and search.strip():
            query = fts_query(search)
            if not query:
                return []
            hits = _FOUND.bindparams(query=query).columns(literal_column("conversation_id"))
            statement = statement.where(ConversationRow.id.in_(hits))
        async with self._database.read() as session:
            rows = await session.scalars(statement.limit(limit).offset(offset))
            return [to_summary(row) for row in rows]

    async def _set(self, conversation_id: ConversationId, **values: Any) -> None:
        await self._database.save(lambda session: _change(session, conversation_id, **values))


def _content(row: _Content, files: AttachmentFiles) -> tuple[Role, tuple[ContentPart, ...]]:
    odd: list[str] = []
    return role_of(row.role, odd), parts_of(row.text, row.parts, files, odd)


def _walked(found: _Measured[Measure], leaf: UUID) -> list[Measure]:
    """Return what was found from the root to `leaf`; a damaged tree may have a cycle."""
    walked: dict[UUID, Measure] = {}
    current: UUID | None = leaf
    while current is not None and current in found and current not in walked:
        above, walked[current] = found[current]
        current = above
    return list(walked.values())[::-1]


def _listed() -> Select[ConversationRow]:
    listed = ConversationRow.archived.is_(False), ConversationRow.deleted_at.is_(None)
    order = ConversationRow.pinned, ConversationRow.updated_at, ConversationRow.id
    return select(ConversationRow).where(*listed).order_by(*(column.desc() for column in order))


async def _leaf(session: AsyncSession, conversation_id: ConversationId) -> UUID | None:
    row = await session.get(ConversationRow, conversation_id)
    return None if row is None else row.leaf_id


def _recover(session: Session) -> int:
    statement = update(MessageRow).where(MessageRow.status.in_(UNFINISHED))
    unfinished = session.scalars(
        statement.values(status=str(MessageStatus.INTERRUPTED)).returning(MessageRow.id)
    )
    count = len(unfinished.all())
    forget_unbegun(session)
    return count


def _add_message(session: Session, message: Message) -> None:
    row = session.get(MessageRow, message.id)
    if row is None:
        place = free_position(message.conversation_id, message.parent_id)
        values = place_values(message) | answer_values(message)
        session.add(MessageRow(**values, position=session.scalar(place) or 0))
    else:
        _update_answer(session, message)
    session.flush()
    _touch(session, message.conversation_id, leaf_id=message.id)
    if message.role is Role.USER:
        end_draft(session, message)


def _save_answer(session: Session, message: Message) -> None:
    _update_answer(session, message)
    if message.status not in UNFINISHED:  # its beginning moved the conversation up already
        _touch(session, message.conversation_id)


def _update_answer(session: Session, message: Message) -> None:
    statement = update(MessageRow).where(MessageRow.id == message.id)
    session.execute(statement.values(**answer_values(message)))


def _touch(session: Session, conversation_id: UUID, **values: UUID) -> None:
    _change(session, conversation_id, updated_at=now(), **values)


def _change(session: Session, conversation_id: UUID, **values: Any) -> None:
    statement = update(ConversationRow).where(ConversationRow.id == conversation_id)
    session.execute(statement.values(**values))
