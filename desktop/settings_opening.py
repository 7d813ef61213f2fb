"""Opens the settings window; one at a time."""

from collections.abc import Awaitable, Callable

from desktop.backend import Backend
from desktop.ui.main_window import MainWindow
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

    async def open(self) -> None:
        """Show the settings as they are saved."""
