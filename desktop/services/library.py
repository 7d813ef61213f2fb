"""Collections of documents: which files are in them, and what has changed on disk."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId, DocumentId, SourceId
from desktop.core.library import Collection, Document, FileState, Source
from desktop.documents.formats import SUFFIXES
from desktop.storage.repositories.library import LibraryRepository

LOOK_SECONDS = 20.0
"""Files are looked at this often; after a long look, only after twenty times as long."""

MAX_FILES = 50_000
"""Documents of one folder; a folder with more is most likely the wrong one."""

SHOWN = 500
_SKIPPED = frozenset(
    {"node_modules", "__pycache__", "venv", "site-packages", "target", "build", "dist"}
)
_LONG = 20.0


Known = dict[str, tuple[DocumentId, int, int]]


class Library:
    """What the user does with collections; `on_changed` is called after each change."""

    def __init__(self, repository: LibraryRepository) -> None:
        self._repository = repository
        self._look_now = asyncio.Event()
        self.on_changed: Callable[[], None] = _nothing
        self.refused: dict[SourceId, str] = {}

    async def watch(self) -> None:
        """Look at all files again and again, until cancelled.

        Polling, unlike the system's own notices, also works on network drives and on folders
        with more files than may be watched.
        """
        while True:
            self._look_now.clear()
            started = time.monotonic()
            try:
                for source in await self._repository.sources():
                    await self.look(source)
            except ParleyError:
                pass  # the database is busy or full; the next look tries again
            pause = max(LOOK_SECONDS, _LONG * (time.monotonic() - started))
            try:
                async with asyncio.timeout(pause):
                    await self._look_now.wait()
            except TimeoutError:
                continue

    async def look(self, source: Source) -> None:
        """Compare a source with the disk: new and changed files wait to be read.

        What can't be reached, such as a drive that is not there now, stays as it was.

        Raises:
            StorageError: what was found could not be stored.
        """
        known = await self._repository.known(source.id)
        files, refusal = await asyncio.to_thread(_files, source.path)
        if refusal:
            self.refused[source.id] = refusal
            return
        self.refused.pop(source.id, None)
        new, changed, gone = await asyncio.to_thread(_compare, known, files)
        await self._repository.found(source, new)
        await self._repository.changed(changed)
        await self._repository.remove_documents(gone)
        if new or changed or gone:
            self.on_changed()

    async def collections(self) -> list[Collection]:
        """Return all collections.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.collections()

    async def sources(self, collection_id: CollectionId) -> list[Source]:
        """Return the files and folders of a collection.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.sources(collection_id)

    async def documents(self, collection_id: CollectionId) -> list[Document]:
        """Return the first `SHOWN` documents of a collection, failed ones first.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.documents(collection_id, SHOWN)

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
        await self._repository.delete(collection_id)
        self.on_changed()

    async def add(self, collection_id: CollectionId, paths: Sequence[Path]) -> None:
        """Add files and folders.

        Raises:
            StorageError: they could not be stored.
        """
        for path in paths:
            await self._repository.add_source(collection_id, path)
        for source in await self._repository.sources(collection_id):
            if source.path in paths:
                await self.look(source)
        self.on_changed()

    async def remove(self, source_id: SourceId) -> None:
        """Take a file or a folder out of its collection.

        Raises:
            StorageError: it could not be removed.
        """
        await self._repository.remove_source(source_id)
        self.on_changed()

    async def retry(self, collection_id: CollectionId) -> None:
        """Read what failed once more, and look at all files now.

        Raises:
            StorageError: the database can't be written.
        """
        await self._repository.retry(collection_id)
        self._look_now.set()
        self.on_changed()

    async def document(self, document_id: DocumentId) -> Document | None:
        """Return a document; None when it is gone.

        Raises:
            StorageError: the database can't be read.
        """
        return await self._repository.document(document_id)


def _compare(
    known: Known, files: Sequence[FileState]
) -> tuple[list[FileState], list[tuple[DocumentId, FileState]], list[DocumentId]]:
    """Return files that are new, those that changed, and documents whose files are gone."""
    states = {str(file.path): file for file in files}
    new = [file for path, file in states.items() if path not in known]
    changed = [
        (known[path][0], file)
        for path, file in states.items()
        if path in known and known[path][1:] != (file.size, file.modified)
    ]
    return new, changed, [entry[0] for path, entry in known.items() if path not in states]


def _files(path: Path) -> tuple[list[FileState], str]:
    """Return the documents at `path`, or why they can't be told."""
    try:
        if path.is_file():
            return [_state(path, path.stat())], ""
        found = list(_walk(path))
    except FileNotFoundError:
        return [], "It is not there now; what was read of it is kept."
    except OSError as error:
        return [], f"It can't be read: {error.strerror or 'the system refused'}."
    if len(found) > MAX_FILES:
        return [], f"It holds more than {MAX_FILES:,} documents; add folders inside it instead."
    return found, ""


def _walk(folder: Path) -> Iterator[FileState]:
    """Give the documents below `folder`, `MAX_FILES` and one at most; no link is followed."""
    waiting = [os.fspath(folder)]
    count = 0
    while waiting:
        current = waiting.pop()
        try:
            entries = os.scandir(current)
        except PermissionError:
            if current == os.fspath(folder):
                raise
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                        waiting.append(entry.path)
                elif _is_document(entry):
                    yield _state(Path(entry.path), entry.stat(follow_symlinks=False))
                    count += 1
                    if count > MAX_FILES:
                        return


def _is_document(entry: os.DirEntry[str]) -> bool:
    suffix = "." + entry.name.rpartition(".")[2].lower()
    visible = not entry.name.startswith((".", "~$"))
    return visible and suffix in SUFFIXES and entry.is_file(follow_symlinks=False)


def _state(path: Path, stat: os.stat_result) -> FileState:
    return FileState(path, stat.st_size, stat.st_mtime_ns)


def _nothing() -> None:
    pass
