"""Opens the dialog about versions, and looks by itself once a day if the user said yes."""

import logging

from desktop.backend import Backend
from desktop.core.errors import UpdateCheckFailed
from desktop.presenters.updates import UpdatesPresenter
from desktop.services.updates import Release, Updates, update_feed
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope
from desktop.ui.update_dialog import UpdateDialog

logger = logging.getLogger(__name__)


class UpdatesOpening:
    """Makes the dialog when it is first asked for."""

    def __init__(self, window: MainWindow, work: TaskScope, backend: Backend) -> None:
        self._window = window
        self._work = work
        self._updates = Updates(backend.settings, update_feed())
        self._dialog: UpdateDialog | None = None

    def look_daily(self) -> None:
        """Look now if the user wants that and today it was not done."""
        self._work.start(self._look_if_due(), name="look for a new version")

    async def open(self) -> None:
        """Show which version this is."""
        dialog, presenter = self._made()
        dialog.open()
        await presenter.refresh()

    async def _look_if_due(self) -> None:
        if not await self._updates.is_due():
            return
        try:
            release = await self._updates.look()
        except UpdateCheckFailed as error:  # nobody asked, so nobody is told
            logger.info("%s", error.message)
            return
        if release is not None:
            self._tell(release)

    def _tell(self, release: Release) -> None:
        window = self._window

        def show() -> None:
            dialog, _ = self._made()
            dialog.open()
            dialog.show_release(release)

        window.chat.show_action(
            window.tr("Parley {version} is there.").format(version=release.version),
            window.tr("What is new"),
            show,
        )

    def _made(self) -> tuple[UpdateDialog, UpdatesPresenter]:
        if self._dialog is None:
            self._dialog = dialog = UpdateDialog(self._window)
            self._presenter = presenter = UpdatesPresenter(dialog, self._updates)

            def look() -> None:
                self._work.start(presenter.look(), name="look for a new version")

            def keep(wanted: bool) -> None:
                self._work.start(presenter.set_daily(wanted), name="keep a choice")

            dialog.look_requested.connect(look)
            dialog.daily_changed.connect(keep)
        return self._dialog, self._presenter
