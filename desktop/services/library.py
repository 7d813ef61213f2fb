"""Collections of documents: which files are in them, and what has changed on disk."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId, DocumentId, SourceId
from desktop.core.library import Collection, Document, FileState, Source
from desktop.services.folder_scan import files_among
from desktop.services.looking import Look
from desktop.storage.repositories.library import LibraryRepository

LOOK_SECONDS = 20.0
"""Files are looked at this often; those that take long to look at, less often."""

_REST = 50.0
"""A source rests so many times as long as looking at it took: at most 2 % of one core."""

_TELL_SECONDS = 0.5


class Library:
    """What the user does with collections; `on_changed` is called after each change.

    `looking` has a look at a file or folder that is under way, `refused` why one could not be
    looked at whole.
    """

    def __init__(self, repository: LibraryRepository) -> None:
        self._repository = repository
        self._look_now = asyncio.Event()
        self._due: dict[SourceId, float] = {}
        self._told = 0.0
        self._looking_at_files = asyncio.Lock()
        self._going: set[SourceId | CollectionId] = set()
        self.on_changed: Callable[[], None] = _nothing
        self.looking: dict[SourceId, Look] = {}
        self.refused: dict[SourceId, str] = {}

    async def watch(self) -> None:
        """Look at all files again and again, until cancelled.

        Polling, unlike the system's own notices, also works on network drives and on folders
        with more files than may be watched.
        """
        while True:
            self._look_now.clear()
            with suppress(ParleyError):  # the database is busy or full; the next look tries again
                sources = await self._repository.sources()
                there = {each.id for each in sources}
                self._due = {id_: due for id_, due in self._due.items() if id_ in there}
                await self._look_at_all(sources)
            await self._rest()

    async def look(self, source: Source) -> None:
        """Compare a source with the disk: new and changed files wait to be read.

        Raises:
            StorageError: what was found could not be stored.
        """
        if source.id in self.looking or self._is_going(source):
            return
        look = self.looking[source.id] = Look(self._repository, source, self._tell_sometimes)
        try:
            await look.run()
        finally:
            del self.looking[source.id]
        self._due[source.id] = time.monotonic() + max(LOOK_SECONDS, _REST * look.seconds)
        was = self.refused.pop(source.id, "")
        if look.refusal:
            self.refused[source.id] = look.refusal
        if look.changes or look.refusal != was:
            self.on_changed()

    async def collections(self) -> list[Collection]:
        """Return all collections.

        Raises:
            StorageError: the database can't be read.
        """
        found = await self._repository.collections()
        return [each for each in found if each.id not in self._going]

    async def sources(
        self, collection_id: CollectionId, *, limit: int | None = None
    ) -> list[Source]:
        """Return the files and folders of a collection, by their paths.

        Raises:
            StorageError: the database can't be read.
        """
        found = await self._repository.sources(collection_id, limit=limit)
        return [each for each in found if each.id not in self._going]

    async def source_count(self, collection_id: CollectionId) -> int:
        """Return how many files and folders a collection has.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.source_count(collection_id)

    async def documents(
        self, collection_id: CollectionId, *, offset: int = 0, limit: int = 100
    ) -> list[Document]:
        """Return some documents of a collection, of all the failed ones first.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.documents(collection_id, limit, offset=offset)

    async def create(self, name: str) -> CollectionId:
        """Make an empty collection.

        Raises:
            StorageError: it could not be stored.
        """
        collection_id = await self._repository.create(name.strip())
        self.on_changed()
        return collection_id

    async def rename(self, collection_id: CollectionId, name: str) -> None:
        """Give a collection another name.

        Raises:
            StorageError: it could not be stored.
        """
        await self._repository.rename(collection_id, name.strip())
        self.on_changed()

    async def delete(self, collection_id: CollectionId) -> None:
        """Delete a collection with all passages and vectors of its documents; files stay.

        Raises:
            StorageError: it could not be deleted.
        """
        sources = await self._repository.sources(collection_id)
        await self._let_go(collection_id, sources, self._repository.delete(collection_id))

    async def add(self, collection_id: CollectionId, paths: Sequence[Path]) -> None:
        """Add files and folders.

        Raises:
            StorageError: they could not be stored.
        """
        await self._repository.add_source(collection_id, *paths)
        self.on_changed()
        wanted = set(paths)
        sources = await self._repository.sources(collection_id)
        sources = [each for each in sources if each.path in wanted]
        for source in sources:
            self._due.pop(source.id, None)
        await self._look_at_all(sources)

    async def remove(self, source_id: SourceId) -> None:
        """Take a file or a folder out of its collection.

        Raises:
            StorageError: it could not be removed.
        """
        sources = [each for each in await self._repository.sources() if each.id == source_id]
        await self._let_go(source_id, sources, self._repository.remove_source(source_id))

    async def retry(self, collection_id: CollectionId) -> None:
        """Read what failed once more, and look at all files now.

        Raises:
            StorageError: the database can't be written.
        """
        await self._repository.retry(collection_id)
        self._look_at_all_now()

    async def read_again(self, document_id: DocumentId) -> None:
        """Read one document once more, also one that was left out.

        Raises:
            StorageError: the database can't be written.
        """
        await self._repository.read_again(document_id)
        self._look_at_all_now()

    async def leave_out(self, document_id: DocumentId) -> None:
        """Forget what was read of a document, and read it no more.

        Raises:
            StorageError: the database can't be written.
        """
        await self._repository.leave_out(document_id)
        self.on_changed()

    async def document(self, document_id: DocumentId) -> Document | None:
        """Return a document; None when it is gone.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.document(document_id)

    async def _look_at_all(self, sources: Sequence[Source]) -> None:
        """Look at those that are due; what takes long is only as often as it may be."""
        now = time.monotonic()
        due = [each for each in sources if self._due.get(each.id, 0.0) <= now]
        for source in await self._other_than_known_files(due):
            await self.look(source)

    async def _other_than_known_files(self, sources: Sequence[Source]) -> list[Source]:
        """Look at files that were added by themselves all at once: there may be thousands.

        Those that are new are stored, those that have not changed are done with; return what
        is left.
        """
        left: list[Source] = []
        new: list[tuple[Source, FileState]] = []
        async with self._looking_at_files:
            known = await self._repository.known_alone()
            states = await asyncio.to_thread(files_among, [each.path for each in sources])
            for source, state in zip(sources, states, strict=True):
                if state is None or known.get(source.id) not in {
                    None,
                    (state.size, state.modified),
                }:
                    left.append(source)
                    continue
                self._due[source.id] = time.monotonic() + LOOK_SECONDS
                self.refused.pop(source.id, None)
                if source.id not in known:
                    new.append((source, state))
            await self._repository.found_alone(new)
        if new:
            self.on_changed()
        return left

    async def _let_go(
        self,
        gone: SourceId | CollectionId,
        sources: Sequence[Source],
        work: Coroutine[object, object, None],
    ) -> None:
        """Show no more what is being deleted, which takes time where much was read of it."""
        self._going.add(gone)
        for source in sources:
            if (look := self.looking.get(source.id)) is not None:
                look.stop()
        self.on_changed()
        try:
            await work
        finally:
            self._going.discard(gone)
            self.on_changed()

    def _is_going(self, source: Source) -> bool:
        return not self._going.isdisjoint({source.id, source.collection_id})

    def _look_at_all_now(self) -> None:
        self._due.clear()
        self._look_now.set()
        self.on_changed()

    def _tell_sometimes(self) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            self.on_changed()

    async def _rest(self) -> None:
        """Wait until a source is due again; new ones are looked at when they are added."""
        now = time.monotonic()
        pause = min((due - now for due in self._due.values()), default=LOOK_SECONDS)
        try:
            async with asyncio.timeout(min(max(pause, 1.0), LOOK_SECONDS)):
                await self._look_now.wait()
        except TimeoutError:
            return


def _nothing() -> None:
    pass
