"""Answers the sidebar: changes with undo, questions before what can't be undone, statistics."""

from desktop.backend import Backend
from desktop.core.changes import Archive, Change, Delete, EmptyTrash, Erase, Restore
from desktop.core.ids import ConversationId
from desktop.presenters.chat import ChatPresenter
from desktop.presenters.search import SearchPresenter
from desktop.presenters.sidebar import SidebarPresenter
from desktop.ui.dialogs import ask
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope


class SidebarOpening:
    """Does what the sidebar asks for, and offers to undo it."""

    def __init__(
        self, window: MainWindow, work: TaskScope, backend: Backend, chat: ChatPresenter
    ) -> None:
        self._window = window
        self._work = work
        self._backend = backend
        self._chat = chat
        self.presenter = SidebarPresenter(
            window.sidebar, backend.conversations, backend.organising, backend.branches
        )
        self.search = SearchPresenter(window.sidebar, backend.search)

    async def refresh(self) -> None:
        """Show what is stored now."""
        await self.presenter.refresh()
        self._window.sidebar.select(self._chat.current)

    async def change(self, change: Change) -> None:
        """Do what the user wants done; an answer in what goes away is ended first."""
        if isinstance(change, Erase | EmptyTrash) and not await self._is_sure(change):
            return
        gone = change.ids if isinstance(change, Delete | Erase) else ()
        for conversation_id in gone:
            self._chat.stop_in(conversation_id)
        await self.presenter.change(change)
        self._backend.indexing.notice()
        if self._chat.current in gone:
            await self._chat.new_chat()
        self._offer_undo(change)

    async def duplicate(self, conversation_id: ConversationId) -> None:
        """Copy a conversation and open the copy."""
        copy = await self.presenter.duplicate(conversation_id)
        if copy is not None:
            await self._chat.open(copy)
            self.presenter.select(copy)

    async def show_statistics(self, ids: tuple[ConversationId, ...]) -> None:
        """Show what was said in some conversations, or in all."""
        from desktop.ui.statistics_dialog import StatisticsDialog

        statistics = await self._backend.statistics.of(ids)
        StatisticsDialog(self._window, statistics, whole=not ids).open()

    async def _is_sure(self, change: Erase | EmptyTrash) -> bool:
        tr = self._window.tr
        what = tr("everything in the trash")
        if isinstance(change, Erase):
            count = len(change.ids)
            what = tr("this conversation") if count == 1 else tr("{0} conversations").format(count)
        answer = await ask(
            self._window,
            tr("Delete {0} for good?").format(what),
            tr("This can't be undone. Backups made before still have it."),
            tr("Delete for good"),
            tr("Cancel"),
        )
        return answer == 0

    def _offer_undo(self, change: Change) -> None:
        tr = self._window.tr
        match change:
            case Delete(ids):
                one, many = tr("The conversation is in the trash."), tr("{0} are in the trash.")
                undo: Change = Restore(ids)
            case Archive(ids, True):
                one, many = tr("The conversation is archived."), tr("{0} are archived.")
                undo = Archive(ids, on=False)
            case _:
                return
        count = tr("{0} conversations").format(len(ids))
        said = one if len(ids) == 1 else many.format(count)
        self._window.chat.show_action(said, tr("Undo"), lambda: self._undo(undo, ids))

    def _undo(self, undo: Change, ids: tuple[ConversationId, ...]) -> None:
        self._work.start(self._put_back(undo, ids), name="undo")

    async def _put_back(self, undo: Change, ids: tuple[ConversationId, ...]) -> None:
        await self.presenter.change(undo)
        if len(ids) == 1:
            await self._chat.open(ids[0])
            self.presenter.select(self._chat.current)
