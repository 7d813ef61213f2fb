"""How to reach a model: the values that a client is made from."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

API = Literal["auto", "responses", "chat"]
"""OpenAI's newer API, its older one that all compatible servers have, or what fits the host."""


class LLMProvider(StrEnum):
    """Whom a client talks to, and in which dialect."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    OPENAI_COMPATIBLE = "openai_compatible"

    @property
    def display_name(self) -> str:
        """What users read."""
        return _DISPLAY_NAMES[self]


_DISPLAY_NAMES = {
    LLMProvider.OPENAI: "OpenAI",
    LLMProvider.ANTHROPIC: "Anthropic",
    LLMProvider.OPENAI_COMPATIBLE: "OpenAI Compatible",
}


@dataclass(frozen=True, slots=True)
class CompletionsConfig:
    """How to reach the model to chat with.

    `endpoint` is a base URL, None for the provider's own; `max_tokens` and `temperature`
    are None for the provider's defaults; an empty `api_key` is for servers without keys.
    """

    provider: LLMProvider
    api_key: str = field(repr=False)
    model: str
    endpoint: str | None = None
    max_tokens: int | None = 4096
    temperature: float | None = 0.7
    api: API = field(default="auto", kw_only=True)
    reasoning_effort: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class EmbeddingsConfig:
    """How to reach OpenAI's embeddings; `endpoint` None is OpenAI itself."""

    api_key: str = field(repr=False)
    model: str
    endpoint: str | None = None
