"""Opens the dialogs for what is stored as a whole; there is one of each at a time."""

from collections.abc import Awaitable, Callable

from desktop.backend import Backend
from desktop.presenters.backups import BackupsPresenter
from desktop.presenters.chat import ChatPresenter
from desktop.ui.data.backups_dialog import BackupsDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope


class DataOpening:
    """Makes each dialog when it is first asked for.

    `on_replaced` is awaited when everything stored has become something else.
    """

    def __init__(
        self,
        window: MainWindow,
        work: TaskScope,
        backend: Backend,
        chat: ChatPresenter,
        *,
        on_replaced: Callable[[], Awaitable[None]],
    ) -> None:
        self._window = window
        self._work = work
        self._backend = backend
        self._chat = chat
        self._on_replaced = on_replaced
        self._backups: BackupsDialog | None = None

    def keep_backups(self) -> None:
        """Make a copy whenever one is due, as long as the window is open."""
        work = self._backend.backups.keep_making(self._window.show_notice)
        self._work.start(work, name="keep backups")

    async def open_backups(self) -> None:
        """Show the copies of everything, or bring them to the front."""
        if self._backups is None:
            self._backups = self._make_backups()
        self._backups.open()
        self._backups.raise_()
        await self._presenter.refresh()

    def _make_backups(self) -> BackupsDialog:
        backups = self._backend.backups
        dialog = BackupsDialog(self._window, folder=str(backups.directory))
        self._presenter = presenter = BackupsPresenter(
            dialog,
            backups,
            before_restore=self._chat.stop_all,
            after_restore=self._on_replaced,
        )

        def restore(number: int) -> None:
            self._work.start(presenter.restore(number), name="restore a backup")

        dialog.make_requested.connect(
            lambda: self._work.start(presenter.make(), name="make a backup")
        )
        dialog.restore_requested.connect(restore)
        return dialog
