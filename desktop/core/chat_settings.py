"""What a conversation sets for itself; what it does not set is as in the app's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.core.conversation import Conversation
from desktop.core.ids import PresetId

EFFORTS = ("minimal", "low", "medium", "high")
"""How long a reasoning model may think, as providers name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """System prompt, model and parameters; empty and None for the app's own.

    `source` is whose model it is: a provider and its endpoint. With another one configured,
    the model is left out and kept for later.
    """

    system_prompt: str = ""
    model: str = ""
    source: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Settings under a name, for new chats to start from."""

    id: PresetId
    name: str
    settings: ChatSettings


def settings_of(conversation: Conversation) -> ChatSettings:
    """Return what a conversation sets for itself."""
    return read_settings(
        conversation.system_prompt, conversation.model_choice, conversation.parameters
    )


def read_settings(
    system_prompt: str, model_choice: Mapping[str, Any], parameters: Mapping[str, Any]
) -> ChatSettings:
    """Read settings as they are stored; what makes no sense is left out."""
    temperature = parameters.get("temperature")
    max_tokens = parameters.get("max_tokens")
    effort = parameters.get("reasoning_effort")
    return ChatSettings(
        system_prompt=system_prompt,
        model=_text(model_choice.get("model")),
        source=_text(model_choice.get("source")),
        temperature=float(temperature) if isinstance(temperature, int | float) else None,
        max_tokens=max_tokens if isinstance(max_tokens, int) and max_tokens > 0 else None,
        reasoning_effort=effort if effort in EFFORTS else None,
    )


def model_choice_of(settings: ChatSettings) -> dict[str, Any]:
    """Return the model as it is stored."""
    return {"model": settings.model, "source": settings.source} if settings.model else {}


def parameters_of(settings: ChatSettings) -> dict[str, Any]:
    """Return the parameters as they are stored: those that are set."""
    values = {
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "reasoning_effort": settings.reasoning_effort,
    }
    return {name: value for name, value in values.items() if value is not None}


def with_settings(conversation: Conversation, settings: ChatSettings) -> Conversation:
    """Return a conversation that sets `settings` for itself."""
    return replace(
        conversation,
        system_prompt=settings.system_prompt,
        model_choice=model_choice_of(settings),
        parameters=parameters_of(settings),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
