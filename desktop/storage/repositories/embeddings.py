"""Vectors of texts, and the models that made them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.passages import Amount, IndexedModel, Unembedded
from desktop.storage.database import Database
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.passages import EmbeddingModelRow, EmbeddingRow, PassageRow
from desktop.storage.pieces import AT_A_TIME, in_pieces
from desktop.storage.repositories.system_config import SystemConfigRepository

_HIGHEST = text("SELECT seq FROM sqlite_sequence WHERE name = 'embedding'")
_SCALE = ("meaning", "scale")
_ACTIVE, _BUILDING, _RETIRED = "active", "building", "retired"


class EmbeddingRepository:
    """The tables `embedding` and `embedding_model`; each method is one transaction.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def models(self) -> list[IndexedModel]:
        """Return the models that have vectors, the active one first."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(EmbeddingModelRow)
                .where(EmbeddingModelRow.state != _RETIRED)
                .order_by(EmbeddingModelRow.state, EmbeddingModelRow.id)
            )
            return [_model(row) for row in rows]

    async def add_model(self, host: str, name: str, dimension: int, probe: bytes) -> IndexedModel:
        """Begin an index for a model; it is the active one where there is none yet."""
        async with self._database.write() as session:
            active = await session.scalar(
                select(EmbeddingModelRow.id).where(EmbeddingModelRow.state == _ACTIVE)
            )
            row = EmbeddingModelRow(
                host=host,
                name=name,
                dimension=dimension,
                probe=probe,
                state=_ACTIVE if active is None else _BUILDING,
                created_at=now(),
            )
            session.add(row)
            await session.flush()
            return _model(row)

    async def activate(self, model_id: int) -> None:
        """Let searches use this model's vectors; those of all others are deleted."""
        others = EmbeddingModelRow.id != model_id
        await self._retire(others, then=update(EmbeddingModelRow).where(~others))

    async def delete_model(self, model_id: int) -> None:
        """Delete a model's vectors."""
        await self._retire(EmbeddingModelRow.id == model_id)

    async def drop_retired(self) -> None:
        """Delete the vectors that no model uses any more, a few in each transaction.

        It is to be called at the start too: a crash may have left some.
        """
        retired = select(EmbeddingModelRow.id).where(EmbeddingModelRow.state == _RETIRED)
        few = select(EmbeddingRow.id).where(EmbeddingRow.model_id.in_(retired)).limit(AT_A_TIME)
        while True:
            async with self._database.write() as session:
                ids = list(await session.scalars(few))
                await session.execute(delete(EmbeddingRow).where(EmbeddingRow.id.in_(ids)))
                if not ids:
                    gone = EmbeddingModelRow.state == _RETIRED
                    await session.execute(delete(EmbeddingModelRow).where(gone))
                    return

    async def _retire(self, models: ColumnElement[bool], *, then: Update | None = None) -> None:
        async with self._database.write() as session:
            statement = update(EmbeddingModelRow).where(models)
            await session.execute(statement.values(state=_RETIRED))
            if then is not None:
                await session.execute(then.values(state=_ACTIVE))
        await self.drop_retired()

    async def scale(self, model_id: int) -> dict[str, Any] | None:
        """Return what was kept of how a model measures; None for nothing."""
        async with self._database.read() as session:
            kept = await SystemConfigRepository(session).get(*_SCALE)
        return kept["scale"] if kept and kept.get("model") == model_id else None

    async def keep_scale(self, model_id: int, scale: dict[str, Any]) -> None:
        """Keep how a model measures, instead of what another one's was."""
        async with self._database.write() as session:
            value = {"model": model_id, "scale": scale}
            await SystemConfigRepository(session).put(*_SCALE, value)

    async def missing(
        self, model_id: int, *, history: bool, after: int, limit: int
    ) -> list[Unembedded]:
        """Return texts without a vector, in the order of their passages, from `after` on."""
        statement = (
            select(
                PassageRow.id,
                PassageRow.hash,
                PassageRow.tokens,
                PassageRow.heading,
                PassageRow.text,
                PassageRow.start,
                PassageRow.end,
                MessageRow.text,
            )
            .outerjoin(MessageRow, MessageRow.id == PassageRow.message_id)
            .where(PassageRow.id > after, _unembedded(model_id), _wanted(history=history))
            .order_by(PassageRow.id)
            .limit(limit)
        )
        found: dict[bytes, Unembedded] = {}
        async with self._database.read() as session:
            for row in await session.execute(statement):
                id_, hash_, tokens, heading, own, start, end, message = row
                whole = own if own is not None else message[start:end]
                embedded = f"{heading}\n{whole}" if heading else whole
                found.setdefault(hash_, Unembedded(id_, hash_, embedded, tokens))
        return list(found.values())

    async def amount(self, model_id: int | None, *, history: bool) -> Amount:
        """Return how much text has no vector of this model yet; all text for None."""
        texts = select(PassageRow.hash, func.max(PassageRow.tokens).label("tokens"))
        texts = texts.where(_wanted(history=history)).group_by(PassageRow.hash)
        if model_id is not None:
            texts = texts.where(_unembedded(model_id))
        counted = texts.subquery()
        statement = select(func.count(), func.coalesce(func.sum(counted.c.tokens), 0))
        async with self._database.read() as session:
            passages, tokens = (await session.execute(statement.select_from(counted))).one()
            return Amount(passages, tokens)

    async def add(self, model_id: int, vectors: Sequence[tuple[bytes, bytes]]) -> None:
        """Store vectors by their texts' hashes; one that is there stays.

        A text that was deleted meanwhile gets none.
        """
        async with self._database.write() as session:
            hashes = [hash_ for hash_, _ in vectors]
            if await session.get(EmbeddingModelRow, model_id) is None:
                return  # the work was cancelled meanwhile
            wanted = await _hashes(session, PassageRow.hash.in_(hashes))
            there = select(EmbeddingRow.hash).where(
                EmbeddingRow.model_id == model_id, EmbeddingRow.hash.in_(hashes)
            )
            wanted -= set(await session.scalars(there))
            rows = [
                {"model_id": model_id, "hash": hash_, "vector": vector}
                for hash_, vector in vectors
                if hash_ in wanted
            ]
            if rows:
                await session.execute(insert(EmbeddingRow), rows)

    async def vectors(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Return the stored vectors of those ids that are still there."""
        found: dict[int, bytes] = {}
        async with self._database.read() as session:
            for some in in_pieces(ids):
                part = EmbeddingRow.id.in_(some)
                statement = select(EmbeddingRow.id, EmbeddingRow.vector).where(part)
                found.update((row[0], row[1]) for row in await session.execute(statement))
        return found

    async def of_passages(self, model_id: int, passage_ids: Sequence[int]) -> list[bytes]:
        """Return the stored vectors of passages; those that have none yet are left out."""
        statement = (
            select(EmbeddingRow.vector)
            .join(PassageRow, PassageRow.hash == EmbeddingRow.hash)
            .where(EmbeddingRow.model_id == model_id, PassageRow.id.in_(passage_ids[:AT_A_TIME]))
        )
        async with self._database.read() as session:
            return list(await session.scalars(statement))

    async def after(self, model_id: int, last_id: int, limit: int) -> list[tuple[int, bytes]]:
        """Return a model's vectors with ids above `last_id`, in their order."""
        statement = (
            select(EmbeddingRow.id, EmbeddingRow.vector)
            .where(EmbeddingRow.model_id == model_id, EmbeddingRow.id > last_id)
            .order_by(EmbeddingRow.id)
            .limit(limit)
        )
        async with self._database.read() as session:
            return [(id_, vector) for id_, vector in await session.execute(statement)]

    async def count(self, model_id: int) -> int:
        """Return how many vectors a model has."""
        statement = select(func.count()).where(EmbeddingRow.model_id == model_id)
        async with self._database.read() as session:
            return await session.scalar(statement) or 0

    async def ids(self, model_id: int) -> list[int]:
        """Return the ids of all vectors of a model."""
        statement = select(EmbeddingRow.id).where(EmbeddingRow.model_id == model_id)
        async with self._database.read() as session:
            return list(await session.scalars(statement))

    async def highest_id(self) -> int:
        """Return the highest id that any vector ever had in this file."""
        async with self._database.read() as session:
            return await session.scalar(_HIGHEST) or 0


async def _hashes(session: AsyncSession, where: ColumnElement[bool]) -> set[bytes]:
    return set(await session.scalars(select(PassageRow.hash).where(where)))


def _unembedded(model_id: int) -> ColumnElement[bool]:
    there = select(EmbeddingRow.id).where(
        EmbeddingRow.hash == PassageRow.hash, EmbeddingRow.model_id == model_id
    )
    return ~there.exists()


def _wanted(*, history: bool) -> ColumnElement[bool]:
    """Say which passages are to have vectors: those of documents, and of messages if wished."""
    of_documents = PassageRow.document_id.is_not(None)
    if not history:
        return of_documents
    kept = (
        select(MessageRow.id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(MessageRow.id == PassageRow.message_id, ConversationRow.deleted_at.is_(None))
    )
    return or_(of_documents, kept.exists())


def _model(row: EmbeddingModelRow) -> IndexedModel:
    return IndexedModel(row.id, row.host, row.name, row.dimension, row.probe, row.state == _ACTIVE)
