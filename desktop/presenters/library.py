"""The library's window: how far the index is, the collections, and what is in them."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId, DocumentId, SourceId
from desktop.core.library import Collection, Document, DocumentStatus, Source
from desktop.core.text import shown_path
from desktop.documents.formats import OPENABLE
from desktop.presenters.index_words import index_view
from desktop.presenters.library_view import (
    PAGE,
    SOURCES,
    CollectionView,
    DocumentView,
    LibraryView,
    SourceView,
)
from desktop.presenters.work import Work
from desktop.services.library import Library
from desktop.services.meaning.indexing import Indexing
from desktop.services.meaning.state import IndexState, Phase, Speed

_STATUS = {
    DocumentStatus.WAITING: "Waiting",
    DocumentStatus.READY: "Ready",
    DocumentStatus.FAILED: "Failed",
    DocumentStatus.LEFT_OUT: "Left out",
}


class LibraryPresenter:
    """Decides what the window shows; `open_settings` is called where a model is missing."""

    def __init__(
        self,
        view: LibraryView,
        library: Library,
        indexing: Indexing,
        work: Work,
        *,
        open_settings: Callable[[], None],
    ) -> None:
        self._view = view
        self._library = library
        self._indexing = indexing
        self._work = work
        self._open_settings = open_settings
        self._chosen: CollectionId | None = None
        self._showing = False
        self._show_again = False
        self._phase = Phase.NOT_CONFIGURED
        self._history = True

    async def refresh(self) -> None:
        """Show everything as it is now."""
        self.show_state(await self._indexing.state())
        await self.show_collections()

    def show_state(self, state: IndexState) -> None:
        """Show how far the index is."""
        self._phase = state.phase
        self._history = state.history
        self._view.show_index(index_view(state))

    async def show_collections(self) -> None:
        """Show the collections and what is in the chosen one; once more if asked meanwhile."""
        self._show_again = True
        if self._showing:
            return
        self._showing = True
        try:
            while self._show_again:
                self._show_again = False
                await self._show_collections()
        finally:
            self._showing = False

    def act(self) -> None:
        """Do what the main button says."""
        match self._phase:
            case Phase.NOT_CONFIGURED:
                self._open_settings()
            case Phase.OFFERED | Phase.MODEL_CHANGED:
                self._do(self._indexing.agree(history=self._history), "begin indexing")
            case Phase.WORKING:
                self._do(self._indexing.pause(True), "pause indexing")
            case Phase.PAUSED:
                self._do(self._indexing.pause(False), "continue indexing")
            case Phase.WAITING | Phase.STOPPED:
                self._do(self._indexing.retry(), "index again")
            case Phase.READY:
                pass

    def cancel(self) -> None:
        """End the indexing."""
        self._do(self._indexing.cancel(), "cancel indexing")

    def set_history(self, history: bool) -> None:
        """Index the user's own messages, or not."""
        self._history = history
        self._do(self._indexing.set_history(history), "choose what is indexed")

    def set_gentle(self, gentle: bool) -> None:
        """Let the indexing rest between two batches, or not."""
        speed = Speed.GENTLE if gentle else Speed.FULL
        self._do(self._indexing.set_speed(speed), "choose the speed")

    def choose(self, collection_id: CollectionId) -> None:
        """Show what is in a collection."""
        self._chosen = collection_id
        self._do(self.show_collections(), "show a collection")

    async def load(self, number: int) -> None:
        """Show one more page of the chosen collection's documents."""
        if (chosen := self._chosen) is not None:
            page = await self._page(chosen, number)
            if chosen == self._chosen:
                self._view.show_page(number, page)

    def create(self, name: str) -> None:
        """Make a collection and choose it."""
        self._do(self._create(name), "make a collection")

    def rename(self, name: str) -> None:
        """Rename the chosen collection."""
        if self._chosen is not None and name.strip():
            self._do(self._library.rename(self._chosen, name), "rename a collection")

    def delete(self) -> None:
        """Delete the chosen collection."""
        if self._chosen is not None:
            self._do(self._library.delete(self._chosen), "delete a collection")

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders to the chosen collection; without one, make it first."""
        if paths:
            self._do(self._add(paths), "add documents")

    def remove(self, source_id: SourceId) -> None:
        """Take a file or folder out of its collection."""
        self._do(self._library.remove(source_id), "remove documents")

    def retry(self) -> None:
        """Read once more what failed in the chosen collection."""
        if self._chosen is not None:
            self._do(self._library.retry(self._chosen), "read again")

    def read_again(self, document_id: DocumentId) -> None:
        """Read one document once more."""
        self._do(self._library.read_again(document_id), "read a document again")

    def leave_out(self, document_id: DocumentId) -> None:
        """Forget one document, and read it no more; a file added by itself is removed."""
        self._do(self._leave_out(document_id), "leave a document out")

    async def _create(self, name: str) -> None:
        self._chosen = await self._library.create(name or "Documents")
        await self.show_collections()

    async def _add(self, paths: Sequence[Path]) -> None:
        if self._chosen is None:
            await self._create(paths[0].stem if len(paths) == 1 else "Documents")
        if self._chosen is not None:
            await self._library.add(self._chosen, paths)

    async def _leave_out(self, document_id: DocumentId) -> None:
        document = await self._library.document(document_id)
        if document is None:
            return
        sources = await self._library.sources(document.collection_id)
        if any((each.id, each.path) == (document.source_id, document.path) for each in sources):
            await self._library.remove(document.source_id)
        else:
            await self._library.leave_out(document_id)

    async def _show_collections(self) -> None:
        collections = {each.id: each for each in await self._library.collections()}
        if self._chosen not in collections:
            self._chosen = next(iter(collections), None)
        rows = [_collection(each) for each in collections.values()]
        self._view.show_collections(rows, self._chosen)
        if self._chosen is None:
            self._view.show_content([], {}, count=0, failed=0)
            return
        collection = collections[self._chosen]
        last = max(0, collection.listed - 1) // PAGE
        pages = {
            number: await self._page(collection.id, number)
            for number in self._view.visible_pages()
            if number <= last
        }
        sources = await self._library.sources(collection.id, limit=SOURCES)
        more = await self._library.source_count(collection.id) - SOURCES
        if collection.id == self._chosen:
            self._view.show_content(
                [self._source(each) for each in sources],
                pages,
                count=collection.listed,
                failed=collection.failed,
                more_sources=max(0, more),
            )

    async def _page(self, collection_id: CollectionId, number: int) -> list[DocumentView]:
        documents = await self._library.documents(collection_id, offset=number * PAGE, limit=PAGE)
        return [_document(each) for each in documents]

    def _source(self, source: Source) -> SourceView:
        look = self._library.looking.get(source.id)
        return SourceView(
            id=source.id,
            name=source.path.name or str(source.path),
            folder=shown_path(source.path.parent),
            problem=self._library.refused.get(source.id, ""),
            progress=f"Looking through it: {look.found:,} documents so far."
            if look is not None and look.changes
            else "",
        )

    def _do(self, work: Coroutine[object, object, object], name: str) -> None:
        self._work.start(self._told(work), name=name)

    async def _told(self, work: Coroutine[object, object, object]) -> None:
        try:
            await work
        except ParleyError as error:
            self._view.show_error(error)


def _collection(collection: Collection) -> CollectionView:
    count = collection.documents
    parts = [f"{count:,} document" + ("" if count == 1 else "s")]
    if collection.failed:
        parts.append(f"{collection.failed:,} failed")
    if collection.waiting:
        parts.append(f"{collection.waiting:,} to read")
    return CollectionView(id=collection.id, name=collection.name, detail=", ".join(parts))


def _document(document: Document) -> DocumentView:
    failed = document.status is DocumentStatus.FAILED
    left_out = document.status is DocumentStatus.LEFT_OUT
    why = f"{document.message} {document.cure}".strip() if failed else " ".join(document.notes)
    shows_format = document.format and not failed and not left_out
    return DocumentView(
        id=document.id,
        name=document.path.name,
        path=shown_path(document.path),
        folder=document.path.parent,
        file=document.path if document.path.suffix.lower() in OPENABLE else None,
        status=document.format if shows_format else _STATUS[document.status],
        why=why,
        failed=failed,
        left_out=left_out,
    )
