"""Whether what is stored is in order: its journal, its disk, its pages."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

from desktop.core.errors import DamagedDatabase, ParleyError, StorageError
from desktop.storage.atomic import remove_leftovers
from desktop.storage.database import Database
from desktop.storage.file_system import is_on_network, synchroniser_of
from desktop.storage.integrity import fault_in
from desktop.storage.journal import (
    Journal,
    SessionMark,
    judge,
    log_of,
    read_mark,
    salt_of,
    write_mark,
)
from desktop.storage.paths import Paths
from desktop.storage.quarantine import put_aside_log
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.reserve import Reserve

logger = logging.getLogger(__name__)

WHOLE_CHECK_EVERY = timedelta(days=7)
LOOK_SECONDS = 3600.0


def look_before_opening(paths: Paths) -> ParleyError | None:
    """Put a journal aside that is not this database's; say so, or that one is missing.

    Call it while no other Parley can have the database open.

    Raises:
        StorageError: the foreign journal can't be put aside.
    """
    match judge(paths.database, read_mark(paths.session_mark)):
        case Journal.FOREIGN:
            where = put_aside_log(paths.database)
            return ParleyError(
                "A journal lay beside your conversations that does not belong to them.",
                cure=f"It was put into {where}. If you had copied files there by hand, copy the "
                "database together with its journal.",
            )
        case Journal.LOST:
            return ParleyError(
                "The journal of your conversations is gone; the last things written may be missing.",
                cure="If something is missing, a backup may have it: see File → Backups….",
            )
        case Journal.FINE:
            return None


def warn_of_place(paths: Paths) -> ParleyError | None:
    """Say when the data directory is where a database is not safe; None when it is well."""
    service = synchroniser_of(paths.data)
    if service is not None:
        return ParleyError(
            f"Your conversations are in a folder that {service} synchronises.",
            cure="It can damage a database that is in use. Start Parley with --home and a "
            "folder of this computer.",
        )
    if is_on_network(paths.data):
        return ParleyError(
            "Your conversations are on a network drive.",
            cure="Databases can be damaged there. Start Parley with --home and a folder of this "
            "computer.",
        )
    return None


class Health:
    """Looks after one open database, from `begin` to `end`."""

    def __init__(self, paths: Paths, database: Database) -> None:
        self._paths = paths
        self._database = database
        self._reserve = Reserve(paths.reserve)
        self._mark = read_mark(paths.session_mark) or SessionMark()
        self._ended_well = self._mark.clean
        self._closing = Event()

    async def begin(self) -> None:
        """Note that the database is in use, and keep room for when the disk is full.

        Raises:
            StorageError: the database can't be written.
        """
        started = {"started_at": datetime.now(UTC).isoformat()}
        async with self._database.write() as session:  # from now on there is a journal
            await SystemConfigRepository(session).put("session", "last", started)
        await asyncio.to_thread(self._note_begin)

    async def check(self) -> DamagedDatabase | None:
        """Check the pages, once a week or after a crash the indexes too; return what is wrong.

        Raises:
            StorageError: the database can't be read now.
        """
        now = datetime.now(UTC)
        last = self._mark.checked_at
        whole = not self._ended_well or last is None or abs(now - last) >= WHOLE_CHECK_EVERY
        path, given_up = self._paths.database, self._closing.is_set
        checking = asyncio.create_task(
            asyncio.to_thread(fault_in, path, full=whole, interrupted=given_up)
        )
        try:
            fault = await asyncio.shield(checking)
        except asyncio.CancelledError:
            self._closing.set()
            with suppress(StorageError):
                await checking
            raise
        if fault is not None:
            logger.error("the database is damaged: %s", fault)
            return DamagedDatabase(
                "The file with your conversations is damaged.",
                cure="Parley can mend it from the newest copy and from what can still be read.",
            )
        if whole:
            self._mark = replace(self._mark, checked_at=now)
            await asyncio.to_thread(self._write_mark)
        return None

    async def keep_reserve(self) -> None:
        """Make the reserve again once there is room, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self._reserve.fill)

    def end(self) -> None:
        """Note that the database was closed in good order."""
        self._mark = replace(self._mark, clean=not log_of(self._paths.database).exists())
        self._write_mark()

    def _note_begin(self) -> None:
        with suppress(OSError):
            remove_leftovers(self._paths.data, "*")
        salt = salt_of(log_of(self._paths.database))
        self._mark = replace(self._mark, clean=False, salt=salt)
        self._write_mark()
        self._reserve.fill()

    def _write_mark(self) -> None:
        try:
            write_mark(self._paths.session_mark, self._mark)
        except OSError as error:
            logger.warning("the session's mark was not written: %s", error)
