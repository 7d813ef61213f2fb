"""Opens the settings window; there is one at a time."""

from collections.abc import Awaitable, Callable

from desktop.backend import Backend
from desktop.presenters.data_page import DataPage as DataPresenter
from desktop.presenters.local_page import LocalPage as LocalPresenter
from desktop.presenters.settings_page import Page, ValuesPage
from desktop.services.data_place import DataPlace
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.page import SettingsPage
from desktop.ui.settings.pages.data import DataPage
from desktop.ui.settings.pages.general import GeneralPage
from desktop.ui.settings.pages.local import LocalModelPage
from desktop.ui.settings.pages.network import NetworkPage
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
        self._icons = Icons()
        self._settings: SettingsWindow | None = None

    async def open(self, page: str = "models") -> None:
        """Show a page of the settings as they are saved, or bring it to the front."""
        if self._settings is not None and self._settings.isVisible():
            self._settings.show_page(page)
            self._settings.raise_()
            self._settings.activateWindow()
            return
        settings = self._settings or self._make()
        settings.show_page(page)
        self._presenter.open()
        settings.open()

    def _make(self) -> SettingsWindow:
        settings = SettingsWindow(theme=self._theme, icons=self._icons, parent=self._window)
        self._presenter = present_settings(
            settings, self._backend.settings, self._work, self._pages()
        )
        settings.saved.connect(self._after_save)
        settings.keys_changed.connect(self._connect_again)
        self._settings = settings
        return settings

    def _pages(self) -> list[tuple[SettingsPage, Page]]:
        """Make the pages beside the models, in their order, each with its presenter."""
        general = GeneralPage(theme=self._theme, icons=self._icons)
        network = NetworkPage(theme=self._theme, icons=self._icons)
        data = DataPage(theme=self._theme, icons=self._icons)
        commands = self._window.commands
        data.backups_requested.connect(commands.backups.trigger)
        data.export_requested.connect(commands.export.trigger)
        data.import_requested.connect(commands.import_.trigger)
        preferences = self._backend.preferences
        return [
            (
                general,
                ValuesPage(
                    general.name, general, preferences, on_saved=self._window.apply_preferences
                ),
            ),
            self._local_page(),
            (network, ValuesPage(network.name, network, self._backend.network)),
            (data, DataPresenter(data, DataPlace(self._backend.paths))),
        ]

    def _local_page(self) -> tuple[SettingsPage, Page]:
        page = LocalModelPage(theme=self._theme, icons=self._icons)
        presenter = LocalPresenter(
            page,
            self._backend.local_model,
            self._backend.local_running,
            self._work,
            use=self._use_for_chat,
        )
        page.start_requested.connect(presenter.start)
        page.stop_requested.connect(presenter.stop)
        page.use_requested.connect(presenter.chat_with_it)
        return page, presenter

    def _use_for_chat(self, endpoint: str) -> None:
        if self._settings is not None:
            self._settings.show_page("models")
            self._presenter.use_server(endpoint)

    def _connect_again(self) -> None:
        self._work.start(self._connected(), name="use keys that open now")

    async def _connected(self) -> None:
        await self._on_saved()

    def _after_save(self) -> None:
        self._work.start(self._saved(), name="use the new settings")

    async def _saved(self) -> None:
        self._window.show_page("chat")
        await self._on_saved()
