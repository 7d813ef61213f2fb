"""The page Data: where everything is; nothing on it waits to be saved."""

from typing import Protocol

from desktop.services.data_place import DataPlace, DataView


class DataForm(Protocol):
    """The page as the user sees it."""

    def show_data(self, view: DataView) -> None:
        """Show where the data is, and its copies."""
        ...


class DataPage:
    """Shows what is on the disk when the settings open."""

    name = "data"
    is_dirty = False

    def __init__(self, form: DataForm, place: DataPlace) -> None:
        self._form = form
        self._place = place

    async def load(self) -> None:
        """Look again."""
        self._form.show_data(await self._place.look())

    async def check(self) -> bool:
        """Nothing can be wrong here."""
        return True

    async def save(self) -> None:
        """There is nothing to save."""

    def close(self) -> None:
        """There is nothing to end."""
