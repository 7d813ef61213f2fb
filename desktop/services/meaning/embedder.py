"""The configured embeddings model, opened when it is needed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from desktop.core.errors import NotConfigured
from desktop.core.passages import Purpose
from desktop.llm.config import EmbeddingsConfig
from desktop.llm.endpoints import base_url
from desktop.llm.factory import get_embeddings_client, get_embeddings_config
from desktop.services.connections import Network, default_network
from desktop.storage.database import Database

if TYPE_CHECKING:
    from desktop.llm.vectors import Vectors


class Embedder(Protocol):
    """What turns texts into vectors."""

    async def embed(
        self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT
    ) -> "Vectors":
        """Return one float32 vector for each text."""
        ...


class Embedders:
    """Opens connections to the embeddings model that is saved in the settings.

    `network` gives the proxy, certificates and time limits to use.
    """

    def __init__(self, database: Database, network: Network = default_network) -> None:
        self._database = database
        self._network = network
        self._refused: dict[str, set[str]] = {}

    async def config(self) -> EmbeddingsConfig | None:
        """Return what is saved; None when no model is.

        Raises:
            ParleyError: it is saved but can't be used.
        """
        async with self._database.read() as session:
            config = await get_embeddings_config(session)
        return config if config is not None and config.model else None

    @asynccontextmanager
    async def open(self, model: str | None = None) -> AsyncGenerator[Embedder]:
        """Give a connection to the saved model, or to another one of the same server.

        Raises:
            NotConfigured: no model is saved.
            ParleyError: what is saved can't be used.
        """
        config = await self.config()
        if config is None:
            raise NotConfigured(
                "No embeddings model is set up.", cure="Choose one in Settings, under Embeddings."
            )
        if model is not None:
            config = replace(config, model=model)
        network = await self._network()
        refused = self._refused.setdefault(host_of(config), set())
        client = await asyncio.to_thread(
            get_embeddings_client, config, network=network, refused=refused
        )
        try:
            yield client
        finally:
            await client.aclose()


def host_of(config: EmbeddingsConfig) -> str:
    """Return where the texts go, as `api.openai.com` or `localhost:8080`."""
    return urlsplit(base_url("openai", config.endpoint)).netloc
