"""Branches of conversations: stepped between, copied, removed and put back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.conversation import Conversation, Message
from desktop.core.ids import ConversationId, MessageId
from desktop.storage.database import Database
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.pieces import in_pieces
from desktop.storage.records import to_message
from desktop.storage.tree import ancestry, child_ids, children, newest_leaf, next_position, subtree
from desktop.storage.whole_rows import (
    Record,
    copy_messages,
    digests_of,
    insert_messages,
    insert_passages,
    message_records,
    passage_records,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedMessages:
    """What `remove` took out of a conversation: enough for `put_back` to undo it."""

    conversation_id: ConversationId
    records: tuple[Record, ...] = field(repr=False)
    passages: tuple[Record, ...] = field(repr=False)
    moved: Mapping[UUID, tuple[UUID | None, int]] = field(repr=False)
    leaf_id: UUID | None = field(repr=False)

    @property
    def count(self) -> int:
        """How many messages were removed."""
        return len(self.records)


class BranchRepository:
    """Works on whole branches; each method is one transaction.

    All raise `StorageError` when the database fails; nothing is changed then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, message_id: MessageId) -> Message | None:
        """Return one message; None when it is gone."""
        async with self._database.read() as session:
            row = await session.get(MessageRow, message_id)
            return None if row is None else to_message(row)

    async def placed(self, message: Message) -> Message:
        """Return a stored message with its place among its siblings."""
        async with self._database.read() as session:
            ids = await child_ids(session, message.conversation_id, message.parent_id)
        if message.id not in ids:
            return message
        return replace(message, sibling_index=ids.index(message.id), sibling_count=len(ids))

    async def show(self, message_id: MessageId) -> ConversationId | None:
        """Put the newest branch through a message on screen; None when it is gone."""
        async with self._database.write() as session:
            row = await session.get(MessageRow, message_id)
            if row is None:
                return None
            await _show_below(session, row.conversation_id, row.id)
            return ConversationId(row.conversation_id)

    async def step(self, message_id: MessageId, step: int) -> bool:
        """Put the branch through a sibling on screen, `step` places on; False at the end."""
        async with self._database.write() as session:
            row = await session.get(MessageRow, message_id)
            if row is None:
                return False
            ids = await child_ids(session, row.conversation_id, row.parent_id)
            place = ids.index(row.id) + step
            if not 0 <= place < len(ids):
                return False
            await _show_below(session, row.conversation_id, ids[place])
            return True

    async def has_replies(self, message_id: MessageId) -> bool:
        """Tell whether anything was said after a message, on whichever branch."""
        async with self._database.read() as session:
            below = select(MessageRow.id).where(MessageRow.parent_id == message_id).limit(1)
            return await session.scalar(below) is not None

    async def remove(self, message_id: MessageId, *, with_replies: bool) -> RemovedMessages | None:
        """Remove a message, or it and all that follows; None when it was gone.

        What follows a message that is removed alone then follows the one before it. The
        branch on screen stays, or gives way to the newest sibling, or ends earlier.
        """
        async with self._database.write() as session:
            row = await session.get(MessageRow, message_id)
            if row is None:
                return None
            conversation_id, parent_id = row.conversation_id, row.parent_id
            leaf = await session.scalar(_leaf_of(conversation_id))
            records = (
                await _records_below(session, row.id) if with_replies else message_records([row])
            )
            ids = [record["id"] for record in records]
            passages = await passage_records(session, ids)
            await asyncio.to_thread(self._database.attachments.want, digests_of(records))
            moved = {} if with_replies else await _move_up(session, row)
            session.expunge(row)
            await _delete(session, ids)
            if leaf in ids:
                await _show_nearest(session, conversation_id, parent_id)
            return RemovedMessages(
                conversation_id=ConversationId(conversation_id),
                records=tuple(records),
                passages=tuple(passages),
                moved=moved,
                leaf_id=leaf,
            )

    async def put_back(self, removed: RemovedMessages) -> None:
        """Undo a `remove`; a conversation that is gone meanwhile stays gone."""
        async with self._database.write() as session:
            if await session.get(ConversationRow, removed.conversation_id) is None:
                return
            await insert_messages(session, removed.records)
            await insert_passages(session, removed.passages)
            for child, (parent_id, position) in removed.moved.items():
                await _place(session, child, parent_id, position)
            await _set_leaf(session, removed.conversation_id, removed.leaf_id)

    async def fork(self, message_id: MessageId, into: Conversation) -> None:
        """Store `into` with a copy of the branch that ends in a message."""
        async with self._database.write() as session:
            source = await session.get(MessageRow, message_id)
            if source is None:
                return
            rows = await session.scalars(ancestry(source.conversation_id, source.id))
            await copy_messages(session, source.conversation_id, rows, into, leaf=source.id)

    async def duplicate(self, conversation_id: ConversationId, into: Conversation) -> None:
        """Store `into` with a copy of all branches of a conversation."""
        async with self._database.write() as session:
            rows = await session.scalars(
                select(MessageRow).where(MessageRow.conversation_id == conversation_id)
            )
            leaf = await session.scalar(_leaf_of(conversation_id))
            await copy_messages(session, conversation_id, rows, into, leaf=leaf)


def _leaf_of(conversation_id: UUID) -> Any:
    return select(ConversationRow.leaf_id).where(ConversationRow.id == conversation_id)


async def _records_below(session: AsyncSession, root: UUID) -> list[Record]:
    """Return `root` and all below it, parents before their children."""
    ids = subtree(root)
    rows = await session.scalars(select(MessageRow).join(ids, MessageRow.id == ids.c.id))
    return message_records(rows)


async def _move_up(session: AsyncSession, row: MessageRow) -> dict[UUID, tuple[UUID | None, int]]:
    """Let what follows `row` follow the message before it; return where it was."""
    below = list(await session.scalars(children(row.conversation_id, row.id)))
    moved = {child.id: (child.parent_id, child.position) for child in below}
    for child in sorted(below, key=lambda each: each.position):
        position = await next_position(session, row.conversation_id, row.parent_id)
        await _place(session, child.id, row.parent_id, position)
    return moved


async def _place(
    session: AsyncSession, message_id: UUID, parent_id: UUID | None, position: int
) -> None:
    statement = update(MessageRow).where(MessageRow.id == message_id)
    await session.execute(
        statement.values(parent_id=parent_id, position=position),
        execution_options={"synchronize_session": False},
    )


async def _delete(session: AsyncSession, ids: Sequence[UUID]) -> None:
    # Apart first: SQLite follows ON DELETE CASCADE through at most a thousand generations.
    for some in in_pieces(ids):
        chosen = MessageRow.id.in_(some)
        await session.execute(update(MessageRow).where(chosen).values(parent_id=None))
    for some in in_pieces(ids):
        await session.execute(delete(MessageRow).where(MessageRow.id.in_(some)))


async def _show_below(session: AsyncSession, conversation_id: UUID, start: UUID) -> None:
    leaf = await newest_leaf(session, conversation_id, start)
    await _set_leaf(session, conversation_id, leaf)


async def _show_nearest(
    session: AsyncSession, conversation_id: UUID, parent_id: UUID | None
) -> None:
    siblings = await child_ids(session, conversation_id, parent_id)
    if siblings:
        await _show_below(session, conversation_id, siblings[-1])
    else:
        await _set_leaf(session, conversation_id, parent_id)


async def _set_leaf(session: AsyncSession, conversation_id: UUID, leaf: UUID | None) -> None:
    statement = update(ConversationRow).where(ConversationRow.id == conversation_id)
    await session.execute(statement.values(leaf_id=leaf))
