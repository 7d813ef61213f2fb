"""Which model answers and where the keys are: the model button and the sidebar's foot."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from desktop.core.connection import is_local_model, origin
from desktop.core.errors import ParleyError, VaultError
from desktop.llm import CompletionsConfig, LLMProvider
from desktop.llm.endpoints import is_loopback
from desktop.services.connections import Connections
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange

LOCAL_TITLE = "On this computer"

Source = tuple[LLMProvider, str | None]
"""Who offers the models: the provider and its endpoint."""


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
        self._source: Source | None = None
        self._refreshing = asyncio.Lock()  # what was asked for last is shown last

    async def refresh(self) -> CompletionsConfig | None:
        """Show what the next message goes to, and return it; None when there is nothing.

        A keyring that does not answer is asked once.
        """
        async with self._refreshing:
            try:
                config = await self._connections.config()
            except ParleyError as error:
                self._view.show_notice(error)
                self._show_nothing(error)
                return None
            if config is None:
                self._show_nothing()
            else:
                await self._show(config)
            return config

    async def list_models(self) -> None:
        """Fill the model menu with what the provider offers now."""
        config = await self.refresh()
        if config is None:
            return
        source = _source(config)
        try:
            models = await self._settings.models(config.provider, None, config.endpoint)
        except ParleyError as error:
            if source == self._source:
                self._view.show_notice(error)
            return
        if source == self._source:
            self._view.set_model_choices([(m["id"], m["display_name"]) for m in models])

    async def choose_model(self, model: str) -> None:
        """Send the next messages to `model` of the same provider."""
        if self._connections.is_overridden:
            self._view.show_notice(_only_local())
            return
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
                reasoning_effort=saved.reasoning_effort,
                api=saved.api,
            )
        )
        await self._connections.forget()
        await self.refresh()

    async def _show(self, config: CompletionsConfig) -> None:
        self._offer_from(_source(config))
        self._view.set_model(config.model)
        self._view.set_account(_title(config), await self._detail(config))

    def _show_nothing(self, error: ParleyError | None = None) -> None:
        self._offer_from(None)
        self._view.set_model("")
        if isinstance(error, VaultError):
            self._view.set_account("Key not available", error.cure)
        else:
            self._view.set_account("Not connected", "Open Settings to choose a model")

    def _offer_from(self, source: Source | None) -> None:
        if source != self._source:
            self._source = source
            self._view.set_model_choices(())

    async def _detail(self, config: CompletionsConfig) -> str:
        if is_local_model(config.endpoint):
            return await self._what_leaves()
        if not config.api_key:
            return "No key needed"
        place = (await self._settings.get()).key_place
        return f"Key {place.partition(' (')[0]}" if place else ""  # there is no room for a path

    async def _what_leaves(self) -> str:
        address = await self._settings.embeddings_origin()
        if not address or is_loopback(address):
            return "Nothing leaves this computer"
        return f"Embeddings: {_host(address)}"


def _source(config: CompletionsConfig) -> Source:
    return config.provider, config.endpoint


def _title(config: CompletionsConfig) -> str:
    if is_local_model(config.endpoint):
        return LOCAL_TITLE
    if config.endpoint:
        return _host(origin(config.endpoint))
    return config.provider.display_name


def _host(address: str) -> str:
    return address.partition("://")[2]


def _only_local() -> ParleyError:
    return ParleyError(
        "This run uses the local model.", cure="Start Parley without --demo to choose another."
    )
