"""Whole conversations with all their branches, taken out and put in."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.conversation import Conversation, Message
from desktop.core.ids import CollectionId, ConversationId, MessageId
from desktop.core.sources import Attachment, SentPassage
from desktop.storage.database import Database
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.library import CollectionRow, SentPassageRow
from desktop.storage.orm.organising import FolderRow, TagRow
from desktop.storage.records import (
    answer_values,
    conversation_row,
    place_values,
    to_conversation,
    to_message,
)
from desktop.storage.repositories.sources import drawn_on, passage_row, source_rows, to_passage
from desktop.storage.tree import next_position


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Where a conversation is sorted, and what it draws on.

    That is its folder's name, None for none, its tags, and the collections that are there.
    """

    folder: str | None = None
    tags: tuple[str, ...] = ()
    draws_on: Attachment = field(default_factory=Attachment)


NO_LABELS = Labels()

Passages = Mapping[MessageId, Sequence[SentPassage]]
"""What was sent for each answer."""

NO_PASSAGES: Passages = {}

_MESSAGES = cast("Table", MessageRow.__table__)
_AT_A_TIME = 500  # SQLite takes at most 32,766 values in one statement


class ArchiveRepository:
    """Takes whole conversations out and puts them in; each method is one transaction.

    All raise `StorageError` when the database fails; nothing is changed then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self) -> list[ConversationId]:
        """Return all conversations that are not in the trash, oldest first."""
        statement = select(ConversationRow.id).where(ConversationRow.deleted_at.is_(None))
        async with self._database.read() as session:
            found = await session.scalars(
                statement.order_by(ConversationRow.created_at, ConversationRow.id)
            )
            return [ConversationId(each) for each in found]

    async def whole(
        self, conversation_id: ConversationId
    ) -> tuple[Conversation, list[Message]] | None:
        """Return a conversation and all its messages; None when it is gone.

        A message comes after what it answers, and after its older siblings.
        """
        async with self._database.read() as session:
            row = await session.get(ConversationRow, conversation_id)
            if row is None:
                return None
            statement = select(MessageRow).where(MessageRow.conversation_id == conversation_id)
            rows = await session.scalars(statement.order_by(MessageRow.position))
            return to_conversation(row), parents_first([to_message(each) for each in rows])

    async def known(self, ids: Iterable[ConversationId]) -> set[ConversationId]:
        """Return which of these conversations are there, in the trash too."""
        wanted, found = list(ids), set[ConversationId]()
        async with self._database.read() as session:
            for start in range(0, len(wanted), _AT_A_TIME):
                some = wanted[start : start + _AT_A_TIME]
                rows = await session.scalars(
                    select(ConversationRow.id).where(ConversationRow.id.in_(some))
                )
                found.update(map(ConversationId, rows))
        return found

    async def labels(self, conversation: Conversation) -> Labels:
        """Return where a conversation is sorted."""
        async with self._database.read() as session:
            folder = None
            if conversation.folder_id is not None:
                folder = await session.get(FolderRow, conversation.folder_id)
            statement = select(TagRow.tag).where(TagRow.conversation_id == conversation.id)
            tags = tuple(await session.scalars(statement.order_by(TagRow.tag)))
            return Labels(
                folder=None if folder is None else folder.name,
                tags=tags,
                draws_on=await drawn_on(session, conversation.id),
            )

    async def passages(self, conversation_id: ConversationId) -> Passages:
        """Return what was sent for each answer of a conversation, by number."""
        statement = (
            select(SentPassageRow)
            .join(MessageRow, MessageRow.id == SentPassageRow.message_id)
            .where(MessageRow.conversation_id == conversation_id)
            .order_by(SentPassageRow.message_id, SentPassageRow.number)
        )
        found: defaultdict[MessageId, list[SentPassage]] = defaultdict(list)
        async with self._database.read() as session:
            for row in await session.scalars(statement):
                found[MessageId(row.message_id)].append(to_passage(row))
        return found

    async def add(
        self,
        conversation: Conversation,
        messages: Sequence[Message],
        labels: Labels = NO_LABELS,
        passages: Passages = NO_PASSAGES,
    ) -> list[MessageId]:
        """Put in what is not there yet and return the messages that were not.

        `messages` come with parents first. What is there stays as it is, changed or not, so
        that putting in the same once more changes nothing. Collections that are not there
        can't be drawn on.
        """
        messages = await asyncio.to_thread(self._with_files, messages)
        async with self._database.write() as session:
            if await session.get(ConversationRow, conversation.id) is None:
                await _add_conversation(session, conversation, labels)
            there = await _there(session, conversation.id)
            new = [message for message in messages if message.id not in there]
            positions = await _positions(session, conversation.id, there, new)
            for start in range(0, len(new), _AT_A_TIME):
                values = [
                    place_values(message)
                    | answer_values(message)
                    | {"position": positions[message.id]}
                    for message in new[start : start + _AT_A_TIME]
                ]
                await session.execute(insert(_MESSAGES), values)
            session.add_all(
                passage_row(message.id, passage)
                for message in new
                for passage in passages.get(message.id, ())
            )
            return [message.id for message in new]

    def _with_files(self, messages: Sequence[Message]) -> list[Message]:
        files = self._database.attachments
        return [replace(message, parts=files.kept(message.parts)) for message in messages]

    async def remove(
        self, conversations: Collection[ConversationId], messages: Collection[MessageId]
    ) -> None:
        """Take out for good what `add` put in."""
        async with self._database.write() as session:
            for table, ids in (
                (MessageRow, list(messages)),
                (ConversationRow, list(conversations)),
            ):
                for start in range(0, len(ids), _AT_A_TIME):
                    some = ids[start : start + _AT_A_TIME]
                    await session.execute(delete(table).where(table.id.in_(some)))


def parents_first(messages: Sequence[Message]) -> list[Message]:
    """Order messages so that each comes after its parent; siblings keep their order.

    What hangs on a message that is missing becomes a beginning.
    """
    ids = {message.id for message in messages}
    below: defaultdict[MessageId | None, list[Message]] = defaultdict(list)
    for message in messages:
        below[message.parent_id if message.parent_id in ids else None].append(message)
    ordered: list[Message] = []
    waiting = below[None][::-1]
    while waiting:
        message = waiting.pop()
        ordered.append(message)
        waiting.extend(below[message.id][::-1])
    return ordered


async def _add_conversation(
    session: AsyncSession, conversation: Conversation, labels: Labels
) -> None:
    folder_id = conversation.folder_id
    if folder_id is not None and await session.get(FolderRow, folder_id) is None:
        session.add(FolderRow(id=folder_id, name=labels.folder or "", created_at=now()))
    session.add(conversation_row(conversation))
    await session.flush()
    session.add_all(TagRow(conversation_id=conversation.id, tag=tag) for tag in labels.tags)
    wanted = labels.draws_on.collections
    there = await session.scalars(select(CollectionRow.id).where(CollectionRow.id.in_(wanted)))
    draws_on = replace(labels.draws_on, collections=frozenset(map(CollectionId, there)))
    session.add_all(source_rows(conversation.id, draws_on))
    await session.flush()


async def _there(session: AsyncSession, conversation_id: UUID) -> set[UUID]:
    statement = select(MessageRow.id).where(MessageRow.conversation_id == conversation_id)
    return set(await session.scalars(statement))


async def _positions(
    session: AsyncSession, conversation_id: UUID, there: Collection[UUID], new: Sequence[Message]
) -> dict[MessageId, int]:
    """Number the new messages among their siblings; only those that are there are counted."""
    following: dict[MessageId | None, int] = {}
    positions: dict[MessageId, int] = {}
    for message in new:
        parent = message.parent_id
        if parent not in following:
            has_siblings = bool(there) and (parent is None or parent in there)
            following[parent] = (
                await next_position(session, conversation_id, parent) if has_siblings else 0
            )
        positions[message.id] = following[parent]
        following[parent] += 1
    return positions
