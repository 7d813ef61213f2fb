"""Opens the settings of the conversation on screen, and shows them in its header."""

from functools import partial

from desktop.backend import Backend
from desktop.core.chat_settings import ChatSettings
from desktop.core.ids import PresetId
from desktop.presenters.chat_settings import ChatSettingsPresenter
from desktop.ui.chat_settings_dialog import ChatSettingsDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope


class ChatSettingsOpening:
    """Makes the dialog when it is asked for."""

    def __init__(self, window: MainWindow, work: TaskScope, backend: Backend) -> None:
        self._window = window
        self._work = work
        self.presenter = ChatSettingsPresenter(
            _View(window),
            backend.chat,
            backend.conversations,
            backend.chat_settings,
            backend.connections,
        )

    async def open(self, *, new_chat: bool) -> None:
        """Show the settings of the conversation on screen."""
        dialog = ChatSettingsDialog(
            self._window,
            self.presenter.settings,
            self._window.chat.header.model_button.choices,
            new_chat=new_chat,
        )
        dialog.show_presets(await self.presenter.presets())
        dialog.saved.connect(self._save)
        dialog.preset_saved.connect(partial(self._save_preset, dialog))
        dialog.preset_removed.connect(partial(self._remove_preset, dialog))
        dialog.open()

    def refresh_later(self) -> None:
        """Show model, settings and context as they are, in the background."""
        self._work.start(self.presenter.refresh(), name="show chat settings")

    def _save(self, settings: ChatSettings) -> None:
        self._work.start(self.presenter.save(settings), name="save chat settings")

    def _save_preset(self, dialog: ChatSettingsDialog, name: str, settings: ChatSettings) -> None:
        async def work() -> None:
            await self.presenter.save_preset(name, settings)
            dialog.show_presets(await self.presenter.presets())

        self._work.start(work(), name="save a preset")

    def _remove_preset(self, dialog: ChatSettingsDialog, preset_id: PresetId) -> None:
        async def work() -> None:
            await self.presenter.remove_preset(preset_id)
            dialog.show_presets(await self.presenter.presets())

        self._work.start(work(), name="remove a preset")


class _View:
    """The places in the window that show them."""

    def __init__(self, window: MainWindow) -> None:
        self.set_model = window.chat.set_model
        self.mark_settings = window.chat.header.mark_settings
        self.show_context = window.chat.header.show_context
