"""Counts over messages."""

import json
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.content import Role
from desktop.core.ids import ConversationId
from desktop.core.statistics import ModelShare, Statistics
from desktop.storage.database import Database
from desktop.storage.orm.conversation import ConversationRow, MessageRow

_NOT_DELETED = select(ConversationRow.id).where(ConversationRow.deleted_at.is_(None))


class StatisticsRepository:
    """Counts what was said; raises `StorageError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, ids: Collection[ConversationId]) -> Statistics:
        """Count over some conversations; over all that are not deleted for none."""
        async with self._database.read() as session:
            if not ids:
                return await _count(session, MessageRow.conversation_id.in_(_NOT_DELETED), None)
            return await _count(session, MessageRow.conversation_id.in_(_listed(ids)), len(ids))


def _listed(ids: Collection[ConversationId]) -> Select[UUID]:
    """Select any number of ids, of which SQLite takes 32,766 as parameters."""
    each = func.json_each(json.dumps([one.hex for one in ids])).table_valued("value")
    return select(type_coerce(each.c.value, Uuid()))


async def _count(
    session: AsyncSession, chosen: ColumnElement[bool], conversations: int | None
) -> Statistics:
    if conversations is None:
        counted = select(func.count()).select_from(_NOT_DELETED.subquery())
        conversations = await session.scalar(counted) or 0
    by_role = (
        select(
            MessageRow.role,
            func.count(),
            func.sum(func.length(MessageRow.text)),
            func.min(MessageRow.created_at),
            func.max(MessageRow.created_at),
        )
        .where(chosen)
        .group_by(MessageRow.role)
    )
    rows = {row[0]: row for row in await session.execute(by_role)}
    return Statistics(
        conversations=conversations,
        questions=rows[Role.USER][1] if Role.USER in rows else 0,
        answers=rows[Role.ASSISTANT][1] if Role.ASSISTANT in rows else 0,
        characters=sum(row[2] or 0 for row in rows.values()),
        first=min((row[3] for row in rows.values()), default=None),
        last=max((row[4] for row in rows.values()), default=None),
        models=await _shares(session, chosen),
    )


async def _shares(session: AsyncSession, chosen: ColumnElement[bool]) -> tuple[ModelShare, ...]:
    answered = and_(chosen, MessageRow.role == str(Role.ASSISTANT), MessageRow.model.is_not(None))
    statement = (
        select(MessageRow.model, func.count(), _tokens("input"), _tokens("output"))
        .where(answered)
        .group_by(MessageRow.model)
        .order_by(func.count().desc(), MessageRow.model)
    )
    return tuple(
        ModelShare(
            model=model or "", answers=answers, input_tokens=read or 0, output_tokens=written or 0
        )
        for model, answers, read, written in await session.execute(statement)
    )


def _tokens(kind: str) -> ColumnElement[int]:
    return func.sum(MessageRow.usage[f"{kind}_tokens"].as_integer())
