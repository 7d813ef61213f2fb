"""Looks after the data once the window is there, and tells the user what is wrong with it."""

import asyncio
from collections.abc import Callable, Sequence

from desktop.backend import Backend
from desktop.core.errors import DamagedDatabase, DiskFull, ParleyError
from desktop.services.health import Health, warn_of_place
from desktop.storage.attachments import sweep
from desktop.storage.paths import Paths
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope

CHECK_AFTER_SECONDS = 2.0
"""The pages are read when the window has settled: they may be many."""


class HealthOpening:
    """Begins to look after the database; `mend` is called when the user wants it mended."""

    def __init__(
        self,
        window: MainWindow,
        work: TaskScope,
        backend: Backend,
        paths: Paths,
        *,
        mend: Callable[[DamagedDatabase], None],
    ) -> None:
        self._window = window
        self._work = work
        self._backend = backend
        self._paths = paths
        self._mend = mend
        self.health = Health(paths, backend.database)

    async def open(self, remarks: Sequence[ParleyError | None]) -> None:
        """Note that the data is in use, tell the first of `remarks`, and check in the background.

        Raises:
            StorageError: the database can't be written.
        """
        self._backend.database.on_disk_full = self._tell_disk_full
        await self.health.begin()
        told = next((each for each in remarks if each is not None), None) or await self._of_place()
        if told is not None:
            self._window.show_notice(told)
        self._work.start(self._check(), name="check the database")
        self._work.start(self.health.keep_reserve(), name="keep a reserve")

    async def _check(self) -> None:
        await asyncio.sleep(CHECK_AFTER_SECONDS)
        damage = await self.health.check()
        if damage is not None:
            window = self._window
            window.chat.show_problem(damage, window.tr("Mend…"), lambda: self._mend(damage))
        else:
            await asyncio.to_thread(sweep, self._paths)

    async def _of_place(self) -> ParleyError | None:
        """Return a warning about the place of the data, once for each place."""
        warning = warn_of_place(self._paths)
        place = {"place": str(self._paths.data)}
        if warning is None or await self._backend.settings.app("warned") == place:
            return None
        await self._backend.settings.set_app("warned", place)
        return warning

    def _tell_disk_full(self) -> None:
        self._window.show_notice(
            DiskFull(
                "The disk is full. What you have written is stored, in room kept for this moment.",
                cure="Free some space now: what comes next may not be kept.",
            )
        )
