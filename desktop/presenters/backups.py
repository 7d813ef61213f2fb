"""The copies of everything: list them, make one, put one back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop.core.errors import ParleyError
from desktop.core.text import size_in_words
from desktop.services.backups import Backups
from desktop.storage.backup import Backup

_REASONS = {
    "daily": "Daily",
    "by-hand": "Made by you",
    "before-restore": "Before a restore",
    "before-import": "Before an import",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRow:
    """A copy as the window lists it; `made_at` is the user's own time."""

    number: int
    made_at: datetime
    reason: str
    size: str


class BackupsView(Protocol):
    """The list of copies."""

    def show_backups(self, rows: Sequence[BackupRow]) -> None:
        """Replace the rows, newest first."""
        ...

    def set_working(self, what: str) -> None:
        """Say what is being done, which takes a while; '' when nothing is any more."""
        ...

    def show_done(self, message: str) -> None:
        """Say what was done."""
        ...

    def show_error(self, error: ParleyError) -> None:
        """Say what failed."""
        ...


class BackupsPresenter:
    """Decides what the list of copies shows.

    `before_restore` ends what writes to the database, `after_restore` shows what it holds.
    """

    def __init__(
        self,
        view: BackupsView,
        backups: Backups,
        *,
        before_restore: Callable[[], Awaitable[None]],
        after_restore: Callable[[], Awaitable[None]],
    ) -> None:
        self._view = view
        self._backups = backups
        self._before_restore = before_restore
        self._after_restore = after_restore
        self._listed: dict[int, Backup] = {}
        self._is_working = False

    async def refresh(self) -> None:
        """Show the copies there are."""
        made = await self._backups.listed()
        self._listed = {each.number: each for each in made}
        self._view.show_backups([_row(each) for each in made])

    async def make(self) -> None:
        """Make a copy now."""
        await self._work("Copying and checking…", self._make)

    async def restore(self, number: int) -> None:
        """Put a copy in the place of what is there; one that is gone changes nothing."""
        backup = self._listed.get(number)
        if backup is not None:
            await self._work("Restoring…", lambda: self._restore(backup))

    async def _make(self) -> str:
        made = await self._backups.make("by-hand")
        return f"A copy was made and checked ({size_in_words(made.size)})."

    async def _restore(self, backup: Backup) -> str:
        await self._before_restore()
        try:
            await self._backups.restore(backup)
        finally:
            await self._after_restore()
        return f"Everything is as it was on {_moment(backup)}. What was there is the newest copy."

    async def _work(self, what: str, work: Callable[[], Awaitable[str]]) -> None:
        if self._is_working:
            return
        self._is_working = True
        self._view.set_working(what)
        try:
            done = await work()
        except ParleyError as error:
            self._view.show_error(error)
        else:
            self._view.show_done(done)
        finally:
            self._is_working = False
            self._view.set_working("")
            await self.refresh()


def _row(backup: Backup) -> BackupRow:
    return BackupRow(
        number=backup.number,
        made_at=backup.made_at.astimezone(),
        reason=_reason(backup.reason),
        size=size_in_words(backup.size),
    )


def _reason(reason: str) -> str:
    if reason.startswith("before-upgrade"):
        return "Before an update of Parley"
    return _REASONS.get(reason, reason.replace("-", " ").capitalize())


def _moment(backup: Backup) -> str:
    return f"{backup.made_at.astimezone():%d %B %Y, %H:%M}"
