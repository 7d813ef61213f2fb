"""What of a conversation fits into the model's context, and what has to be left out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop.core.connection import is_local_model
from desktop.core.content import ContentPart, DocumentPart, Role, TextPart, text_of
from desktop.core.errors import ParleyError
from desktop.core.tokens import LATIN_CHARACTERS, estimate_tokens
from desktop.llm.base import LLMMessage, StreamStatus
from desktop.llm.config import LLMProvider
from desktop.llm.factory import CompletionsConfig
from desktop.llm.prices import facts_of
from desktop.services.connections import Connections

PER_MESSAGE = 4
"""Tokens that a message costs beside its text."""
PER_FILE = 1_200
"""Tokens taken for a picture or a PDF file, of which only the provider knows the cost."""
ANSWER_SHARE = 4
"""At most this part of the context is kept free for the answer."""

_HOSTS = {LLMProvider.OPENAI: "api.openai.com", LLMProvider.ANTHROPIC: "api.anthropic.com"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextUse:
    """How many tokens, by estimate, are sent of how many; `cut` older messages are not.

    `window` is None where the model's context is not known: then nothing is cut.
    """

    tokens: int = 0
    window: int | None = None
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one message costs, in tokens, and who says it."""

    role: Role
    tokens: int


def cost_of(role: Role, content: str | tuple[ContentPart, ...]) -> Cost:
    """Estimate what a message costs."""
    if isinstance(content, str):
        return Cost(role, PER_MESSAGE + estimate_tokens(content))
    return Cost(role, PER_MESSAGE + sum(map(_tokens_of_part, content)))


def is_sent(role: Role, content: str | tuple[ContentPart, ...]) -> bool:
    """Tell whether a message is sent: answers that hold nothing are not."""
    return role is not Role.ASSISTANT or bool(text_of(content).strip())


def _tokens_of_part(part: ContentPart) -> int:
    if isinstance(part, TextPart):
        return estimate_tokens(part.text)
    if isinstance(part, DocumentPart) and part.media_type.startswith("text/"):
        return round(len(part.content) / LATIN_CHARACTERS)
    return PER_FILE


def fit(
    messages: Sequence[LLMMessage], window: int | None, reserve: int
) -> tuple[list[LLMMessage], ContextUse]:
    """Leave out the oldest messages until the rest and an answer of `reserve` tokens fit.

    The system prompt and the last question always stay, and what is sent begins with a
    question of the user's. All in tokens.
    """
    use = use_of([cost_of(each.role, each.content) for each in messages], window, reserve)
    first = 1 if messages and messages[0].role is Role.SYSTEM else 0
    return [*messages[:first], *messages[first + use.cut :]], use


def use_of(costs: Sequence[Cost], window: int | None, reserve: int) -> ContextUse:
    """Return what of messages that cost this much would be sent; see `fit`."""
    total = sum(cost.tokens for cost in costs)
    if window is None:
        return ContextUse(tokens=total)
    room = window - min(reserve, window // ANSWER_SHARE)
    first = 1 if costs and costs[0].role is Role.SYSTEM else 0
    start = first
    while total > room and start < len(costs) - 1:
        total -= costs[start].tokens
        start += 1
        while start < len(costs) - 1 and costs[start].role is not Role.USER:
            total -= costs[start].tokens
            start += 1
    return ContextUse(tokens=total, window=window, cut=start - first)


class ContextWindows:
    """How many tokens models can read: from Parley's own data, else from their server's list."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._learned: dict[tuple[str, str], int | None] = {}

    async def of(self, config: CompletionsConfig) -> int | None:
        """Return what is known of the configured model; None where nothing is."""
        host = _host(config)
        if not host or not config.model:
            return None
        facts = await asyncio.to_thread(facts_of, config.model, host=host)
        return facts.context_window or self._learned.get((host, config.model))

    async def learn(self, config: CompletionsConfig) -> None:
        """Ask the server for its models, once, where only it can know their context."""
        host = _host(config)
        if config.provider is not LLMProvider.OPENAI_COMPATIBLE or is_local_model(config.endpoint):
            return
        if (host, config.model) in self._learned:
            return
        self._learned[host, config.model] = None
        try:
            async with self._connections.client(_ignore) as client:
                models = await client.list_models()
        except ParleyError:
            return  # not knowing is no error: the provider will say if it is too much
        self._learned |= {(host, model.id): model.context_window for model in models}


def _host(config: CompletionsConfig) -> str:
    if config.endpoint:
        return urlsplit(config.endpoint).hostname or ""
    return _HOSTS.get(config.provider, "")


def _ignore(status: StreamStatus) -> None:
    pass


def cut_in_words(use: ContextUse) -> str:
    """Say what was left out; '' for nothing."""
    if not use.cut:
        return ""
    messages = "message was" if use.cut == 1 else f"{use.cut} messages were"
    return (
        f"The oldest {messages} not sent: the model reads {use.window or 0:,} tokens at most. "
        "What was left out is still here, and in search."
    )
