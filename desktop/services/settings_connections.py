"""Connections to try before they are saved: what is on screen, with the saved key behind it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from desktop.core.connection import is_local_model
from desktop.core.errors import InvalidSetting
from desktop.llm.base import ModelInfo
from desktop.llm.config import API
from desktop.llm.factory import (
    CompletionsConfig,
    EmbeddingsConfig,
    LLMProvider,
    get_embeddings_client,
    get_llm_client,
)
from desktop.llm.network import NetworkOptions
from desktop.services.saved_keys import SavedKeys
from desktop.services.settings_records import SealedKey, Stored, origin_of


class RunningModel(Protocol):
    """Where the model on this computer answers, while it runs."""

    @property
    def endpoint(self) -> str:
        """The base URL of its server."""
        ...

    @property
    def api_key(self) -> str:
        """The random key of this run."""
        ...

    @property
    def model(self) -> str:
        """What its server calls it."""
        ...


LocalModel = Callable[[str], Awaitable[RunningModel]]
"""Starts the model that an endpoint such as `local://NAME` names."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What is on screen; `api_key` None stands for the saved one, '' for none."""

    provider: LLMProvider
    api_key: str | None = field(repr=False)
    endpoint: str | None
    model: str = ""
    api: API = "auto"


class UnsavedConnections:
    """Resolves what is on screen to a connection."""

    def __init__(self, keys: SavedKeys, local: LocalModel) -> None:
        self._keys = keys
        self._local = local

    async def completions(self, stored: Stored, unsaved: Unsaved) -> CompletionsConfig:
        """Return the connection that `unsaved` describes, complete or not.

        It starts the local model when it is that.

        Raises:
            LocalModelError: the model on this computer can't be started.
            VaultError: the saved key can't be opened now.
        """
        provider, endpoint = unsaved.provider, unsaved.endpoint
        if endpoint is not None and is_local_model(endpoint):
            running = await self._local(endpoint)
            return CompletionsConfig(provider, running.api_key, running.model, running.endpoint)
        key = await self._key(unsaved, stored.keys_of(provider))
        model = unsaved.model.strip()
        return CompletionsConfig(provider, key, model, endpoint, api=unsaved.api)

    async def embeddings(
        self, stored: Stored, unsaved: Unsaved, *, same_key: bool
    ) -> EmbeddingsConfig:
        """Return the connection for embeddings; with `same_key`, the completions' key.

        Raises:
            VaultError: the saved key can't be opened now.
        """
        own = [stored.embeddings.sealed] if stored.embeddings is not None else []
        saved = stored.keys_of(LLMProvider.OPENAI) if same_key else own
        key = await self._key(unsaved, saved)
        return EmbeddingsConfig(key, unsaved.model.strip(), unsaved.endpoint)

    async def _key(self, unsaved: Unsaved, saved: Sequence[SealedKey]) -> str:
        if unsaved.api_key is not None:
            return unsaved.api_key.strip()
        found = await self._keys.find(saved, origin_of(unsaved.provider, unsaved.endpoint))
        return (await self._keys.open(found) or "") if found is not None else ""


async def chat_models(config: CompletionsConfig, network: NetworkOptions) -> list[ModelInfo]:
    """Return the models that the provider lists.

    Raises:
        InvalidSetting: the key or the address is missing or can't be used.
        LLMError: the list could not be read.
    """
    if not config.api_key and config.provider is not LLMProvider.OPENAI_COMPATIBLE:
        raise _no_key()
    client = get_llm_client(config, network=network)
    try:
        return await client.list_models()
    finally:
        await client.aclose()


async def embedding_models(config: EmbeddingsConfig, network: NetworkOptions) -> list[ModelInfo]:
    """Return the embedding models that the provider lists.

    Raises:
        InvalidSetting: the key or the address is missing or can't be used.
        LLMError: the list could not be read.
    """
    if not config.api_key:
        raise _no_key()
    client = await asyncio.to_thread(get_embeddings_client, config, network=network)
    async with aclosing(client):
        return await client.list_models()


def _no_key() -> InvalidSetting:
    return InvalidSetting("There is no API key yet.", field="api_key", cure="Paste it first.")
