"""The first run: three ways in, each ending in a saved connection that works."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.connection import LOCAL_MODEL_SCHEME
from desktop.core.errors import InvalidSetting, ParleyError
from desktop.llm import LLMProvider
from desktop.llm.keys import clean_key, preset_of_key, provider_of_key
from desktop.local.model_file import DEMO_MODEL
from desktop.presenters.first_run_view import FirstRunView, Section
from desktop.services.connections import Connections, progress_in_words
from desktop.services.discovery import FoundServer, find_servers
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange, KeyAction


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
        self._looking = False

    async def recognise(self, text: str) -> None:
        """Name the provider of the key while it is typed."""
        owner = _owner_of(text.strip())
        self._view.show_recognised(owner.name if owner else "")

    async def use_key(self, text: str) -> None:
        """Try a pasted key with its provider's model list, and save it.

        It goes nowhere when it does not tell whose it is.
        """

        async def attempt() -> bool:
            key = clean_key(text)
            owner = _owner_of(key)
            if owner is None:
                raise _whose_is_it()
            models = await self._settings.models(owner.provider, key, owner.endpoint)
            return await self._save(
                CompletionsChange(
                    provider=owner.provider,
                    model=_first(models),
                    endpoint=owner.endpoint,
                    api_key=key,
                )
            )

        await self._attempt("key", attempt)

    async def look(self) -> None:
        """List the model servers that run on this computer; nothing else waits for it."""
        if self._looking:
            return
        self._looking = True
        self._view.set_looking(True)
        try:
            servers = await self._find()
        finally:
            self._looking = False
            self._view.set_looking(False)
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


@dataclass(frozen=True, slots=True)
class _Owner:
    """Who gave out a key, and where it goes."""

    name: str
    provider: LLMProvider
    endpoint: str | None = None


def _owner_of(key: str) -> _Owner | None:
    if (preset := preset_of_key(key)) is not None:
        return _Owner(preset.name, LLMProvider.OPENAI_COMPATIBLE, preset.base_url)
    provider = LLMProvider(provider_of_key(key) or LLMProvider.OPENAI_COMPATIBLE)
    if provider is LLMProvider.OPENAI_COMPATIBLE:
        return None  # some server's, but nobody knows which
    return _Owner(provider.display_name, provider)


def _whose_is_it() -> InvalidSetting:
    return InvalidSetting(
        "The key does not tell which provider it belongs to, so it was sent to none.",
        field="api_key",
        cure="Open Settings, choose the provider there and enter the key again.",
    )


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
