"""Read the answer out of an OpenAI Responses stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.content import FinishReason, ToolCall, Usage
from desktop.llm.accumulator import Accumulator, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.error_payloads import tells_error
from desktop.llm.finish_reasons import normalised
from desktop.llm.jsonvalues import JSONObject, as_count, as_object, as_position, as_text, objects
from desktop.llm.responses_items import (
    OutputItem,
    OutputItems,
    mention_of,
    part_words,
    words_by_channel,
)
from desktop.llm.tool_calls import finished_call

_FINAL = {"response.completed", "response.incomplete", "response.failed", "response.done"}
_OTHER_REASONING = {"summary": "content", "content": "summary"}


@dataclass(frozen=True, slots=True)
class _Channel:
    """Where a kind of words belongs, and the fields that hold its place and its whole."""

    name: str
    item: str
    part: str = "content_index"
    whole: str = "text"


_CHANNELS = {
    "response.output_text": _Channel("text", "message"),
    "response.refusal": _Channel("refusal", "message", whole="refusal"),
    "response.reasoning_summary_text": _Channel("summary", "reasoning", "summary_index"),
    "response.reasoning_text": _Channel("content", "reasoning"),
}
_ARGUMENTS = "response.function_call_arguments"
_PARTS = {
    "response.content_part.done": "content_index",
    "response.reasoning_summary_part.done": "summary_index",
}


class ResponsesAccumulator(Accumulator):
    """An answer of `/responses`.

    Text comes as deltas, and once more whole with its part, its item and the response:
    what had no delta is taken from there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._items = OutputItems()
        self._latest: tuple[object, OutputItem] | None = None
        self._incomplete_reason = ""

    def feed(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take one event; unknown ones are passed over."""
        kind = as_text(event.get("type"))
        subject, _, step = kind.rpartition(".")
        if channel := _CHANNELS.get(subject):
            self._take_words(channel, step, event, shown)
        elif subject == _ARGUMENTS:
            self._take_arguments(step, event)
        elif kind in _PARTS:
            self._take_part(event, _PARTS[kind], shown)
        else:
            self._take_other(kind, event, shown)

    def feed_whole(self, answer: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take a whole response object."""
        if tells_error(answer):
            raise ProviderFailure(answer)
        self._take_response(answer, shown)
        self.finished = self.ended = "output" in answer or "status" in answer

    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls of an answer that ended."""
        cut = self.raw_finish_reason in {"incomplete", "failed"}
        return tuple(
            finished_call(
                as_text(item.data.get("call_id")) or as_text(item.data.get("id")),
                as_text(item.data.get("name")),
                item.arguments,
                truncated=cut or item.data.get("status") == "incomplete",
            )
            for item in self._items
            if item.type == "function_call"
        )

    def finish_reason(self) -> FinishReason:
        """Return why the answer ended, in our words."""
        raw = self._incomplete_reason or self.raw_finish_reason
        if raw == "incomplete":
            return FinishReason.LENGTH
        calls = any(item.type == "function_call" for item in self._items)
        return normalised(raw, has_calls=calls, refused=bool(self.refusal))

    def provider_state(self, tool_calls: tuple[ToolCall, ...]) -> Mapping[str, Any] | None:
        """Return the items, if encrypted reasoning is among them."""
        items = [item.whole() for item in self._items]
        if not any(item.get("encrypted_content") for item in items):
            return None
        return {"items": items}

    def _take_other(self, kind: str, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        self._latest = None
        if kind not in _FINAL and tells_error(event):
            raise ProviderFailure(event)
        if kind in {"response.output_item.added", "response.output_item.done"}:
            self._take_item_event(kind, event, shown)
        elif kind in _FINAL:
            self._take_response(as_object(event.get("response")), shown)
            self.raw_finish_reason = self.raw_finish_reason or kind.removeprefix("response.")
            self.finished = self.ended = True
        elif kind == "response.created":
            self._take_names(as_object(event.get("response")))

    def _take_words(
        self, channel: _Channel, step: str, event: JSONObject, shown: list[LLMStreamChunk]
    ) -> None:
        item = self._item_of(event, channel.item)
        part = as_position(event.get(channel.part)) or 0
        if step == "delta":
            self._show(item, (channel.name, part), as_text(event.get("delta")), shown)
        elif step == "done":
            words = as_text(event.get(channel.whole))
            self._show_missing(item, (channel.name, part), words, shown)

    def _take_part(self, event: JSONObject, place: str, shown: list[LLMStreamChunk]) -> None:
        kind = as_text(as_object(event.get("part")).get("type"))
        reasoning = kind in {"summary_text", "reasoning_text"} or place == "summary_index"
        item = self._item_of(event, "reasoning" if reasoning else "message")
        default = "text"
        if reasoning:
            default = "summary" if place == "summary_index" else "content"
        channel, words = part_words(event.get("part"), default)
        self._show_missing(item, (channel, as_position(event.get(place)) or 0), words, shown)

    def _take_arguments(self, step: str, event: JSONObject) -> None:
        item = self._item_of(event, "function_call")
        if step == "delta":
            item.add("arguments", 0, as_text(event.get("delta")))
        elif step == "done":
            item.close(event.get("arguments"))
            names = {name: event[name] for name in ("name", "call_id") if event.get(name)}
            item.update(names)

    def _item_of(self, event: JSONObject, kind: str) -> OutputItem:
        """Return the event's item; the deltas of one come in a row, which saves the search."""
        place = (event.get("item_id"), event.get("output_index"), event.get("call_id"), kind)
        if self._latest is None or self._latest[0] != place:
            self._latest = place, self._items.of(mention_of(event, {}, kind))
        return self._latest[1]

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
        output = objects(response.get("output"))
        mentions = [
            mention_of({}, data, as_text(data.get("type")), index)
            for index, data in enumerate(output)
        ]
        for item, data in zip(self._items.matched(mentions), output, strict=True):
            self._take_item(item, data, shown)
        self.raw_finish_reason = status or self.raw_finish_reason
        details = as_object(response.get("incomplete_details"))
        self._incomplete_reason = as_text(details.get("reason"))

    def _take_item_event(self, kind: str, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        data = as_object(event.get("item"))
        opens = kind.endswith("added")
        mention = mention_of(event, data, as_text(data.get("type")))
        item = self._items.of(mention, opens=opens)
        item.ids |= mention.ids
        if opens:
            item.update(data)
        else:
            self._take_item(item, data, shown)

    def _take_item(self, item: OutputItem, data: JSONObject, shown: list[LLMStreamChunk]) -> None:
        item.update(data)
        item.close(data.get("arguments"))
        item.done = True
        for channel, words in words_by_channel(data).items():
            self._show_missing(item, (channel, None), words, shown)

    def _show_missing(
        self,
        item: OutputItem,
        place: tuple[str, int | None],
        words: str,
        shown: list[LLMStreamChunk],
    ) -> None:
        """Show what goes on after what was shown already; other words than those are not."""
        channel, part = place
        before = item.said(channel, part)
        if words.startswith(before) and words != before:
            part = item.last_part(channel) if part is None else part
            self._show(item, (channel, part), words[len(before) :], shown)

    def _show(
        self,
        item: OutputItem,
        place: tuple[str, int],
        words: str,
        shown: list[LLMStreamChunk],
    ) -> None:
        """Show words; of reasoning its summary or itself, whichever comes first, not both."""
        channel, part = place
        if channel in _OTHER_REASONING and item.said(_OTHER_REASONING[channel]):
            return
        item.add(channel, part, words)
        if channel == "text":
            self.show_text(words, shown)
        elif channel in _OTHER_REASONING:
            self.show_reasoning(words, shown)
        elif channel == "refusal":
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
