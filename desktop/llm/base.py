"""What every provider's client offers, and the values that pass through it."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from desktop.core.content import (
    ContentPart,
    DocumentPart,
    FinishReason,
    ImagePart,
    Role,
    TextPart,
    ToolCall,
    Usage,
)
from desktop.core.errors import LLMError

__all__ = [
    "BaseLLMClient",
    "ContentPart",
    "DocumentPart",
    "FinishReason",
    "ImagePart",
    "LLMMessage",
    "LLMResponse",
    "LLMStreamChunk",
    "ModelInfo",
    "Role",
    "StreamStatus",
    "TextPart",
    "ToolCall",
    "ToolDefinition",
    "Usage",
]

ChunkType = Literal["delta", "reasoning", "tool_call", "done", "error"]


@dataclass(frozen=True, slots=True)
class LLMMessage:
    """One turn of the conversation sent to a model.

    `tool_call_id` and `is_error` belong to `Role.TOOL`. `provider_state` is what a client
    put on an earlier response; it is replayed only to the provider and model it came from.
    """

    role: Role
    content: str | tuple[ContentPart, ...] = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    is_error: bool = False
    provider_state: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool that the model may ask for; `parameters` is a JSON schema of an object."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(
        default_factory=lambda: dict[str, Any](type="object", properties={})
    )


@dataclass(frozen=True, slots=True)
class LLMResponse:
    """A whole answer; `raw_finish_reason` is the provider's own word for its end."""

    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: FinishReason = FinishReason.STOP
    raw_finish_reason: str | None = None
    reasoning: str = ""
    refusal: str = ""
    usage: Usage | None = None
    model: str | None = None
    request_id: str | None = None
    warnings: tuple[str, ...] = ()
    provider_state: Mapping[str, Any] | None = None


@dataclass(slots=True)  # not frozen: that would double the time to make one
class LLMStreamChunk:
    """One piece of a stream.

    `delta` and `reasoning` carry `content`; `tool_call` a whole call; `done` the
    `response`, whose parts the properties below repeat; `error` the typed error.
    """

    type: ChunkType
    content: str = ""
    tool_call: ToolCall | None = None
    error: LLMError | None = None
    response: LLMResponse | None = None

    @property
    def usage(self) -> Usage | None:
        """Tokens of the exchange, on `done`."""
        return self.response.usage if self.response else None

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the answer ended, on `done`."""
        return self.response.finish_reason if self.response else None

    @property
    def raw_finish_reason(self) -> str | None:
        """The provider's own word for the end, on `done`."""
        return self.response.raw_finish_reason if self.response else None

    @property
    def reasoning(self) -> str:
        """All of the model's reasoning, on `done`."""
        return self.response.reasoning if self.response else ""

    @property
    def model(self) -> str | None:
        """The model that answered, on `done`."""
        return self.response.model if self.response else None

    @property
    def request_id(self) -> str | None:
        """What the provider calls this exchange, on `done` and on `error`."""
        if self.error is not None:
            return self.error.request_id
        return self.response.request_id if self.response else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of how the request was changed, on `done`."""
        return self.response.warnings if self.response else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStatus:
    """What a stream does while no text comes.

    `waiting`: the request is out; `retrying`: it failed with `error` and goes out again
    in `seconds`, as try number `attempt`. `detail` says more, in words for the user.
    """

    state: Literal["waiting", "retrying"]
    seconds: float = 0.0
    attempt: int = 1
    error: LLMError | None = None
    detail: str = ""


OnStatus = Callable[[StreamStatus], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A model as a provider lists it; None where neither it nor our data says.

    `kind` is `chat`, `embedding` or `other`; token counts are whole tokens; prices are
    US dollars per million tokens; `retires` is an ISO date; `images` and `documents` tell
    whether it reads pictures and PDF files.
    """

    id: str
    display_name: str
    kind: Literal["chat", "embedding", "other"] = "chat"
    context_window: int | None = None
    max_output_tokens: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    dimensions: int | None = None
    retires: str | None = None
    reasoning: bool | None = None
    images: bool | None = None
    documents: bool | None = None


class BaseLLMClient(ABC):
    """A connection to one model of one provider; use it in one event loop only."""

    model: str

    @abstractmethod
    def stream(
        self,
        messages: Sequence[LLMMessage],
        tools: Sequence[ToolDefinition] | None = None,
        *,
        max_tokens: int | None = None,
        temperature: float | None = None,
        tool_choice: str | None = None,
        on_status: OnStatus | None = None,
    ) -> AsyncGenerator[LLMStreamChunk]:
        """Stream an answer.

        `tool_choice` is `auto`, `none`, `required` or a tool's name; a model that can't be
        made to use a tool chooses by itself, and a warning says so.

        Yields zero or more `delta` and `reasoning`, then whole `tool_call` chunks, then
        exactly one `done` or one `error`, nothing after. Closing the generator closes the
        connection.

        Raises:
            asyncio.CancelledError: and nothing else, ever.
        """

    @abstractmethod
    async def complete(
        self,
        messages: Sequence[LLMMessage],
        tools: Sequence[ToolDefinition] | None = None,
        *,
        max_tokens: int | None = None,
        temperature: float | None = None,
        tool_choice: str | None = None,
        on_status: OnStatus | None = None,
    ) -> LLMResponse:
        """Return the whole answer; the same path as `stream`, drained.

        Raises:
            LLMError: the stream ended in `error`; its `partial` has the text that came.
        """

    @abstractmethod
    async def list_models(self) -> list[ModelInfo]:
        """Return the models to offer; empty where the server has no list.

        Raises:
            LLMError: the list could not be read.
        """

    @abstractmethod
    async def test(self) -> LLMResponse:
        """Ask the model for one tiny answer, over the same code as a chat.

        Raises:
            LLMError: what a chat would have failed with.
        """

    @abstractmethod
    async def aclose(self) -> None:
        """Close the connections; the client can't be used after."""
