"""What the conversation on screen sets for itself: prompt, model, parameters; its context."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from desktop.core.chat_settings import ChatSettings, Preset, settings_of
from desktop.core.conversation import Conversation
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, PresetId, new_preset_id
from desktop.services.chat import ChatService
from desktop.services.connections import Connections
from desktop.services.context import ContextUse
from desktop.services.own_settings import own_model, source_of
from desktop.storage.repositories.chat_settings import ChatSettingsRepository
from desktop.storage.repositories.conversations import ConversationRepository


class ChatSettingsView(Protocol):
    """Where the settings show."""

    def set_model(self, label: str) -> None:
        """Name the model that the next message goes to."""
        ...

    def mark_settings(self, own: bool) -> None:
        """Show whether the conversation sets anything for itself."""
        ...

    def show_context(self, use: ContextUse) -> None:
        """Show how much the next message would send, and what would be left out."""
        ...


class ChatSettingsPresenter:
    """Keeps what the window says of the conversation's settings in step with it.

    What is set while a new chat is on screen is taken by the conversation it becomes.
    """

    def __init__(
        self,
        view: ChatSettingsView,
        chat: ChatService,
        conversations: ConversationRepository,
        repository: ChatSettingsRepository,
        connections: Connections,
    ) -> None:
        self._view = view
        self._chat = chat
        self._conversations = conversations
        self._repository = repository
        self._connections = connections
        self._shown: ConversationId | None = None
        self._settings = ChatSettings()
        self._label = ""

    @property
    def settings(self) -> ChatSettings:
        """What the conversation on screen, or the next new one, sets for itself."""
        return self._settings

    def show(self, conversation: Conversation | None) -> None:
        """Take note of the conversation that is on screen; None for a new chat."""
        self._shown = None if conversation is None else conversation.id
        self._settings = ChatSettings() if conversation is None else settings_of(conversation)

    def take_label(self, label: str) -> None:
        """Take the name of the model that is configured for all."""
        self._label = label
        self._view.set_model(label)

    async def refresh(self) -> None:
        """Show the model, the settings and the context as they are now."""
        shown, own = self._shown, self._settings
        try:
            config = await self._connections.config()
        except ParleyError:
            config = None  # the account says so
        self._view.mark_settings(own != ChatSettings())
        if config is not None:
            model = own_model(config, own)
            self._view.set_model(self._label if model == config.model else model)
        conversation = await self._conversations.get(shown) if shown else None
        use = await self._chat.context(conversation) if conversation else ContextUse()
        if shown == self._shown:
            self._view.show_context(use)

    async def save(self, settings: ChatSettings) -> None:
        """Set what the conversation on screen, or the next new one, has for itself."""
        config = await self._connections.config()
        source = source_of(config) if config and settings.model else ""
        self._settings = replace(settings, source=source)
        if self._shown is not None:
            await self._repository.save(self._shown, self._settings)
        await self.refresh()

    async def start_from(self, preset: Preset) -> None:
        """Let the new chat on screen begin with a preset."""
        self._settings = preset.settings
        await self.refresh()

    async def choose_model(self, model: str) -> bool:
        """Let the conversation on screen use `model`; False where there is none yet."""
        if self._shown is None or self._connections.is_overridden:
            return False
        config = await self._connections.config()
        same = config is not None and config.model == model
        await self.save(replace(self._settings, model="" if same else model))
        return True

    async def presets(self) -> Sequence[Preset]:
        """Return the presets by name."""
        return await self._repository.presets()

    async def save_preset(self, name: str, settings: ChatSettings) -> None:
        """Keep settings under a name; one that is there is replaced."""
        known = {preset.name: preset.id for preset in await self.presets()}
        config = await self._connections.config()
        source = source_of(config) if config and settings.model else ""
        await self._repository.save_preset(
            Preset(
                id=known.get(name, new_preset_id()),
                name=name,
                settings=replace(settings, source=source),
            )
        )

    async def remove_preset(self, preset_id: PresetId) -> None:
        """Remove a preset."""
        await self._repository.remove_preset(preset_id)
