"""Copies of everything: made every day and on demand, and put back."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.core.errors import ParleyError
from desktop.storage.backup import Backup, back_up, backups
from desktop.storage.database import Database
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.restore import restorable

FIRST_LOOK_SECONDS = 60.0
LOOK_SECONDS = 3600.0
"""How often it is looked whether a copy is due, beginning a minute after the start."""
EVERY = timedelta(days=1)


class Backups:
    """Copies the database into `directory`, one copy at a time."""

    def __init__(self, database: Database, directory: Path) -> None:
        self._database = database
        self._directory = directory
        self._copying = asyncio.Lock()

    @property
    def directory(self) -> Path:
        """Where the copies are."""
        return self._directory

    async def listed(self) -> list[Backup]:
        """Return the copies, newest first."""
        return await asyncio.to_thread(backups, self._directory)

    async def make(self, reason: str) -> Backup:
        """Copy everything now; a cancelled copy leaves nothing behind.

        Raises:
            BackupFailed: the copy could not be made or did not verify; older ones are kept.
        """
        given_up = threading.Event()
        async with self._copying:
            copying = asyncio.create_task(
                asyncio.to_thread(
                    back_up,
                    self._database.path,
                    self._directory,
                    reason,
                    interrupted=given_up.is_set,
                )
            )
            try:
                return await asyncio.shield(copying)
            except asyncio.CancelledError:
                given_up.set()
                with suppress(ParleyError):
                    await copying
                raise

    async def restore(self, backup: Backup) -> Backup:
        """Put `backup` in the place of what is stored, and return a copy of what was.

        Raises:
            BackupFailed: it can't be put back, or what is there could not be copied first.
            StorageError: it failed; in every case nothing was changed.
        """
        before = await self.make("before-restore")
        opened = restorable(backup.path, self._database.path)
        ready = await asyncio.to_thread(opened.__enter__)
        try:
            await self._database.overwrite(ready)
        finally:
            await asyncio.to_thread(opened.__exit__, None, None, None)
        await ConversationRepository(self._database).recover()
        return before

    async def keep_making(self, on_failure: Callable[[ParleyError], None]) -> None:
        """Make a copy whenever one is due, for ever; a failure is told once."""
        told = False
        await asyncio.sleep(FIRST_LOOK_SECONDS)
        while True:
            try:
                await self.make_if_due()
            except ParleyError as error:
                if not told:
                    on_failure(error)
                told = True
            await asyncio.sleep(LOOK_SECONDS)

    async def make_if_due(self) -> Backup | None:
        """Make the daily copy when the newest one is a day old and there is anything to copy.

        Raises:
            BackupFailed: the copy could not be made or did not verify; older ones are kept.
        """
        if not await ConversationRepository(self._database).list(limit=1):
            return None
        return await self.make_unless_fresh("daily")

    async def make_unless_fresh(self, reason: str) -> Backup | None:
        """Make a copy unless the newest one is younger than a day.

        Raises:
            BackupFailed: the copy could not be made or did not verify; older ones are kept.
        """
        made = await self.listed()
        if made and not is_due(made[0].made_at, datetime.now(UTC)):
            return None
        return await self.make(reason)


def is_due(newest: datetime, now: datetime) -> bool:
    """Tell whether a copy is due; a newest one in the future tells that the clock was wrong."""
    return abs(now - newest) >= EVERY
