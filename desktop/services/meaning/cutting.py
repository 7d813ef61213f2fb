"""Messages and documents to passages, a few at a time, off the event loop."""

import asyncio

from desktop.core.chunks import Chunk, chunk
from desktop.core.errors import DocumentError
from desktop.core.ids import MessageId
from desktop.core.library import Document
from desktop.documents.read import read_document
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.passages import PassageRepository

_MESSAGES = 100
_CHARACTERS = 200_000


class Cutting:
    """Takes what waits: messages that have settled, documents that were found."""

    def __init__(self, passages: PassageRepository, library: LibraryRepository) -> None:
        self._passages = passages
        self._library = library

    async def cut_messages(self) -> bool:
        """Cut some messages; False when none waits.

        Raises:
            StorageError: the passages could not be stored.
        """
        queued = await self._passages.queued(_MESSAGES)
        if queued:
            await self._passages.store(await asyncio.to_thread(_cut, queued))
        return bool(queued)

    async def read_document(self) -> bool:
        """Read and cut one document; False when none waits.

        Raises:
            StorageError: what was read could not be stored.
        """
        waiting = await self._library.waiting(1)
        if waiting:
            await self._read(waiting[0])
        return bool(waiting)

    async def _read(self, document: Document) -> None:
        try:
            text = await read_document(document.path)
        except DocumentError as error:
            await self._library.fail(document.id, error)
            return
        await self._library.store(
            document.id,
            await asyncio.to_thread(chunk, text.text),
            form=text.format,
            title=text.title,
            places=[(place.start, place.name) for place in text.places],
            notes=text.notes,
            modified=document.modified,
        )


def _cut(queued: list[tuple[MessageId, str]]) -> list[tuple[MessageId, list[Chunk]]]:
    """Cut the first messages that are not too much at once."""
    cut: list[tuple[MessageId, list[Chunk]]] = []
    characters = 0
    for message_id, text in queued:
        characters += len(text)
        if cut and characters > _CHARACTERS:
            break
        cut.append((message_id, chunk(text)))
    return cut
