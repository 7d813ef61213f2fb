"""The content blocks of an Anthropic message, as they grow."""

import json
from typing import Any

from desktop.llm.jsonvalues import JSONObject, as_json, as_list, as_object, as_text
from desktop.llm.text_buffer import TextBuffer


class ContentBlock:
    """A content block with the pieces of its growing fields."""

    def __init__(self, start: JSONObject) -> None:
        self.start = start
        self.type = as_text(start.get("type"))
        self.stopped = False
        self.pieces: dict[str, TextBuffer] = {}
        self.citations: list[Any] = []

    def add(self, field: str, piece: str) -> None:
        """Let a field grow."""
        buffer = self.pieces.get(field)
        if buffer is None:
            buffer = self.pieces[field] = TextBuffer()
        buffer.add(piece)

    def whole(self) -> JSONObject:
        """Return the block as the provider wants it back."""
        block = dict(self.start)
        for field, pieces in self.pieces.items():
            if field != "partial_json":
                block[field] = as_text(block.get(field)) + str(pieces)
        if "partial_json" in self.pieces or self.type == "tool_use":
            block["input"] = _object_in(self.raw_input())
        if self.citations:
            block["citations"] = [*as_list(block.get("citations")), *self.citations]
        return block

    def raw_input(self) -> str:
        """Return the arguments as text: the pieces, or what the start already held."""
        pieces = str(self.pieces.get("partial_json", ""))
        given = self.start.get("input")
        if pieces.strip() or not given:
            return pieces
        return as_json(given)

    def is_other(self, start: JSONObject) -> bool:
        """Tell whether `start`, at the same index, begins another block than this one."""
        kind, block_id, own_id = start.get("type"), start.get("id"), self.start.get("id")
        other_id = bool(block_id and own_id) and block_id != own_id
        return self.stopped or other_id or as_text(kind) != self.type


def blocks_in(content: Any) -> list[JSONObject]:
    """Return a message's content blocks; plain text is one of them."""
    found = [content] if isinstance(content, str) else as_list(content)
    blocks = [{"type": "text", "text": b} if isinstance(b, str) else as_object(b) for b in found]
    return [block for block in blocks if block]


def _object_in(text: str) -> JSONObject:
    try:
        return as_object(json.loads(text)) if text.strip() else {}
    except (ValueError, RecursionError):
        return {}
