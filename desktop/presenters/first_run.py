"""The first run: three ways in, each ending in a saved connection that works."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from desktop.core.connection import LOCAL_MODEL_SCHEME
from desktop.core.errors import InvalidSetting, ParleyError
from desktop.llm import LLMProvider
from desktop.llm.keys import clean_key, provider_of_key
from desktop.local.model_file import DEMO_MODEL
from desktop.presenters.first_run_view import FirstRunView, Section
from desktop.services.connections import Connections, progress_in_words
from desktop.services.discovery import FoundServer, find_servers
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange, KeyAction

_TITLES = {
    LLMProvider.OPENAI: "OpenAI",
    LLMProvider.ANTHROPIC: "Anthropic",
}


class FirstRunPresenter:
    """Saves what the user tries once it has worked; `on_ready` opens the chat then.

    `save` stores a change, asking where to keep keys when that is not decided yet; it
    returns False when the user thought better of it.
    """

    def __init__(
        self,
        view: FirstRunView,
        settings: SettingsService,
        connections: Connections,
        *,
        save: Callable[[CompletionsChange], Awaitable[bool]],
        on_ready: Callable[[], None],
        find: Callable[[], Awaitable[Sequence[FoundServer]]] = find_servers,
    ) -> None:
        self._view = view
        self._settings = settings
        self._connections = connections
        self._save = save
        self._fetching: asyncio.Task[Any] | None = None
        self._on_ready = on_ready
        self._find = find

    async def recognise(self, text: str) -> None:
        """Name the provider of the key while it is typed."""
        provider = provider_of_key(text.strip())
        self._view.show_recognised(_TITLES.get(LLMProvider(provider), "") if provider else "")

    async def use_key(self, text: str) -> None:
        """Try a pasted key with its provider's model list, and save it."""

        async def attempt() -> bool:
            key = clean_key(text)
            provider = LLMProvider(provider_of_key(key) or LLMProvider.OPENAI)
            models = await self._settings.models(provider, key)
            return await self._save(
                CompletionsChange(provider=provider, model=_first(models), api_key=key)
            )

        await self._attempt("key", attempt)

    async def look(self) -> None:
        """List the model servers that run on this computer."""
        self._view.set_busy("server", True)
        try:
            servers = await self._find()
        finally:
            self._view.set_busy("server", False)
        self._view.set_servers([(s.name, s.endpoint, _offer(s.models)) for s in servers])

    async def use_server(self, endpoint: str) -> None:
        """Connect to a server without a key, with the first model that it lists."""

        async def attempt() -> bool:
            provider = LLMProvider.OPENAI_COMPATIBLE
            models = await self._settings.models(provider, None, endpoint)
            return await self._save(
                CompletionsChange(
                    provider=provider,
                    model=_first(models),
                    endpoint=endpoint,
                    api_key=KeyAction.REMOVE,
                )
            )

        await self._attempt("server", attempt)

    def cancel_local(self) -> None:
        """End the download; what is there of it is not kept half-done."""
        if self._fetching is not None:
            self._fetching.cancel()

    async def use_local(self) -> None:
        """Fetch and start the local model; pressed twice, it is one download."""
        if self._fetching is not None:
            return
        self._fetching = asyncio.current_task()
        try:
            await self._use_local()
        finally:
            self._fetching = None

    async def _use_local(self) -> None:

        async def attempt() -> bool:
            endpoint = LOCAL_MODEL_SCHEME + DEMO_MODEL.name
            await self._connections.local(
                endpoint,
                lambda p: self._view.set_local_progress(
                    progress_in_words(p), p.fraction if p.step == "download" else None
                ),
            )
            return await self._save(
                CompletionsChange(
                    provider=LLMProvider.OPENAI_COMPATIBLE,
                    model=DEMO_MODEL.name,
                    endpoint=endpoint,
                    api_key=KeyAction.REMOVE,
                )
            )

        await self._attempt("local", attempt)

    async def _attempt(self, section: Section, attempt: Callable[[], Awaitable[bool]]) -> None:
        self._view.set_busy(section, True)
        try:
            ready = await attempt()
        except ParleyError as error:
            self._view.show_error(section, error)
            return
        finally:
            self._view.set_busy(section, False)
        if ready:
            self._on_ready()


def _first(models: Sequence[dict[str, object]]) -> str:
    if not models:
        raise InvalidSetting(
            "The server lists no models.",
            field="model",
            cure="Open Settings and type the model's name there.",
        )
    return str(models[0]["id"])


def _offer(models: Sequence[str]) -> str:
    if not models:
        return "no models yet"
    more = len(models) - 1
    return models[0] if not more else f"{models[0]} and {more} more"
