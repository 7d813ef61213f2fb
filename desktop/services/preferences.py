"""The preferences as they are stored."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.core.errors import InvalidSetting
from desktop.core.preferences import Preferences, ThemeMode, preferences_from
from desktop.services.settings import SettingsService


class PreferencesStore:
    """Loads and saves the page General."""

    def __init__(self, settings: SettingsService) -> None:
        self._settings = settings

    async def load(self) -> Preferences:
        """Return what is saved.

        Raises:
            StorageError: the database can't be read.
        """
        rows = {key: await self._settings.app(key) for key in ("general", "window")}
        return preferences_from(rows)

    async def model_titles(self) -> bool:
        """Tell whether the model that answers may name new conversations.

        Raises:
            StorageError: the database can't be read.
        """
        return (await self.load()).model_titles

    async def problems(self, values: Preferences) -> Sequence[InvalidSetting]:
        """Return what can't be saved: nothing, the fields offer only what can be."""
        return ()

    async def save(self, values: Preferences) -> None:
        """Save `values`.

        Raises:
            StorageError: the database can't be written.
        """
        await self._settings.set_app("general", values.to_json())

    async def save_theme(self, theme: ThemeMode) -> None:
        """Save the theme alone, which can be chosen in the menu too."""
        saved = await self.load()
        if saved.theme != theme:
            await self.save(replace(saved, theme=theme))
