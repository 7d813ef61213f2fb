"""Whole rows of messages and of what belongs to them: taken out, put back, copied."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.conversation import Conversation, MessageStatus
from desktop.core.ids import ConversationId, MessageId, new_message_id
from desktop.core.trees import parents_first
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import UNFINISHED, MessageRow
from desktop.storage.orm.library import SentPassageRow
from desktop.storage.orm.organising import TagRow
from desktop.storage.pieces import in_pieces
from desktop.storage.records import conversation_row
from desktop.storage.repositories.sources import drawn_on, source_rows

Record = dict[str, Any]

_MESSAGES = cast("Table", MessageRow.__table__)
_PASSAGES = cast("Table", SentPassageRow.__table__)


def message_records(rows: Iterable[MessageRow]) -> list[Record]:
    """Return all columns of messages, each after its parent."""
    records = [_record(row, _MESSAGES) for row in rows]
    return parents_first(records, lambda record: (record["id"], record["parent_id"]))


async def passage_records(session: AsyncSession, message_ids: Sequence[UUID]) -> list[Record]:
    """Return all columns of the passages that were sent for messages."""
    found: list[Record] = []
    for some in in_pieces(message_ids):
        theirs = select(SentPassageRow).where(SentPassageRow.message_id.in_(some))
        found += [_record(row, _PASSAGES) for row in await session.scalars(theirs)]
    return found


async def insert_messages(session: AsyncSession, records: Sequence[Record]) -> None:
    """Store messages; each comes after its parent."""
    for some in in_pieces(records):
        await session.execute(insert(_MESSAGES), some)


async def insert_passages(session: AsyncSession, records: Sequence[Record]) -> None:
    """Store passages of messages that are there."""
    for some in in_pieces(records):
        await session.execute(insert(_PASSAGES), some)


def digests_of(records: Iterable[Record]) -> set[str]:
    """Return the names of the files that messages refer to."""
    parts = [
        cast("Record", part)
        for record in records
        if isinstance(record["parts"], list)
        for part in cast("list[Any]", record["parts"])
        if isinstance(part, dict)
    ]
    return {part["digest"] for part in parts if isinstance(part.get("digest"), str)}


async def copy_messages(
    session: AsyncSession,
    source_id: UUID,
    rows: Iterable[MessageRow],
    into: Conversation,
    *,
    leaf: UUID | None,
) -> None:
    """Store `into` with copies of messages, on screen the copy of `leaf`.

    What a message refers to comes along: its passages; its files are shared. So do the tags of
    the conversation `source_id`, and what it draws on.
    """
    records = message_records(rows)
    new_ids: dict[UUID, MessageId] = {record["id"]: new_message_id() for record in records}
    row = conversation_row(into)
    row.leaf_id = None if leaf is None else new_ids.get(leaf)
    row.updated_at = now()
    session.add(row)
    await session.flush()
    await insert_messages(session, [_copied(record, new_ids, into) for record in records])
    passages = await passage_records(session, list(new_ids))
    copies = [
        {**each, "id": uuid4(), "message_id": new_ids[each["message_id"]]} for each in passages
    ]
    await insert_passages(session, copies)
    await _copy_labels(session, source_id, into)


def _record(row: object, table: Table) -> Record:
    return {column.name: getattr(row, column.name) for column in table.columns}


def _copied(record: Record, new_ids: dict[UUID, MessageId], into: Conversation) -> Record:
    return {
        **record,
        "id": new_ids[record["id"]],
        "conversation_id": into.id,
        "parent_id": new_ids.get(record["parent_id"]),
        "status": _settled(record["status"]),
    }


def _settled(status: str) -> str:
    """A copy of an answer under way gets nothing more."""
    return str(MessageStatus.INTERRUPTED) if status in UNFINISHED else status


async def _copy_labels(session: AsyncSession, source_id: UUID, into: Conversation) -> None:
    tags = await session.scalars(select(TagRow.tag).where(TagRow.conversation_id == source_id))
    session.add_all([TagRow(conversation_id=into.id, tag=tag) for tag in tags])
    session.add_all(source_rows(into.id, await drawn_on(session, ConversationId(source_id))))
    await session.flush()
