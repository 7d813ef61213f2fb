"""A conversation's own settings, put into the configuration that its messages go out with."""

from dataclasses import replace

from desktop.core.chat_settings import ChatSettings
from desktop.core.connection import is_local_model
from desktop.llm.factory import CompletionsConfig


def source_of(config: CompletionsConfig) -> str:
    """Return whose models `config` chooses from."""
    return f"{config.provider} {config.endpoint or ''}".strip()


def own_model(config: CompletionsConfig, own: ChatSettings) -> str:
    """Return the model that messages go to."""
    mine = own.model and own.source == source_of(config) and not is_local_model(config.endpoint)
    return own.model if mine else config.model


def adjusted(config: CompletionsConfig, own: ChatSettings) -> CompletionsConfig:
    """Return `config` with what a conversation sets for itself."""
    return replace(
        config,
        model=own_model(config, own),
        temperature=config.temperature if own.temperature is None else own.temperature,
        max_tokens=own.max_tokens or config.max_tokens,
        reasoning_effort=own.reasoning_effort or config.reasoning_effort,
    )
