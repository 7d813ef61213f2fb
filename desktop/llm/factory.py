"""From what is stored to a client that is ready to use."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from desktop.core.connection import is_local_model
from desktop.core.errors import NotConfigured, SecretMoved, VaultError
from desktop.llm.base import BaseLLMClient
from desktop.llm.config import CompletionsConfig, EmbeddingsConfig, LLMProvider
from desktop.llm.config_rows import (
    api_of,
    max_tokens_of,
    model_of,
    provider_of,
    temperature_of,
    text_of,
)
from desktop.llm.endpoints import base_url, key_origin
from desktop.llm.keys import clean_key
from desktop.llm.network import NetworkOptions
from desktop.llm.policy_memory import PolicyMemory

if TYPE_CHECKING:
    from desktop.llm.embeddings import OpenAIEmbeddings

__all__ = [
    "CompletionsConfig",
    "EmbeddingsConfig",
    "LLMProvider",
    "get_completions_config",
    "get_embeddings_client",
    "get_embeddings_config",
    "get_llm_client",
    "prewarm",
]

CATEGORY = "llm"
COMPLETIONS = "completions_config"
EMBEDDINGS = "embeddings_config"


class Session(Protocol):
    """A database session; `info["vault"]` opens sealed keys."""

    @property
    def info(self) -> dict[Any, Any]:
        """What the session carries beside the database."""
        ...


async def get_completions_config(session: Session) -> CompletionsConfig | None:
    """Read the stored configuration for chat; None when nothing is stored.

    Raises:
        InvalidSetting: the row has an impossible value.
        VaultError: the key can't be opened now, or belongs to another row or address.
    """
    row = await _row(session, COMPLETIONS)
    if row is None:
        return None
    provider, endpoint = provider_of(row), text_of(row, "endpoint")
    return CompletionsConfig(
        provider=provider,
        api_key=await _key(session, row, COMPLETIONS, key_origin(provider, endpoint)),
        model=model_of(row),
        endpoint=endpoint,
        max_tokens=max_tokens_of(row, default=4096),
        temperature=temperature_of(row, default=0.7),
        api=api_of(row),
        reasoning_effort=text_of(row, "reasoning_effort"),
    )


async def get_embeddings_config(session: Session) -> EmbeddingsConfig | None:
    """Read the stored configuration for embeddings; None when nothing is stored.

    With `same_key` the key is that of the completions, and their gateway is used where the
    row names none: a key goes only where it belongs.

    Raises:
        NotConfigured: the completions' key is wanted, but they don't use OpenAI.
        InvalidSetting: the row has an impossible value.
        VaultError: the key can't be opened now, or belongs to another row or address.
    """
    row = await _row(session, EMBEDDINGS)
    if row is None:
        return None
    endpoint = text_of(row, "endpoint")
    if row.get("same_key") is True:
        shared = await get_completions_config(session)
        return _with_shared_key(shared, model_of(row), endpoint)
    origin = key_origin(LLMProvider.OPENAI, endpoint)
    return EmbeddingsConfig(await _key(session, row, EMBEDDINGS, origin), model_of(row), endpoint)


def get_llm_client(
    config: CompletionsConfig,
    *,
    network: NetworkOptions | None = None,
    memory: PolicyMemory | None = None,
) -> BaseLLMClient:
    """Make the client for `config`; its first request imports the SDK (see `prewarm`).

    What servers refuse is learned in `memory`; one that is shared spares the next client
    the same refusal.

    Raises:
        InvalidSetting: the endpoint or the key can't be used.
        NotConfigured: the endpoint names the model on this computer, which is not running.
    """
    endpoint = base_url(config.provider, config.endpoint)
    if is_local_model(endpoint):
        raise model_not_running()
    key = clean_key(config.api_key)
    if config.provider == LLMProvider.ANTHROPIC:
        from desktop.llm.anthropic_client import AnthropicClient

        return AnthropicClient(
            key,
            config.model,
            endpoint,
            max_tokens=config.max_tokens,
            temperature=config.temperature,
            reasoning_effort=config.reasoning_effort,
            network=network,
            memory=memory,
        )
    from desktop.llm.openai_client import OpenAIClient

    return OpenAIClient(
        key,
        config.model,
        endpoint,
        api=config.api,
        max_tokens=config.max_tokens,
        temperature=config.temperature,
        reasoning_effort=config.reasoning_effort,
        # Local servers pass a reasoning model's thoughts on as tagged text.
        think_tags=config.provider == LLMProvider.OPENAI_COMPATIBLE,
        network=network,
        memory=memory,
    )


def get_embeddings_client(
    config: EmbeddingsConfig,
    *,
    network: NetworkOptions | None = None,
    refused: set[str] | None = None,
) -> "OpenAIEmbeddings":
    """Make the client for `config`; the first one imports numpy, so do it in a thread.

    `refused` is what earlier clients learned of this server; see `OpenAIEmbeddings`.

    Raises:
        InvalidSetting: the endpoint or the key can't be used.
    """
    from desktop.llm.embeddings import OpenAIEmbeddings

    key = clean_key(config.api_key)
    return OpenAIEmbeddings(key, config.model, config.endpoint, network=network, refused=refused)


def model_not_running() -> NotConfigured:
    """Return the error for an endpoint that names the model on this computer."""
    return NotConfigured("The model on this computer is not running.", cure="Start it in Settings.")


def prewarm(provider: LLMProvider) -> None:
    """Import what the first request of `provider` needs: up to a second, so do it in a thread."""
    if provider == LLMProvider.ANTHROPIC:
        from desktop.llm import anthropic_client as client
    else:
        from desktop.llm import openai_client as client
    client.prewarm()


def _with_shared_key(
    shared: CompletionsConfig | None, model: str, endpoint: str | None
) -> EmbeddingsConfig:
    if shared is None or shared.provider != LLMProvider.OPENAI:
        raise NotConfigured(
            "Embeddings are to use the API key of the completions, which don't use OpenAI.",
            cure="Open Settings and enter an OpenAI key for embeddings.",
        )
    endpoint = endpoint or shared.endpoint
    belongs_to = key_origin(shared.provider, shared.endpoint)
    if key_origin(LLMProvider.OPENAI, endpoint) != belongs_to:
        raise SecretMoved(
            f"The API key of the completions belongs to {belongs_to}, not to the gateway "
            "of the embeddings.",
            cure="Open Settings and enter a key for embeddings.",
        )
    return EmbeddingsConfig(shared.api_key, model, endpoint)


async def _row(session: Session, key: str) -> dict[str, Any] | None:
    from desktop.storage.repositories.system_config import SystemConfigRepository

    return await SystemConfigRepository(cast("Any", session)).get(CATEGORY, key)


async def _key(session: Session, row: Mapping[str, Any], key: str, origin: str) -> str:
    """Return the API key of `row`, '' when it has none."""
    vault: Any = session.info.get("vault")
    token = text_of(row, "api_key_encrypted")
    if vault is None and token is not None:
        raise VaultError("The saved API key can't be opened here.", cure="Enter it in Settings.")
    if vault is None:
        return ""
    return await vault.unseal(token, slot=f"{CATEGORY}/{key}", origin=origin) or ""
