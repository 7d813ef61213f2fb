"""Which model answers and where the keys are: the model button and the sidebar's foot."""

from collections.abc import Sequence
from typing import Protocol

from desktop.core.connection import is_local_model, origin
from desktop.core.errors import ParleyError
from desktop.llm import CompletionsConfig, LLMProvider
from desktop.services.connections import Connections
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange

_TITLES = {
    LLMProvider.OPENAI: "OpenAI",
    LLMProvider.ANTHROPIC: "Anthropic",
}
LOCAL_TITLE = "On this computer"
_NO_KEY_NEEDED = "Nothing leaves this computer"


class AccountView(Protocol):
    """The model button, its menu and the sidebar's foot."""

    def set_model(self, label: str) -> None:
        """Name the model; '' when none is chosen."""
        ...

    def set_model_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Fill the model menu with ids and labels."""
        ...

    def set_account(self, title: str, detail: str) -> None:
        """Name the provider and where its key is kept."""
        ...

    def show_notice(self, error: ParleyError) -> None:
        """Show an error that belongs to no message."""
        ...


class AccountPresenter:
    """Shows what is configured and lets the model be changed in one click."""

    def __init__(
        self, view: AccountView, settings: SettingsService, connections: Connections
    ) -> None:
        self._view = view
        self._settings = settings
        self._connections = connections

    async def refresh(self) -> CompletionsConfig | None:
        """Show what the next message goes to, and return it; None when nothing is set up."""
        try:
            config = await self._connections.config()
        except ParleyError as error:
            self._view.show_notice(error)
            config = None
        saved = await self._settings.get()
        if config is None:
            label = saved.completions.model if saved.completions else ""
            self._view.set_model(label)
            self._view.set_account("Not connected", "Open Settings to choose a model")
            return None
        self._view.set_model(config.model)
        self._view.set_account(_title(config), _detail(config, saved.key_place))
        return config

    async def list_models(self) -> None:
        """Fill the model menu with what the provider offers now."""
        config = await self._connections.config()
        if config is None:
            return
        models = await self._settings.models(config.provider, None, config.endpoint)
        self._view.set_model_choices([(m["id"], m["display_name"]) for m in models])

    async def choose_model(self, model: str) -> None:
        """Send the next messages to `model` of the same provider."""
        saved = (await self._settings.get()).completions
        if saved is None or saved.model == model:
            return
        await self._settings.update_completions(
            CompletionsChange(
                provider=saved.provider,
                model=model,
                endpoint=saved.endpoint,
                max_tokens=saved.max_tokens,
                temperature=saved.temperature,
            )
        )
        await self._connections.forget()
        await self.refresh()


def _title(config: CompletionsConfig) -> str:
    if is_local_model(config.endpoint):
        return LOCAL_TITLE
    if config.endpoint:
        return origin(config.endpoint).partition("://")[2]
    return _TITLES.get(config.provider, "")


def _detail(config: CompletionsConfig, key_place: str) -> str:
    if is_local_model(config.endpoint):
        return _NO_KEY_NEEDED
    if not config.api_key:
        return "No key needed"
    return f"Key {key_place}" if key_place else ""
