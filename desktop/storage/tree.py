"""The tree of a conversation's messages, as SQL walks it; all in a session that is given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Uuid,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.conversation import Message
from desktop.storage.orm.conversation import MessageRow

_FEW = 500

# UNION ends where a damaged tree has a cycle; the end of a path is what has nothing below it.
_NEWEST_LEAF = text("""
    WITH RECURSIVE down(id) AS (
        SELECT id FROM message WHERE id = :start
        UNION
        SELECT (
            SELECT message.id FROM message
            WHERE message.conversation_id = :conversation AND message.parent_id = down.id
            ORDER BY message.position DESC LIMIT 1
        ) FROM down WHERE down.id IS NOT NULL
    )
    SELECT id FROM down
    WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message WHERE parent_id = down.id)
""")


def ancestry(conversation_id: UUID, leaf: UUID) -> Select[MessageRow]:
    """Select the messages from the root to `leaf`, in no order."""
    # UNION, not UNION ALL: it also ends where a damaged tree has a cycle.
    start = select(MessageRow.id, MessageRow.parent_id).where(
        MessageRow.id == leaf, MessageRow.conversation_id == conversation_id
    )
    path = start.cte("path", recursive=True)
    path = path.union(
        select(MessageRow.id, MessageRow.parent_id).join(path, MessageRow.id == path.c.parent_id)
    )
    return select(MessageRow).join(path, MessageRow.id == path.c.id)


def ancestry_end(conversation_id: UUID, leaf: UUID, count: int) -> Select[MessageRow]:
    """Select the last `count` messages of the branch that ends in `leaf`, in no order."""
    start = select(MessageRow.id, MessageRow.parent_id, literal(1).label("depth")).where(
        MessageRow.id == leaf, MessageRow.conversation_id == conversation_id
    )
    path = start.cte("path", recursive=True)
    above = select(MessageRow.id, MessageRow.parent_id, path.c.depth + 1).join(
        path, MessageRow.id == path.c.parent_id
    )
    path = path.union_all(above.where(path.c.depth < count))
    return select(MessageRow).join(path, MessageRow.id == path.c.id)


def in_order(messages: Mapping[UUID, Message], leaf: UUID) -> list[Message]:
    """Return the branch that ends in `leaf`, root first."""
    branch: dict[UUID, Message] = {}
    current: UUID | None = leaf
    while current is not None and current in messages and current not in branch:
        branch[current] = messages[current]
        current = messages[current].parent_id
    return list(branch.values())[::-1]


def children(conversation_id: UUID, parent_id: UUID | None) -> Select[MessageRow]:
    """Select the messages below `parent_id`; the roots for None."""
    return select(MessageRow).where(
        MessageRow.conversation_id == conversation_id,
        MessageRow.parent_id.is_not_distinct_from(parent_id),
    )


async def child_ids(
    session: AsyncSession, conversation_id: UUID, parent_id: UUID | None
) -> list[UUID]:
    """Return the ids of the messages below `parent_id`, oldest first."""
    below = children(conversation_id, parent_id).with_only_columns(MessageRow.id)
    return list(await session.scalars(below.order_by(MessageRow.position)))


async def next_position(
    session: AsyncSession, conversation_id: UUID, parent_id: UUID | None
) -> int:
    """Return the place of one more message below `parent_id`."""
    return await session.scalar(free_position(conversation_id, parent_id)) or 0


def free_position(conversation_id: UUID, parent_id: UUID | None) -> Select[int]:
    """Select the place of one more message below `parent_id`."""
    following = func.coalesce(func.max(MessageRow.position) + 1, 0)
    return children(conversation_id, parent_id).with_only_columns(following)


async def with_siblings(
    session: AsyncSession, conversation_id: UUID, messages: Sequence[Message]
) -> list[Message]:
    """Return `messages` with their places among their siblings filled in."""
    forks = await session.scalars(
        select(MessageRow.parent_id)
        .where(MessageRow.conversation_id == conversation_id, _is_below(messages))
        .group_by(MessageRow.parent_id)
        .having(func.count() > 1)
    )
    forked = set(forks)
    if not forked:
        return list(messages)
    places: dict[UUID, tuple[int, int]] = {}
    for parent_id in {message.parent_id for message in messages} & forked:
        ids = await child_ids(session, conversation_id, parent_id)
        places |= {each: (place, len(ids)) for place, each in enumerate(ids)}
    return [_placed(message, *places.get(message.id, (0, 1))) for message in messages]


def _is_below(messages: Sequence[Message]) -> ColumnElement[bool]:
    """Look at a few messages alone; of many it is quicker to look at all."""
    if len(messages) > _FEW:
        return true()
    parents = {message.parent_id for message in messages}
    is_below = MessageRow.parent_id.in_(parents - {None})
    # Only where it is asked for: with the roots SQLite looks through the whole conversation.
    return or_(MessageRow.parent_id.is_(None), is_below) if None in parents else is_below


def _placed(message: Message, index: int, count: int) -> Message:
    return message if count == 1 else replace(message, sibling_index=index, sibling_count=count)


async def newest_leaf(session: AsyncSession, conversation_id: UUID, start: UUID) -> UUID:
    """Return the end of the branch that goes on from `start` by the newest messages."""
    leaf = await session.scalar(
        _NEWEST_LEAF.bindparams(
            bindparam("start", start, Uuid()), bindparam("conversation", conversation_id, Uuid())
        ).columns(id=Uuid())
    )
    return start if leaf is None else leaf


def subtree(root: UUID) -> CTE:
    """Return the ids of `root` and of everything below it."""
    found = select(MessageRow.id).where(MessageRow.id == root).cte("subtree", recursive=True)
    return found.union(select(MessageRow.id).join(found, MessageRow.parent_id == found.c.id))
