"""What a database that can't be opened means for the user: mended in one step, or left alone."""

import asyncio

from desktop.core.errors import ParleyError, StorageError
from desktop.core.text import size_in_words
from desktop.storage.backup import Backup
from desktop.storage.paths import Paths
from desktop.storage.recovery import Recovery, newest_good_backup, recover
from desktop.ui.dialogs import MessageDialog, show_fatal


async def offer_recovery(error: StorageError, paths: Paths) -> Recovery | None:
    """Show `error` and, if the user wants it, mend the database; None when they quit.

    Raises:
        StorageError: it could not be mended; nothing was changed.
    """
    backup = await asyncio.to_thread(newest_good_backup, paths.backups, paths.database)
    offered = ParleyError(error.message, cure=_offer(backup))
    window = show_fatal(offered, folder=str(paths.data), repair=_label(backup))
    closed = asyncio.Event()
    window.finished.connect(closed.set)
    await closed.wait()
    if not window.wants_repair:
        return None
    waiting = MessageDialog(None, "Mending…", "Your conversations are put together again.", [])
    waiting.show()
    try:
        return await asyncio.to_thread(recover, paths)
    finally:
        waiting.close()
        waiting.deleteLater()


def in_words(recovery: Recovery) -> ParleyError:
    """Say what a recovery brought back, and where the damaged files are."""
    salvaged = recovery.salvaged
    rescued = (
        f"{_count(salvaged.conversations, 'conversation')} and "
        f"{_count(salvaged.messages, 'message')} were read from the damaged file"
    )
    if recovery.backup is None:
        message = f"Your data was mended: {rescued}."
    else:
        message = (
            f"Your data was mended: it is the copy of {_moment(recovery.backup)}, and {rescued}."
        )
    return ParleyError(message, cure=f"The damaged files are kept in {recovery.quarantine}.")


def _offer(backup: Backup | None) -> str:
    kept = "The file as it is now is kept in the folder “quarantine”."
    if backup is None:
        return f"There is no copy of it. Parley can read from it what can be read. {kept}"
    return (
        f"The newest good copy is of {_moment(backup)} ({size_in_words(backup.size)}). Parley can "
        f"put it back and add what can still be read of this file. {kept}"
    )


def _label(backup: Backup | None) -> str:
    return "Mend" if backup is not None else "Rescue what can be read"


def _moment(backup: Backup) -> str:
    return f"{backup.made_at.astimezone():%d %B %Y, %H:%M}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
