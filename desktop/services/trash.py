"""The trash: what has been in it for long enough is erased, once a copy has it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from desktop.core.errors import ParleyError
from desktop.services.backups import Backups
from desktop.storage.repositories.organising import OrganisingRepository

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3600.0


class Trash:
    """Erases what is old; `backups` makes a copy first where there is none of the last day."""

    def __init__(self, organising: OrganisingRepository, backups: Backups) -> None:
        self._organising = organising
        self._backups = backups

    async def keep_erasing(self, on_erased: Callable[[], Awaitable[None]]) -> None:
        """Look now and every hour, for ever; what can't be erased now is at a later look."""
        while True:
            try:
                if await self.erase_old():
                    await on_erased()
            except ParleyError as error:
                logger.warning("the trash could not be looked through: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def erase_old(self) -> int:
        """Erase what has been in the trash for longer than it is kept; return how many.

        Raises:
            BackupFailed: there is no verified copy; nothing was erased.
            StorageError: the database failed; nothing was erased.
        """
        if not await self._organising.count_old_trash():
            return 0
        await self._backups.make_unless_fresh("before-erasing")
        return await self._organising.erase_old_trash()
