"""Opens the quick switcher over conversations, commands, settings and presets."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QKeySequence

from desktop.backend import Backend
from desktop.core.chat_settings import Preset
from desktop.core.ids import ConversationId
from desktop.presenters.switcher import Choice, SwitcherPresenter
from desktop.storage.repositories.search import SearchRepository
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.switcher import Switcher
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import Theme


class SwitcherOpening:
    """Makes the switcher when it is first asked for; `start` begins a chat from a preset."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        work: TaskScope,
        backend: Backend,
        *,
        open_settings: Callable[[str], None],
        start: Callable[[Preset], None],
    ) -> None:
        self._window = window
        self._theme = theme
        self._work = work
        self._backend = backend
        self._open_settings = open_settings
        self._start = start
        self._presets: Sequence[Preset] = ()
        self._switcher: Switcher | None = None

    async def open(self) -> None:
        """Show the switcher."""
        self._presets = await self._backend.chat_settings.presets()
        if self._switcher is None:
            self._switcher = self._make()
        self._switcher.open_over(self._window)

    def _make(self) -> Switcher:
        switcher = Switcher(self._window, theme=self._theme, icons=Icons())
        presenter = SwitcherPresenter(
            switcher,
            self._backend.organising,
            SearchRepository(self._backend.database),
            commands=self._commands,
            open_=self._open,
            search=self._search,
        )

        def find(text: str) -> None:
            self._work.start(presenter.find(text), name="switch")

        switcher.text_changed.connect(find)
        return switcher

    def _open(self, conversation_id: ConversationId) -> None:
        self._window.show_page("chat")
        self._window.sidebar.conversation_selected.emit(conversation_id)

    def _search(self, words: str) -> None:
        self._window.show_page("chat")
        self._window.search_for(words)

    def _commands(self) -> list[Choice]:
        window = self._window
        native = QKeySequence.SequenceFormat.NativeText
        commands = [
            Choice(
                "command",
                action.text().rstrip("…").replace("&", ""),
                action.shortcut().toString(native),
                action.trigger,
            )
            for action in window.actions()
            if action.isEnabled() and action.text() and action not in window.commands.editing
        ]
        return [*self._new_chats(), *commands, *self._themes(), *self._settings()]

    def _new_chats(self) -> list[Choice]:
        title = self._window.tr("New chat: {0}")
        return [
            Choice("command", title.format(preset.name), "", _starting(self._start, preset))
            for preset in self._presets
        ]

    def _themes(self) -> list[Choice]:
        title = self._window.tr("Theme: {0}")
        return [
            Choice("command", title.format(action.text()), "", action.trigger)
            for action in self._window.commands.themes.values()
        ]

    def _settings(self) -> list[Choice]:
        tr = self._window.tr
        pages = (
            ("models", tr("Models, providers and API keys")),
            ("general", tr("General: theme, text size, send key")),
            ("local", tr("Model on this computer")),
            ("network", tr("Network: proxy, certificates, time limits")),
            ("data", tr("Data: folders, backups")),
        )
        kind, where = "setting", tr("Settings")
        return [Choice(kind, title, where, _opening(self._open_settings, n)) for n, title in pages]


def _starting(start: Callable[[Preset], None], preset: Preset) -> Callable[[], object]:
    return lambda: start(preset)


def _opening(open_settings: Callable[[str], None], page: str) -> Callable[[], object]:
    return lambda: open_settings(page)
