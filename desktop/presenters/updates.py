"""Whether there is a newer version: shown when asked for, or once a day when that is wanted."""

from typing import Protocol

from desktop.core.errors import UpdateCheckFailed
from desktop.services.updates import Release, Updates


class UpdatesView(Protocol):
    """The dialog about versions."""

    def show_state(self, message: str, cure: str = "") -> None:
        """Say how things are."""
        ...

    def show_release(self, release: Release) -> None:
        """Tell of a newer version."""
        ...

    def set_daily(self, wanted: bool, *, possible: bool) -> None:
        """Show the choice, and whether there is one."""
        ...

    def set_busy(self, busy: bool) -> None:
        """Show that the answer is awaited."""
        ...


class UpdatesPresenter:
    """Decides what the dialog says."""

    def __init__(self, view: UpdatesView, updates: Updates) -> None:
        self._view = view
        self._updates = updates

    async def refresh(self) -> None:
        """Show the version and the choice; asks nobody."""
        version = f"This is Parley {self._updates.version}."
        possible = self._updates.has_feed
        cure = "" if possible else "It was built without an address to ask for newer ones."
        self._view.set_daily(await self._updates.is_daily(), possible=possible)
        self._view.show_state(version, cure)

    async def look(self) -> None:
        """Ask for the newest version and show the answer."""
        self._view.set_busy(True)
        try:
            release = await self._updates.look()
        except UpdateCheckFailed as error:
            self._view.show_state(error.message, error.cure)
        else:
            if release is None:
                self._view.show_state(f"Parley {self._updates.version} is the newest version.")
            else:
                self._view.show_release(release)
        finally:
            self._view.set_busy(False)

    async def set_daily(self, wanted: bool) -> None:
        """Keep the choice."""
        await self._updates.set_daily(wanted)
