"""Which model the next message goes to, and the client that takes it there."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from desktop.core.connection import is_local_model, local_model_name
from desktop.core.errors import NotConfigured
from desktop.llm.base import BaseLLMClient, OnStatus, StreamStatus
from desktop.llm.factory import (
    CompletionsConfig,
    LLMProvider,
    get_completions_config,
    get_llm_client,
)
from desktop.llm.network import NetworkOptions
from desktop.llm.policy_memory import PolicyMemory
from desktop.local.engine import LocalEngine
from desktop.local.fetch import OnProgress, Progress
from desktop.local.server import LocalConnection
from desktop.storage.database import Database

_MEGABYTE = 1_000_000

Adjust = Callable[[CompletionsConfig], CompletionsConfig]
Network = Callable[[], Awaitable[NetworkOptions]]
"""Gives what the user set about the network, as it is saved now."""


async def default_network() -> NetworkOptions:
    """Give the network as it is where nothing was set."""
    return NetworkOptions()


class Connections:
    """Resolves the saved configuration to a client, and keeps that client while it fits.

    `network` gives the proxy, certificates and time limits to use; `override` takes the place
    of what is saved, for a demonstration or a command line.
    """

    def __init__(
        self,
        database: Database,
        local: LocalEngine,
        *,
        network: Network = default_network,
        override: CompletionsConfig | None = None,
    ) -> None:
        self._database = database
        self._local = local
        self._network = network
        self._override = override
        self._held: _Held | None = None
        self._listeners: list[OnProgress] = []
        self._memory = PolicyMemory()

    @property
    def is_overridden(self) -> bool:
        """Whether this run uses another connection than what is saved."""
        return self._override is not None

    async def config(self) -> CompletionsConfig | None:
        """Return what is configured, its key opened; None when nothing is.

        Raises:
            VaultError: the key can't be opened now.
        """
        if self._override is not None:
            return self._override
        async with self._database.read() as session:
            return await get_completions_config(session)

    @asynccontextmanager
    async def client(
        self, on_status: OnStatus, *, model: str | None = None, adjust: Adjust | None = None
    ) -> AsyncGenerator[BaseLLMClient]:
        """Lend the client for the next message, starting the local model if it is that.

        `model` takes the place of the configured one; `adjust` changes anything else. New settings never close a client
        that an answer still streams from.

        Raises:
            NotConfigured: nothing is set up, or no model is chosen.
            LocalModelError: the local model can't be fetched or run.
            VaultError: the key can't be opened now.
        """
        held = await self._borrow(await self._resolved(on_status, model, adjust))
        try:
            yield held.client
        finally:
            held.users -= 1
            await held.close_unless_used()

    async def local(self, endpoint: str, on_progress: OnProgress | None = None) -> LocalConnection:
        """Start the local model that `endpoint` names, fetching it the first time.

        Whoever waits for the same start is told of its progress.

        Raises:
            LocalModelError: it can't be fetched or run.
        """
        if on_progress is not None:
            self._listeners.append(on_progress)
        try:
            return await self._local.connect(local_model_name(endpoint), self._tell_all)
        finally:
            if on_progress is not None:
                self._listeners.remove(on_progress)

    async def forget(self) -> None:
        """Take what is saved now for the next message."""
        held, self._held = self._held, None
        if held is not None:
            await held.retire()

    async def aclose(self) -> None:
        """Close the client and stop the local model."""
        await self.forget()
        await self._local.aclose()

    def _tell_all(self, progress: Progress) -> None:
        for listener in tuple(self._listeners):
            listener(progress)

    async def _resolved(
        self, on_status: OnStatus, model: str | None, adjust: Adjust | None
    ) -> CompletionsConfig:
        config = await self.config()
        if config is None:
            raise NotConfigured(
                "No model is set up yet.", cure="Open Settings and choose a provider."
            )
        if adjust is not None:
            config = adjust(config)
        if is_local_model(config.endpoint):
            local = await self.local(config.endpoint or "", lambda p: _tell(on_status, p))
            config = resolved(config, local)
        if model:
            config = replace(config, model=model)
        if not config.model:
            raise NotConfigured("No model is chosen yet.", cure="Choose one in Settings.")
        return config

    async def _borrow(self, config: CompletionsConfig) -> "_Held":
        network = await self._network()
        before = self._held
        if before is not None and (before.config, before.network) == (config, network):
            before.users += 1
            return before
        client = get_llm_client(config, memory=self._memory, network=network)
        held = self._held = _Held(config, network, client, users=1)
        if before is not None:
            await before.retire()
        return held


@dataclass(slots=True)
class _Held:
    """A client, and how many answers stream from it."""

    config: CompletionsConfig
    network: NetworkOptions
    client: BaseLLMClient
    users: int = 0
    retired: bool = False

    async def retire(self) -> None:
        self.retired = True
        await self.close_unless_used()

    async def close_unless_used(self) -> None:
        if self.retired and not self.users:
            await self.client.aclose()


def local_config(endpoint: str) -> CompletionsConfig:
    """Return the configuration of the local model that `endpoint` names."""
    name = local_model_name(endpoint)
    return CompletionsConfig(LLMProvider.OPENAI_COMPATIBLE, "", name, endpoint)


def resolved(config: CompletionsConfig, local: LocalConnection) -> CompletionsConfig:
    """Put the running local server's address, key and model into `config`."""
    return replace(config, endpoint=local.endpoint, api_key=local.api_key, model=local.model)


def _tell(on_status: OnStatus, progress: Progress) -> None:
    on_status(StreamStatus(state="waiting", detail=progress_in_words(progress)))


def progress_in_words(progress: Progress) -> str:
    """Say what the local model is doing: `Downloading the model, 40 of 97 MB`."""
    match progress.step:
        case "download":
            done, total = progress.done // _MEGABYTE, progress.total // _MEGABYTE
            return f"Downloading the model, {done} of {total} MB"
        case "check":
            return "Checking the model's file"
        case "start":
            return "Starting the model on this computer"
