"""Opens the library's window, and keeps what it shows up to date in the background."""

from collections.abc import Callable

from desktop.backend import Backend
from desktop.core.ids import ConversationId, MessageId
from desktop.core.search import DocumentHit
from desktop.presenters.library import LibraryPresenter
from desktop.presenters.sources import PassagesPresenter
from desktop.services.meaning.state import IndexState
from desktop.ui.library.passages_window import PassagesWindow
from desktop.ui.library.window import LibraryWindow
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import Theme


class LibraryOpening:
    """Makes the window when it is first asked for."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        work: TaskScope,
        backend: Backend,
        *,
        open_settings: Callable[[], None],
        go_to: Callable[[ConversationId, MessageId], None],
    ) -> None:
        self._window = window
        self._theme = theme
        self._work = work
        self._backend = backend
        self._open_settings = open_settings
        self._go_to = go_to
        self._passages: PassagesWindow | None = None
        self._library: LibraryWindow | None = None
        backend.indexing.on_state = self._show_state
        backend.library.on_changed = self._changed

    def keep_indexed(self) -> None:
        """Look after documents and the index as long as the window is open."""
        self._work.start(self._backend.library.watch(), name="watch documents")
        self._work.start(self._backend.indexing.run(), name="index")

    async def open(self) -> None:
        """Show the library, or bring it to the front."""
        if self._library is None:
            self._library = self._make()
        self._library.show()
        self._library.raise_()
        self._library.activateWindow()
        await self._presenter.refresh()

    async def open_passage(self, answer_id: MessageId, number: int) -> None:
        """Show a passage that was sent for an answer, in the text it was taken from."""
        if self._passages is None:
            self._passages = self._make_passages()
        await self._passage_presenter.open(answer_id, number)
        self._passages.show()
        self._passages.raise_()
        self._passages.activateWindow()

    async def open_hit(self, hit: DocumentHit) -> None:
        """Show a passage that a search found, in its document."""
        if self._passages is None:
            self._passages = self._make_passages()
        await self._passage_presenter.open_found(hit)
        self._passages.show()
        self._passages.raise_()
        self._passages.activateWindow()

    def _make_passages(self) -> PassagesWindow:
        window = PassagesWindow(theme=self._theme, parent=self._window)
        self._passage_presenter = presenter = PassagesPresenter(
            window, self._backend.sources, self._backend.library
        )

        def show(number: int) -> None:
            self._work.start(presenter.show(number), name="show a passage")

        window.passage_chosen.connect(show)
        window.go_requested.connect(self._go_to)
        return window

    def _make(self) -> LibraryWindow:
        library = LibraryWindow(theme=self._theme, parent=self._window)
        self._presenter = presenter = LibraryPresenter(
            library,
            self._backend.library,
            self._backend.indexing,
            self._work,
            open_settings=self._open_settings,
        )
        library.action_requested.connect(presenter.act)
        library.cancel_requested.connect(presenter.cancel)
        library.history_chosen.connect(presenter.set_history)
        library.gentle_chosen.connect(presenter.set_gentle)
        library.collection_chosen.connect(presenter.choose)
        library.create_requested.connect(presenter.create)
        library.rename_requested.connect(presenter.rename)
        library.delete_requested.connect(presenter.delete)
        library.paths_added.connect(presenter.add)
        library.source_removed.connect(presenter.remove)
        library.retry_requested.connect(presenter.retry)
        library.read_again_requested.connect(presenter.read_again)
        library.leave_out_requested.connect(presenter.leave_out)
        library.page_requested.connect(self._load_page)
        return library

    def _load_page(self, number: int) -> None:
        self._work.start(self._presenter.load(number), name="load documents")

    def _show_state(self, state: IndexState) -> None:
        if self._library is not None and self._library.isVisible():
            self._presenter.show_state(state)
            self._work.start(self._presenter.show_collections(), name="show collections")

    def _changed(self) -> None:
        self._backend.indexing.notice()
        if self._library is not None and self._library.isVisible():
            self._work.start(self._presenter.show_collections(), name="show the library")
