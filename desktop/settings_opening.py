"""Opens the settings window; there is one at a time."""

from collections.abc import Awaitable, Callable

from desktop.backend import Backend
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.settings.wiring import present_settings
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import Theme


class SettingsOpening:
    """Makes the window when it is first asked for; `on_saved` is awaited after each save."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        work: TaskScope,
        backend: Backend,
        *,
        on_saved: Callable[[], Awaitable[None]],
    ) -> None:
        self._window = window
        self._theme = theme
        self._work = work
        self._backend = backend
        self._on_saved = on_saved
        self._settings: SettingsWindow | None = None

    async def open(self) -> None:
        """Show the settings as they are saved, or bring them to the front."""
        if self._settings is not None and self._settings.isVisible():
            self._settings.raise_()
            self._settings.activateWindow()
            return
        settings = self._settings or self._make()
        self._presenter.open()
        settings.open()

    def _make(self) -> SettingsWindow:
        settings = SettingsWindow(theme=self._theme, icons=Icons(), parent=self._window)
        self._presenter = present_settings(settings, self._backend.settings, self._work)
        settings.saved.connect(self._after_save)
        self._settings = settings
        return settings

    def _after_save(self) -> None:
        self._work.start(self._saved(), name="use the new settings")

    async def _saved(self) -> None:
        self._window.show_page("chat")
        await self._on_saved()
