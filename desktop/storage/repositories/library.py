"""Collections, their files and folders, and the documents in them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import case, delete, func, insert, select, update

from desktop.core.chunks import Chunk
from desktop.core.errors import DocumentError
from desktop.core.ids import CollectionId, DocumentId, SourceId, new_collection_id
from desktop.core.library import Collection, Document, DocumentStatus, FileState, Source
from desktop.storage.database import Database
from desktop.storage.orm.base import now
from desktop.storage.orm.library import CollectionRow, CollectionSourceRow, DocumentRow
from desktop.storage.repositories.passages import store_document_passages

_BATCH = 100
"""Rows at a time; the event loop breathes between two batches."""


class LibraryRepository:
    """The tables `collection`, `collection_source` and `document`; a transaction each method.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def collections(self) -> list[Collection]:
        """Return all collections by name, with how far their documents are."""

        def counted(status: DocumentStatus) -> Any:
            return func.coalesce(func.sum(case((DocumentRow.status == status, 1), else_=0)), 0)

        statement = (
            select(CollectionRow, *(counted(status) for status in DocumentStatus))
            .outerjoin(DocumentRow, DocumentRow.collection_id == CollectionRow.id)
            .group_by(CollectionRow.id)
            .order_by(func.lower(CollectionRow.name), CollectionRow.id)
        )
        async with self._database.read() as session:
            return [
                Collection(
                    id=CollectionId(row[0].id),
                    name=row[0].name,
                    waiting=row[1],
                    ready=row[2],
                    failed=row[3],
                )
                for row in await session.execute(statement)
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
        async with self._database.write() as session:
            await session.execute(delete(CollectionRow).where(CollectionRow.id == collection_id))

    async def add_source(self, collection_id: CollectionId, path: Path) -> None:
        """Add a file or a folder; one that is there stays as it is."""
        same = CollectionSourceRow.collection_id == collection_id
        statement = select(CollectionSourceRow.id).where(
            same, CollectionSourceRow.path == str(path)
        )
        async with self._database.write() as session:
            if await session.scalar(statement) is None:
                session.add(
                    CollectionSourceRow(id=uuid4(), collection_id=collection_id, path=str(path))
                )

    async def remove_source(self, source_id: SourceId) -> None:
        """Take a file or a folder out of its collection, with what was read of it."""
        statement = delete(CollectionSourceRow).where(CollectionSourceRow.id == source_id)
        async with self._database.write() as session:
            await session.execute(statement)

    async def sources(self, collection_id: CollectionId | None = None) -> list[Source]:
        """Return the files and folders of a collection, or of all."""
        statement = select(CollectionSourceRow).order_by(CollectionSourceRow.path)
        if collection_id is not None:
            statement = statement.where(CollectionSourceRow.collection_id == collection_id)
        async with self._database.read() as session:
            return [
                Source(SourceId(row.id), CollectionId(row.collection_id), Path(row.path))
                for row in await session.scalars(statement)
            ]

    async def documents(self, collection_id: CollectionId, limit: int) -> list[Document]:
        """Return documents of a collection: failed ones first, then by path."""
        order = case((DocumentRow.status == str(DocumentStatus.FAILED), 0), else_=1)
        statement = (
            select(DocumentRow)
            .where(DocumentRow.collection_id == collection_id)
            .order_by(order, DocumentRow.path)
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

    async def known(self, source_id: SourceId) -> dict[str, tuple[DocumentId, int, int]]:
        """Return a source's documents by path: id, size and last change when last looked at."""
        statement = select(
            DocumentRow.path, DocumentRow.id, DocumentRow.size, DocumentRow.modified
        ).where(DocumentRow.source_id == source_id)
        found: dict[str, tuple[DocumentId, int, int]] = {}
        async with self._database.read() as session:
            stream = await session.stream(statement)
            async for rows in stream.partitions(_BATCH):
                found.update((row[0], (DocumentId(row[1]), row[2], row[3])) for row in rows)
        return found

    async def found(self, source: Source, files: Sequence[FileState]) -> None:
        """Let files that are new wait to be read; in several transactions where they are many."""
        for start in range(0, len(files), _BATCH):
            rows = [_new_values(source, file) for file in files[start : start + _BATCH]]
            async with self._database.write() as session:
                await session.execute(insert(DocumentRow), rows)

    async def changed(self, files: Sequence[tuple[DocumentId, FileState]]) -> None:
        """Let documents whose files have changed wait to be read again."""
        for start in range(0, len(files), _BATCH):
            rows = [
                {
                    "id": document_id,
                    "size": file.size,
                    "modified": file.modified,
                    "status": str(DocumentStatus.WAITING),
                }
                for document_id, file in files[start : start + _BATCH]
            ]
            async with self._database.write() as session:
                await session.execute(update(DocumentRow), rows)

    async def remove_documents(self, ids: Sequence[DocumentId]) -> None:
        """Forget documents whose files are gone."""
        for start in range(0, len(ids), _BATCH):
            part = DocumentRow.id.in_(ids[start : start + _BATCH])
            async with self._database.write() as session:
                await session.execute(delete(DocumentRow).where(part))

    async def waiting(self, limit: int) -> list[Document]:
        """Return documents that are still to be read."""
        statement = select(DocumentRow).where(DocumentRow.status == str(DocumentStatus.WAITING))
        async with self._database.read() as session:
            return [_document(row) for row in await session.scalars(statement.limit(limit))]

    async def retry(self, collection_id: CollectionId) -> None:
        """Let what failed in a collection wait to be read again."""
        statement = update(DocumentRow).where(
            DocumentRow.collection_id == collection_id,
            DocumentRow.status == str(DocumentStatus.FAILED),
        )
        async with self._database.write() as session:
            await session.execute(statement.values(status=str(DocumentStatus.WAITING)))

    async def store(
        self,
        document_id: DocumentId,
        chunks: Sequence[Chunk],
        *,
        form: str,
        title: str,
        places: Sequence[tuple[int, str]],
        notes: Sequence[str],
    ) -> None:
        """Keep what was read of a document; one deleted meanwhile stays deleted."""
        async with self._database.write() as session:
            row = await session.get(DocumentRow, document_id)
            if row is None:
                return
            row.status, row.message, row.cure = str(DocumentStatus.READY), "", ""
            row.format, row.title, row.updated_at = form, title, now()
            row.places, row.notes = [list(place) for place in places], list(notes)
            await session.flush()
            await store_document_passages(session, document_id, chunks)

    async def fail(self, document_id: DocumentId, error: DocumentError) -> None:
        """Keep why a document can't be read; what was read of it before is deleted."""
        async with self._database.write() as session:
            row = await session.get(DocumentRow, document_id)
            if row is None:
                return
            row.status, row.message, row.cure = (
                str(DocumentStatus.FAILED),
                error.message,
                error.cure,
            )
            row.updated_at, row.places, row.notes = now(), [], []
            await session.flush()
            await store_document_passages(session, document_id, ())


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
        path=Path(row.path),
        status=DocumentStatus(row.status),
        size=row.size,
        title=row.title,
        format=row.format,
        message=row.message,
        cure=row.cure,
        notes=tuple(row.notes or ()),
    )
