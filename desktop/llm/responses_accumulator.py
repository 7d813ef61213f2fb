"""Read the answer out of an OpenAI Responses stream."""

from collections.abc import Mapping
from typing import Any

from desktop.core.content import FinishReason, ToolCall, Usage
from desktop.llm.accumulator import Accumulator, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.finish_reasons import normalised
from desktop.llm.jsonvalues import JSONObject, as_count, as_object, as_text, objects
from desktop.llm.tool_calls import finished_call

_FINAL = {"response.completed", "response.incomplete", "response.failed", "response.done"}
_REASONING = {
    "response.reasoning_summary_text.delta": "summary",
    "response.reasoning_text.delta": "content",
}


class ResponsesAccumulator(Accumulator):
    """An answer of `/responses`.

    Text comes as deltas, and once more whole with its item and with the response: what
    had no delta is taken from there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[int, JSONObject] = {}
        self._arguments: dict[int, list[str]] = {}
        self._text_index: int | None = None
        self._shown: set[tuple[int, str]] = set()
        self._reasoning_source: str | None = None
        self._incomplete_reason = ""

    def feed(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take one event; unknown ones are passed over."""
        kind = as_text(event.get("type"))
        if kind == "response.output_text.delta":
            index = event.get("output_index") or 0
            if index != self._text_index:
                self._text_index = index
                self._shown.add((index, "text"))
            self.show_text(as_text(event.get("delta")), shown)
        elif kind in _REASONING:
            self._take_reasoning_delta(event, _REASONING[kind], shown)
        elif kind == "response.function_call_arguments.delta":
            pieces = self._arguments.setdefault(_index(event), [])
            pieces.append(as_text(event.get("delta")))
        elif kind == "response.refusal.delta":
            self._shown.add((_index(event), "refusal"))
            self.refusal.add(as_text(event.get("delta")))
        else:
            self._take_other(kind, event, shown)

    def feed_whole(self, answer: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take a whole response object."""
        if answer.get("error"):
            raise ProviderFailure(answer)
        self._take_response(answer, shown)
        self.finished = self.ended = "output" in answer or "status" in answer

    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls of an answer that ended."""
        cut = self.raw_finish_reason in {"incomplete", "failed"}
        return tuple(
            finished_call(
                as_text(item.get("call_id")) or as_text(item.get("id")),
                as_text(item.get("name")),
                as_text(item.get("arguments")) or "".join(self._arguments.get(index, ())),
                truncated=cut or item.get("status") == "incomplete",
            )
            for index, item in sorted(self._items.items())
            if item.get("type") == "function_call"
        )

    def finish_reason(self) -> FinishReason:
        """Return why the answer ended, in our words."""
        raw = self._incomplete_reason or self.raw_finish_reason
        if raw == "incomplete":
            return FinishReason.LENGTH
        calls = any(item.get("type") == "function_call" for item in self._items.values())
        return normalised(raw, has_calls=calls, refused=bool(self.refusal))

    def provider_state(self, tool_calls: tuple[ToolCall, ...]) -> Mapping[str, Any] | None:
        """Return the items, if encrypted reasoning is among them."""
        items = [self._items[index] for index in sorted(self._items)]
        if not any(item.get("encrypted_content") for item in items):
            return None
        return {"items": items}

    def _take_other(self, kind: str, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        if kind == "error" or (event.get("error") and kind not in _FINAL):
            raise ProviderFailure(event)
        if kind == "response.output_item.added":
            self._items.setdefault(_index(event), as_object(event.get("item")))
        elif kind == "response.output_item.done":
            self._take_item(_index(event), as_object(event.get("item")), shown)
        elif kind in _FINAL:
            self._take_response(as_object(event.get("response")), shown)
            self.raw_finish_reason = self.raw_finish_reason or kind.removeprefix("response.")
            self.finished = self.ended = True
        elif kind == "response.created":
            self._take_names(as_object(event.get("response")))

    def _take_reasoning_delta(
        self, event: JSONObject, source: str, shown: list[LLMStreamChunk]
    ) -> None:
        """Take the summary or the reasoning itself, whichever comes first, not both."""
        self._reasoning_source = self._reasoning_source or source
        if self._reasoning_source == source:
            self._shown.add((_index(event), "reasoning"))
            self.show_reasoning(as_text(event.get("delta")), shown)

    def _take_names(self, response: JSONObject) -> None:
        self.response_id = as_text(response.get("id")) or self.response_id
        self.model = as_text(response.get("model")) or self.model

    def _take_response(self, response: JSONObject, shown: list[LLMStreamChunk]) -> None:
        self._take_names(response)
        if usage := as_object(response.get("usage")):
            self.usage = responses_usage(usage)
        status = as_text(response.get("status"))
        if response.get("error") or status == "failed":
            raise ProviderFailure(response)
        for index, item in enumerate(objects(response.get("output"))):
            self._take_item(index, item, shown)
        self.raw_finish_reason = status or self.raw_finish_reason
        details = as_object(response.get("incomplete_details"))
        self._incomplete_reason = as_text(details.get("reason"))

    def _take_item(self, index: int, item: JSONObject, shown: list[LLMStreamChunk]) -> None:
        self._items[index] = item
        if item.get("type") == "message":
            parts = objects(item.get("content"))
            self._show_missing(index, "text", _texts(parts, "text", "output_text"), shown)
            self._show_missing(index, "refusal", _texts(parts, "refusal", "refusal"), shown)
        elif item.get("type") == "reasoning":
            words = _texts(objects(item.get("summary")), "text")
            words = words or _texts(objects(item.get("content")), "text")
            self._show_missing(index, "reasoning", words, shown)

    def _show_missing(
        self, index: int, channel: str, words: str, shown: list[LLMStreamChunk]
    ) -> None:
        if not words or (index, channel) in self._shown:
            return
        self._shown.add((index, channel))
        if channel == "text":
            self.show_text(words, shown)
        elif channel == "reasoning":
            self.show_reasoning(words, shown)
        else:
            self.refusal.add(words)


def responses_usage(usage: JSONObject) -> Usage | None:
    """Return the tokens of a `usage` object; `input_tokens` includes the cached ones."""
    read_details = as_object(usage.get("input_tokens_details"))
    written_details = as_object(usage.get("output_tokens_details"))
    read = Usage(
        input_tokens=as_count(usage.get("input_tokens")),
        cached_input_tokens=as_count(read_details.get("cached_tokens")),
        cache_write_tokens=as_count(read_details.get("cache_write_tokens")),
        output_tokens=as_count(usage.get("output_tokens")),
        reasoning_tokens=as_count(written_details.get("reasoning_tokens")),
    )
    return read if read != Usage() else None


def _index(event: JSONObject) -> int:
    return as_count(event.get("output_index")) or 0


def _texts(parts: list[JSONObject], field: str, kind: str | None = None) -> str:
    return "".join(
        as_text(part.get(field)) for part in parts if kind is None or part.get("type") == kind
    )
