"""Collections, their files and folders, and the documents in them."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.chunks import Chunk
from desktop.core.errors import DocumentError
from desktop.core.ids import CollectionId, DocumentId, SourceId, new_collection_id
from desktop.core.library import Collection, Document, DocumentStatus, FileState, Source
from desktop.storage.database import Database
from desktop.storage.orm.base import now
from desktop.storage.orm.library import CollectionRow, CollectionSourceRow, DocumentRow
from desktop.storage.pieces import in_pieces
from desktop.storage.repositories.passages import add_passages, forget_passages, last_passage

_BATCH = 100
"""Rows at a time; the event loop breathes, and others may write, between two batches."""

_MOMENT = 0.1  # seconds
_READ = 500
_PART = 500
"""Passages of a document that are stored in one transaction."""

Known = dict[str, tuple[int, int]]
"""By path: a file's size in bytes and its last change in nanoseconds when last looked at."""


class LibraryRepository:
    """The tables `collection`, `collection_source` and `document`; a transaction each method.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def collections(self) -> list[Collection]:
        """Return all collections by name, with how far their documents are."""
        of, status = DocumentRow.collection_id, DocumentRow.status
        counted = select(of, status, func.count()).group_by(of, status)
        everything = select(CollectionRow).order_by(
            func.lower(CollectionRow.name), CollectionRow.id
        )
        async with self._database.read() as session:
            counts = {(row[0], row[1]): row[2] for row in await session.execute(counted)}
            return [
                Collection(
                    id=CollectionId(row.id),
                    name=row.name,
                    **{each.value: counts.get((row.id, each.value), 0) for each in DocumentStatus},
                )
                for row in await session.scalars(everything)
            ]

    async def create(self, name: str) -> CollectionId:
        """Make an empty collection."""
        collection_id = new_collection_id()
        async with self._database.write() as session:
            session.add(CollectionRow(id=collection_id, name=name, created_at=now()))
        return collection_id

    async def rename(self, collection_id: CollectionId, name: str) -> None:
        """Give the collection another name."""
        statement = update(CollectionRow).where(CollectionRow.id == collection_id)
        async with self._database.write() as session:
            await session.execute(statement.values(name=name))

    async def delete(self, collection_id: CollectionId) -> None:
        """Delete a collection with all that was read of its files; the files stay."""
        await self._forget(DocumentRow.collection_id == collection_id)
        async with self._database.write() as session:
            await session.execute(delete(CollectionRow).where(CollectionRow.id == collection_id))

    async def add_source(self, collection_id: CollectionId, *paths: Path) -> None:
        """Add files and folders; what is there stays as it is."""
        of = CollectionSourceRow.collection_id == collection_id
        for few in in_pieces(dict.fromkeys(map(str, paths)), _BATCH):
            there = select(CollectionSourceRow.path).where(of, CollectionSourceRow.path.in_(few))
            async with self._database.write() as session:
                known = set(await session.scalars(there))
                rows = [
                    {"id": uuid4(), "collection_id": collection_id, "path": path}
                    for path in few
                    if path not in known
                ]
                if rows:
                    await session.execute(insert(CollectionSourceRow), rows)

    async def remove_source(self, source_id: SourceId) -> None:
        """Take a file or a folder out of its collection, with what was read of it."""
        await self._forget(DocumentRow.source_id == source_id)
        statement = delete(CollectionSourceRow).where(CollectionSourceRow.id == source_id)
        async with self._database.write() as session:
            await session.execute(statement)

    async def sources(
        self, collection_id: CollectionId | None = None, *, limit: int | None = None
    ) -> list[Source]:
        """Return the files and folders of a collection, or of all, by their paths."""
        row = CollectionSourceRow
        statement = select(row.id, row.collection_id, row.path).order_by(row.path).limit(limit)
        if collection_id is not None:
            statement = statement.where(row.collection_id == collection_id)
        found: list[Source] = []
        async with self._database.read() as session:
            async for rows in (await session.stream(statement)).partitions(_READ):
                found += [
                    Source(SourceId(row[0]), CollectionId(row[1]), Path(row[2])) for row in rows
                ]
        return found

    async def source_count(self, collection_id: CollectionId) -> int:
        """Return how many files and folders a collection has."""
        statement = select(func.count()).where(CollectionSourceRow.collection_id == collection_id)
        async with self._database.read() as session:
            return await session.scalar(statement) or 0

    async def documents(
        self, collection_id: CollectionId, limit: int, *, offset: int = 0
    ) -> list[Document]:
        """Return documents of a collection: failed ones first, those that wait last."""
        statement = (
            select(DocumentRow)
            .where(DocumentRow.collection_id == collection_id)
            .order_by(DocumentRow.status, DocumentRow.path)  # as the index has them
            .offset(offset)
            .limit(limit)
        )
        found: list[Document] = []
        async with self._database.read() as session:
            stream = await session.stream_scalars(statement)
            async for rows in stream.partitions(_BATCH):
                found += [_document(row) for row in rows]
        return found

    async def document(self, document_id: DocumentId) -> Document | None:
        """Return a document; None when it is gone."""
        async with self._database.read() as session:
            row = await session.get(DocumentRow, document_id)
            return None if row is None else _document(row)

    async def known(self, source_id: SourceId) -> Known:
        """Return what is known of a source's files."""
        statement = select(DocumentRow.path, DocumentRow.size, DocumentRow.modified).where(
            DocumentRow.source_id == source_id
        )
        found: Known = {}
        async with self._database.read() as session:
            stream = await session.stream(statement)
            async for rows in stream.partitions(_READ):
                found.update((row[0], (row[1], row[2])) for row in rows)
        return found

    async def known_alone(self) -> dict[SourceId, tuple[int, int]]:
        """Return what is known of the files that were added by themselves."""
        statement = select(DocumentRow.source_id, DocumentRow.size, DocumentRow.modified).join(
            CollectionSourceRow,
            and_(
                CollectionSourceRow.id == DocumentRow.source_id,
                CollectionSourceRow.path == DocumentRow.path,
            ),
        )
        found: dict[SourceId, tuple[int, int]] = {}
        async with self._database.read() as session:
            async for rows in (await session.stream(statement)).partitions(_READ):
                found.update((SourceId(row[0]), (row[1], row[2])) for row in rows)
        return found

    async def found_alone(self, files: Sequence[tuple[Source, FileState]]) -> None:
        """Let files that were added by themselves wait to be read."""
        for few in in_pieces(files, _BATCH):
            ids = CollectionSourceRow.id.in_([source.id for source, _ in few])
            async with self._database.write() as session:
                there = set(await session.scalars(select(CollectionSourceRow.id).where(ids)))
                rows = [_new_values(*each) for each in few if each[0].id in there]
                if rows:
                    await session.execute(insert(DocumentRow), rows)

    async def found(self, source: Source, files: Sequence[FileState]) -> bool:
        """Let files that are new wait to be read; False where the source is gone meanwhile."""
        for few in in_pieces(files, _BATCH):
            rows = [_new_values(source, file) for file in few]
            async with self._database.write() as session:
                if await session.get(CollectionSourceRow, source.id) is None:
                    return False
                await session.execute(insert(DocumentRow), rows)
        return True

    async def changed(self, source_id: SourceId, files: Sequence[FileState]) -> None:
        """Let documents whose files have changed wait to be read again, unless left out."""
        left_out = DocumentRow.status == str(DocumentStatus.LEFT_OUT)
        statement = (
            update(DocumentRow)
            .where(DocumentRow.source_id == source_id, DocumentRow.path == bindparam("changed"))
            .values(
                size=bindparam("new_size"),
                modified=bindparam("new_modified"),
                status=case((left_out, DocumentRow.status), else_=str(DocumentStatus.WAITING)),
            )
        )
        for few in in_pieces(files, _BATCH):
            rows = [
                {"changed": str(file.path), "new_size": file.size, "new_modified": file.modified}
                for file in few
            ]
            async with self._database.write() as session:
                connection = await session.connection()
                await connection.execute(statement, rows)

    async def forget(self, source_id: SourceId, paths: Sequence[str]) -> None:
        """Forget documents whose files are gone."""
        for few in in_pieces(paths, _BATCH):
            part = DocumentRow.path.in_(few)
            async with self._database.write() as session:
                await session.execute(
                    delete(DocumentRow).where(DocumentRow.source_id == source_id, part)
                )

    async def waiting(self, limit: int) -> list[Document]:
        """Return documents that are still to be read."""
        statement = select(DocumentRow).where(DocumentRow.status == str(DocumentStatus.WAITING))
        async with self._database.read() as session:
            return [_document(row) for row in await session.scalars(statement.limit(limit))]

    async def waiting_count(self) -> int:
        """Return how many documents are still to be read."""
        statement = select(func.count()).where(DocumentRow.status == str(DocumentStatus.WAITING))
        async with self._database.read() as session:
            return await session.scalar(statement) or 0

    async def retry(self, collection_id: CollectionId) -> None:
        """Let what failed in a collection wait to be read again."""
        statement = update(DocumentRow).where(
            DocumentRow.collection_id == collection_id,
            DocumentRow.status == str(DocumentStatus.FAILED),
        )
        async with self._database.write() as session:
            await session.execute(statement.values(status=str(DocumentStatus.WAITING)))

    async def read_again(self, document_id: DocumentId) -> None:
        """Let a document wait to be read again."""
        statement = update(DocumentRow).where(DocumentRow.id == document_id)
        async with self._database.write() as session:
            await session.execute(statement.values(status=str(DocumentStatus.WAITING)))

    async def leave_out(self, document_id: DocumentId) -> None:
        """Delete what was read of a document, and let it be read no more."""
        statement = update(DocumentRow).where(DocumentRow.id == document_id)
        said: dict[str, Any] = {"message": "", "cure": "", "places": [], "notes": []}
        async with self._database.write() as session:
            await session.execute(statement.values(status=str(DocumentStatus.LEFT_OUT), **said))
            await forget_passages(session, document_id)

    async def store(
        self,
        document_id: DocumentId,
        chunks: Sequence[Chunk],
        *,
        form: str,
        title: str,
        places: Sequence[tuple[int, str]],
        notes: Sequence[str],
        modified: int | None = None,
    ) -> None:
        """Keep what was read of a document; one deleted meanwhile stays deleted.

        Much of it is stored in several transactions, so that others may write between; until the
        last one the document waits. `modified` is its file's last change when reading began: where it has changed since, it
        still waits.
        """
        last, place = 0, 0
        while True:
            part, end = chunks[place : place + _PART], place + _PART >= len(chunks)
            async with self._database.write() as session:
                row = await _wanted(session, document_id)
                if row is None or modified not in {None, row.modified}:
                    return
                if not place:
                    last = await last_passage(session, document_id)
                # The new ones first: a vector goes with the last passage of its text.
                await add_passages(session, document_id, part, first=place)
                if end:
                    await forget_passages(session, document_id, last=last)
                    row.status, row.message, row.cure = str(DocumentStatus.READY), "", ""
                    row.format, row.title, row.updated_at = form, title, now()
                    row.places, row.notes = [list(each) for each in places], list(notes)
                    return
            place += _PART

    async def fail(self, document_id: DocumentId, error: DocumentError) -> None:
        """Keep why a document can't be read; what was read of it before is deleted."""
        async with self._database.write() as session:
            row = await _wanted(session, document_id)
            if row is None:
                return
            row.status, row.message, row.cure = (
                str(DocumentStatus.FAILED),
                error.message,
                error.cure,
            )
            row.updated_at, row.places, row.notes = now(), [], []
            await session.flush()
            await forget_passages(session, document_id)

    async def _forget(self, where: ColumnElement[bool]) -> None:
        """Delete documents with their passages, as many at once as take a moment.

        Others wait for each transaction: documents may have one passage or thousands.
        """
        count = 1
        while True:
            few = select(DocumentRow.id).where(where).limit(count)
            started = time.monotonic()
            async with self._database.write() as session:
                ids = list(await session.scalars(few))
                await session.execute(delete(DocumentRow).where(DocumentRow.id.in_(ids)))
            if len(ids) < count:
                return
            quick = time.monotonic() - started < _MOMENT
            count = min(2 * count, _BATCH) if quick else max(count // 2, 1)


async def _wanted(session: AsyncSession, document_id: DocumentId) -> DocumentRow | None:
    """Return a document; None when it was deleted or left out while it was read."""
    row = await session.get(DocumentRow, document_id)
    return None if row is None or row.status == str(DocumentStatus.LEFT_OUT) else row


def _new_values(source: Source, file: FileState) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "collection_id": source.collection_id,
        "source_id": source.id,
        "path": str(file.path),
        "size": file.size,
        "modified": file.modified,
        "status": str(DocumentStatus.WAITING),
        "format": "",
        "title": "",
        "message": "",
        "cure": "",
        "notes": [],
        "places": [],
        "updated_at": now(),
    }


def _document(row: DocumentRow) -> Document:
    return Document(
        id=DocumentId(row.id),
        collection_id=CollectionId(row.collection_id),
        source_id=SourceId(row.source_id),
        path=Path(row.path),
        status=DocumentStatus(row.status),
        size=row.size,
        modified=row.modified,
        title=row.title,
        format=row.format,
        message=row.message,
        cure=row.cure,
        notes=tuple(row.notes or ()),
    )
