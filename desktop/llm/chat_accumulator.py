"""Read the answer out of a Chat Completions stream, as many servers write it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from desktop.core.content import FinishReason, ToolCall, Usage
from desktop.llm.accumulator import Accumulator, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.content_parts import parts_of
from desktop.llm.event_forms import is_flat_error
from desktop.llm.finish_reasons import normalised
from desktop.llm.jsonvalues import JSONObject, as_count, as_object, as_text, objects
from desktop.llm.think_tags import ThinkTagSplitter
from desktop.llm.tool_calls import ToolCallAssembler

REASONING_FIELDS = ("reasoning_content", "reasoning")

_NO_REASON = ("", "null", "none")
_FIRST = (0, "0")
_NO_INDEX = (None, "", -1)


class ChatAccumulator(Accumulator):
    """An answer of `/chat/completions`; only the choice with index 0 is read."""

    typed_events = False

    def __init__(self, *, think_tags: bool = False) -> None:
        super().__init__()
        self._splitter = ThinkTagSplitter() if think_tags else None
        self._calls = ToolCallAssembler()
        self._reasoning_field: str | None = None
        self._in_messages = False

    def feed(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take one chunk; a `message` in the place of `delta` is taken like one."""
        if usage := event.get("usage"):
            self.usage = _merged(self.usage, chat_usage(as_object(usage)))
        if self.response_id is None or self.model is None:
            self._take_names(event)
        choices = event.get("choices")
        failed = event if event.get("error") or (not choices and is_flat_error(event)) else None
        for choice in _own(objects(choices)):
            self._take_choice(choice, shown)
            if choice.get("error") or choice.get("finish_reason") == "error":
                failed = failed or choice
        if failed:
            raise ProviderFailure(failed)

    def feed_whole(self, answer: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take a whole answer; it is complete even without a `finish_reason`."""
        self.feed(answer, shown)
        messages = [as_object(choice.get("message")) for choice in objects(answer.get("choices"))]
        self.finished = self.finished or any(messages)

    def done_marker(self) -> None:
        """Take `[DONE]`, by which servers of this dialect say that the answer is whole."""
        self.finished = self.ended = True

    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls of an answer that ended."""
        reason = normalised(self.raw_finish_reason, has_calls=True)
        return self._calls.calls(truncated=reason is not FinishReason.TOOL_CALLS)

    def finish_reason(self) -> FinishReason:
        """Return why the answer ended, in our words."""
        return normalised(
            self.raw_finish_reason, has_calls=bool(self._calls), refused=bool(self.refusal)
        )

    def provider_state(self, tool_calls: tuple[ToolCall, ...]) -> Mapping[str, Any] | None:
        """Return the reasoning by the field it came in, and what came beside the calls.

        DeepSeek and Gemini refuse a turn with tool calls that lacks them.
        """
        state: JSONObject = {}
        if self._reasoning_field and tool_calls:
            state["reasoning"] = {self._reasoning_field: str(self.reasoning)}
        if extras := self._calls.extras(tool_calls):
            state["call_extras"] = extras
        return state or None

    def flush(self, shown: list[LLMStreamChunk]) -> None:
        """Add what may have been the beginning of a tag, but was none."""
        if self._splitter:
            self._show_split(self._splitter.flush(), shown)
        super().flush(shown)

    def _take_names(self, event: JSONObject) -> None:
        self.response_id = self.response_id or as_text(event.get("id"))
        self.model = self.model or as_text(event.get("model")) or None

    def _take_choice(self, choice: JSONObject, shown: list[LLMStreamChunk]) -> None:
        delta = as_object(choice.get("delta")) or self._begin_calls(choice.get("message"))
        for field, value in delta.items():
            if not value:
                continue
            if field == "content":
                if isinstance(value, str):
                    self._show_content(value, shown)
                else:
                    self._take_parts(value, shown)
            elif field != "role":
                self._take_field(field, value, delta, shown)
        if (reason := choice.get("finish_reason")) is not None:
            self._take_reason(as_text(reason))

    def _begin_calls(self, message: Any) -> JSONObject:
        """Take the calls of a `message`, each of them whole, and return the rest of it."""
        if not message:
            return {}
        rest = self._unread(as_object(message))
        for call in objects(rest.pop("tool_calls", None)):
            self._calls.add(call, whole=True)
        return rest

    def _unread(self, message: JSONObject) -> JSONObject:
        """Return what of `message` is new: after deltas, some servers repeat the answer in it.

        Those who write `message` for `delta` send every piece in one.
        """
        read: dict[str, Any] = {
            "content": self.text,
            "refusal": self.refusal,
            "tool_calls": self._calls,
            "function_call": self._calls,
            **dict.fromkeys(REASONING_FIELDS, self.reasoning),
        }
        if not any(read.values()):
            self._in_messages = any(message.get(field) for field in read)
        return {
            field: value
            for field, value in message.items()
            if self._in_messages or not read.get(field)
        }

    def _take_field(
        self, field: str, value: Any, delta: JSONObject, shown: list[LLMStreamChunk]
    ) -> None:
        if field in REASONING_FIELDS:
            self._take_reasoning(field, as_text(value), delta, shown)
        elif field == "tool_calls":
            for call in objects(value):
                self._calls.add(call)
        elif field == "function_call":
            function = as_object(value)
            if function.get("name") or function.get("arguments"):
                self._calls.add({"function": function})
        elif field == "refusal":
            self.refusal.add(as_text(value))

    def _take_reason(self, reason: str) -> None:
        told = reason.strip().lower() not in _NO_REASON
        if told or self.raw_finish_reason is None:
            self.raw_finish_reason = reason
        self.finished = self.finished or told

    def _take_reasoning(
        self, field: str, value: str, delta: JSONObject, shown: list[LLMStreamChunk]
    ) -> None:
        """Take the first of the fields that has text; some servers fill both alike."""
        if next(name for name in REASONING_FIELDS if delta.get(name)) == field:
            self._reasoning_field = self._reasoning_field or field
            self.show_reasoning(value, shown)

    def _take_parts(self, content: Any, shown: list[LLMStreamChunk]) -> None:
        for channel, words in parts_of(content):
            if channel == "reasoning":
                self.show_reasoning(words, shown)
            elif channel == "refusal":
                self.refusal.add(words)
            else:
                self._show_content(words, shown)

    def _show_content(self, content: str, shown: list[LLMStreamChunk]) -> None:
        if self._splitter:
            self._show_split(self._splitter.feed(content), shown)
        else:
            self.show_text(content, shown)

    def _show_split(self, split: tuple[str, str], shown: list[LLMStreamChunk]) -> None:
        reasoning, text = split
        if reasoning:
            self.show_reasoning(reasoning, shown)
        if text:
            self.show_text(text, shown)


def chat_usage(usage: JSONObject) -> Usage | None:
    """Return the tokens of a `usage` object; `prompt_tokens` includes the cached ones.

    Where a stream has several such objects, each counts everything so far.
    """
    details = as_object(usage.get("prompt_tokens_details"))
    cached = as_count(details.get("cached_tokens"))
    if cached is None:
        cached = as_count(usage.get("prompt_cache_hit_tokens"))
    written = as_object(usage.get("completion_tokens_details"))
    read = Usage(
        input_tokens=as_count(usage.get("prompt_tokens")),
        cached_input_tokens=cached,
        cache_write_tokens=as_count(details.get("cache_write_tokens")),
        output_tokens=as_count(usage.get("completion_tokens")),
        reasoning_tokens=as_count(written.get("reasoning_tokens")),
    )
    return read if read != Usage() else None


def _own(choices: list[JSONObject]) -> list[JSONObject]:
    """Return the choices with index 0; where none has one, the first that lacks an index."""
    own = [choice for choice in choices if choice.get("index") in _FIRST]
    return own or [choice for choice in choices if choice.get("index") in _NO_INDEX][:1]


def _merged(earlier: Usage | None, later: Usage | None) -> Usage | None:
    """Return the counts of both, the later where it has one."""
    if earlier is None or later is None:
        return later or earlier
    counts = {field.name: getattr(later, field.name) for field in fields(later)}
    return replace(earlier, **{name: count for name, count in counts.items() if count is not None})
