"""Read the answer out of an Anthropic Messages stream."""

from collections.abc import Mapping
from typing import Any

from desktop.core.content import FinishReason, ToolCall, Usage
from desktop.llm.accumulator import Accumulator, MalformedAnswer, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.content_blocks import ContentBlock, blocks_in
from desktop.llm.error_payloads import tells_error
from desktop.llm.finish_reasons import normalised
from desktop.llm.jsonvalues import (
    JSONObject,
    as_count,
    as_json,
    as_object,
    as_position,
    as_text,
)
from desktop.llm.tool_calls import finished_call

PAUSED = "pause_turn"

_DELTA_FIELDS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}


class MessagesAccumulator(Accumulator):
    """An answer of `/messages`, its blocks kept verbatim for the next request.

    `earlier` are the ids of answers that this one continues; a server that sends one of
    them again has nothing to add.
    """

    def __init__(self, earlier: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.refusal_detail = ""
        self._earlier = earlier
        self._blocks: dict[int, ContentBlock] = {}
        self._places: dict[int, int] = {}  # of the block last begun at an index of the wire
        self._early: list[JSONObject] = []
        self._usage: JSONObject = {}

    def feed(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take one event; unknown ones, unknown deltas and unknown blocks are passed over."""
        kind = event.get("type")
        if kind == "content_block_delta":
            self._take_delta(event, shown)
        elif tells_error(event):
            raise ProviderFailure(event)
        elif kind == "message_start":
            message = as_object(event.get("message"))
            self._take_start(message)
            self._early = blocks_in(message.get("content"))
        elif kind == "content_block_start":
            self._take_block_start(event, shown)
        elif kind == "content_block_stop":
            self._take_block_stop(event)
        elif kind == "message_delta":
            self._take_usage(as_object(event.get("usage")))
            self._take_stop(as_object(event.get("delta")))
        elif kind == "message_stop":
            self.finished = self.ended = True

    def feed_whole(self, answer: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Take a whole message."""
        if tells_error(answer):
            raise ProviderFailure(answer)
        self._take_start(answer)
        for index, block in enumerate(blocks_in(answer.get("content"))):
            self._start_block(index, block, shown)
        self._take_stop(answer)
        self.finished = self.finished or "content" in answer

    def flush(self, shown: list[LLMStreamChunk]) -> None:
        """Add the content that came with `message_start`, if none came after it."""
        if not self._blocks:
            for index, block in enumerate(self._early):
                self._start_block(index, block, shown)

    def blocks(self) -> list[JSONObject]:
        """Return the content blocks in order, verbatim."""
        return [self._blocks[index].whole() for index in sorted(self._blocks)]

    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls of an answer that ended."""
        reason = normalised(self.raw_finish_reason, has_calls=True)
        last = max(self._blocks, default=0)
        return tuple(
            finished_call(
                as_text(block.start.get("id")),
                as_text(block.start.get("name")),
                block.raw_input(),
                truncated=reason is not FinishReason.TOOL_CALLS and index == last,
            )
            for index, block in sorted(self._blocks.items())
            if block.type == "tool_use"
        )

    def finish_reason(self) -> FinishReason:
        """Return why the answer ended, in our words."""
        return normalised(
            self.raw_finish_reason,
            has_calls=any(block.type == "tool_use" for block in self._blocks.values()),
        )

    def provider_state(self, tool_calls: tuple[ToolCall, ...]) -> Mapping[str, Any] | None:
        """Return the blocks, if there is more in them than text and calls."""
        if all(block.type in {"text", "tool_use"} for block in self._blocks.values()):
            return None
        return {"blocks": self.blocks()}

    def _take_start(self, message: JSONObject) -> None:
        message_id = as_text(message.get("id")) or None
        if self.response_id is not None and message_id != self.response_id:
            raise MalformedAnswer("a second answer begins within the first")
        self.response_id = message_id
        if message_id in self._earlier:
            self.raw_finish_reason = PAUSED
            self.finished = self.ended = True
        self.model = as_text(message.get("model")) or self.model
        self._take_usage(as_object(message.get("usage")))

    def _take_block_start(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        """Begin a block; some proxies give every block the same index."""
        index = as_position(event.get("index"))
        start = as_object(event.get("content_block"))
        place = self._places.get(-1 if index is None else index)
        if place is None or self._blocks[place].is_other(start):
            free = index is not None and index not in self._blocks
            place = index if free and index is not None else self._next_place()
            self._start_block(place, start, shown)
            if index is not None:
                self._places[index] = place

    def _take_block_stop(self, event: JSONObject) -> None:
        block = self._blocks.get(self._place_of(event))
        if block is not None:
            block.stopped = True

    def _start_block(self, index: int, block: JSONObject, shown: list[LLMStreamChunk]) -> None:
        self._blocks[index] = ContentBlock(block)
        kind = block.get("type")
        if kind == "text":
            self.show_text(as_text(block.get("text")), shown)
        elif kind == "thinking":
            self.show_reasoning(as_text(block.get("thinking")), shown)

    def _next_place(self) -> int:
        return max(self._blocks, default=-1) + 1

    def _place_of(self, event: JSONObject) -> int:
        """Return where the block of an event stands; without an index it is the last one."""
        index = as_position(event.get("index"))
        return max(self._blocks, default=0) if index is None else self._places.get(index, index)

    def _take_delta(self, event: JSONObject, shown: list[LLMStreamChunk]) -> None:
        delta = as_object(event.get("delta"))
        kind = delta.get("type")
        block = self._block_of(event, delta)
        if kind == "citations_delta":
            block.citations.append(delta.get("citation"))
        field = _DELTA_FIELDS.get(as_text(kind))
        piece = delta.get(field) if field else None
        if field == "partial_json":
            piece = as_json(piece or None)
        if field is None or not isinstance(piece, str) or not piece:
            return
        if field == "text":
            self.show_text(piece, shown)
        elif field == "thinking":
            self.show_reasoning(piece, shown)
        block.add(field, piece)

    def _block_of(self, event: JSONObject, delta: JSONObject) -> ContentBlock:
        place = self._place_of(event)
        if place not in self._blocks:
            thinking = delta.get("type") in {"thinking_delta", "signature_delta"}
            self._blocks[place] = ContentBlock({"type": "thinking" if thinking else "text"})
        return self._blocks[place]

    def _take_stop(self, delta: JSONObject) -> None:
        if reason := as_text(delta.get("stop_reason")):
            self.raw_finish_reason = reason
            self.finished = True
        details = as_object(delta.get("stop_details"))
        words = (as_text(details.get("category")), as_text(details.get("explanation")))
        self.refusal_detail = ": ".join(filter(None, words)) or self.refusal_detail
        if self.refusal_detail and reason == "refusal":
            self.refusal.add(self.refusal_detail)

    def _take_usage(self, usage: JSONObject) -> None:
        """Overwrite earlier counts: each one is everything so far."""
        self._usage.update({name: value for name, value in usage.items() if value is not None})
        if self._usage:
            self.usage = messages_usage(self._usage)


def messages_usage(usage: JSONObject) -> Usage | None:
    """Return the tokens of a `usage` object; its `input_tokens` leave the cached ones out."""
    cached = as_count(usage.get("cache_read_input_tokens"))
    written = as_count(usage.get("cache_creation_input_tokens"))
    fresh = as_count(usage.get("input_tokens"))
    details = as_object(usage.get("output_tokens_details"))
    read = Usage(
        input_tokens=None if fresh is None else fresh + (cached or 0) + (written or 0),
        cached_input_tokens=cached,
        cache_write_tokens=written,
        output_tokens=as_count(usage.get("output_tokens")),
        reasoning_tokens=as_count(details.get("thinking_tokens")),
    )
    return read if read != Usage() else None
