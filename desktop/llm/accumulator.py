"""What the three dialects' accumulators share: an answer that grows event by event."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.content import FinishReason, ToolCall, Usage
from desktop.llm.base import LLMResponse, LLMStreamChunk
from desktop.llm.jsonvalues import JSONObject
from desktop.llm.text_buffer import TextBuffer

NO_ANSWER = "The model gave no answer. Its context may be too small for this conversation."
BROKEN_OFF = "The provider broke this answer off before its end ({})."
ONLY_REASONING = "The model used up its tokens for reasoning and gave no answer."


class ProviderFailure(Exception):
    """The provider reported an error within the stream; `payload` is its JSON."""

    def __init__(self, payload: Any) -> None:
        super().__init__("the provider reported an error")
        self.payload = payload


class MalformedAnswer(ValueError):
    """Events contradict each other, so that no answer can be trusted."""


class Accumulator(ABC):
    """An answer in the making.

    `finished`: the provider said why the answer ended, so that it is whole even if the
    connection is cut now. `ended`: nothing more will come. `typed_events`: an event has a
    `type`, which some proxies send only as the name of the server-sent event.
    """

    typed_events = True

    def __init__(self) -> None:
        self.text = TextBuffer()
        self.reasoning = TextBuffer()
        self.refusal = TextBuffer()
        self.usage: Usage | None = None
        self.model: str | None = None
        self.response_id: str | None = None
        self.raw_finish_reason: str | None = None
        self.finished = False
        self.ended = False

    @abstractmethod
    def feed(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take one decoded event and add what it shows to `shown`.

        Raises:
            ProviderFailure: the event reports an error.
            MalformedAnswer: the event contradicts earlier ones.
            AnswerTooLarge: the answer passed its limit.
        """

    @abstractmethod
    def feed_whole(self, answer: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take an answer that came as one JSON document instead of a stream; see `feed`."""

    @abstractmethod
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls of an answer that ended."""

    @abstractmethod
    def finish_reason(self) -> FinishReason:
        """Return why the answer ended, in our words."""

    @abstractmethod
    def provider_state(self, tool_calls: tuple[ToolCall, ...]) -> Mapping[str, Any] | None:
        """Return what the provider needs back verbatim with the next request."""

    def done_marker(self) -> None:
        """Take the text event `[DONE]`: the end of a stream, not always of its answer."""
        self.ended = True

    def show_text(self, piece: str, shown: list[LLMStreamChunk]) -> None:
        """Add `piece` to the text and to what is shown."""
        piece = self.text.add(piece)
        if piece:
            shown.append(LLMStreamChunk("delta", piece))

    def show_reasoning(self, piece: str, shown: list[LLMStreamChunk]) -> None:
        """Add `piece` to the reasoning and to what is shown."""
        piece = self.reasoning.add(piece)
        if piece:
            shown.append(LLMStreamChunk("reasoning", piece))

    def flush(self, shown: list[LLMStreamChunk]) -> None:
        """Add what was held back until the end of the stream to `shown`.

        A refusal is told with the whole answer; of one cut short it is all there is to show.
        """
        if self.refusal and not self.text and not self.finished:
            self.show_text(str(self.refusal), shown)

    def response(self, *, request_id: str | None, warnings: Sequence[str]) -> LLMResponse:
        """Return the whole answer."""
        calls = self.tool_calls()
        finish_reason = self.finish_reason()
        return LLMResponse(
            content=str(self.text),
            tool_calls=calls,
            finish_reason=finish_reason,
            raw_finish_reason=self.raw_finish_reason,
            reasoning=str(self.reasoning),
            refusal=str(self.refusal),
            usage=self.usage,
            model=self.model,
            request_id=request_id or self.response_id,
            warnings=(*warnings, *self._notices(calls, finish_reason)),
            provider_state=self.provider_state(calls),
        )

    def _notices(self, calls: tuple[ToolCall, ...], reason: FinishReason) -> tuple[str, ...]:
        if reason is FinishReason.INTERRUPTED:
            return (BROKEN_OFF.format(self.raw_finish_reason),)
        if self.text or self.refusal or calls:
            return ()
        if reason is FinishReason.LENGTH:
            return (ONLY_REASONING,)
        return (NO_ANSWER,) if reason is FinishReason.STOP else ()
