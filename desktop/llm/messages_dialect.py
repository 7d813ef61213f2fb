"""Anthropic Messages requests, signed reasoning replayed where it is still valid.

Thinking blocks count only for the model and account that made them and for an unchanged
prefix of system prompt, tools and messages ("Preserved thinking" in Anthropic's docs):
from the first one that is not valid any more, all are left out.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from desktop.core.content import ContentPart, ImagePart, TextPart
from desktop.llm.accumulator import Accumulator
from desktop.llm.attachments import base64_of, text_in
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.dialect import Dialect, DialectName
from desktop.llm.hosts import ANTHROPIC_HOST
from desktop.llm.jsonvalues import JSONObject, as_list, as_text, objects, valid_unicode
from desktop.llm.messages_accumulator import PAUSED, MessagesAccumulator
from desktop.llm.turns import AssistantTurn, ToolResult, Turn, UserTurn, arranged, plain_id

_BEGIN = "Begin."


class MessagesDialect(Dialect):
    """`POST /v1/messages`."""

    name: DialectName = "messages"

    def request(
        self, messages: Sequence[LLMMessage], tools: Sequence[ToolDefinition]
    ) -> JSONObject:
        """Return model, system, messages and tools, the prefix marked for caching."""
        conversation = arranged(messages, plain_id)
        body: JSONObject = {"model": self.peer.model, "stream": True}
        if conversation.system:
            body["system"] = conversation.system
        if tools:
            body["tools"] = [_tool(tool) for tool in tools]
        body["messages"] = self._messages(conversation.turns, _Prefix(body))
        if self.peer.host == ANTHROPIC_HOST:
            body["cache_control"] = {"type": "ephemeral"}
        return body

    def answer(self) -> Accumulator:
        """Return what reads the answer."""
        return MessagesAccumulator()

    def answer_after(self, earlier: frozenset[str]) -> Accumulator:
        """Return what reads an answer that continues those with the ids `earlier`."""
        return MessagesAccumulator(earlier)

    def stamp(self, body: JSONObject) -> JSONObject:
        """Bind a state to the prefix that it answers, too."""
        prefix = _Prefix(body)
        for message in as_list(body.get("messages")):
            prefix.add(message)
        return {**self.peer.stamp(self.name), "prefix": prefix.digest()}

    def continued(self, body: JSONObject, answer: Accumulator) -> JSONObject | None:
        """Return the request with what came so far as its last turn, if the turn was paused."""
        if answer.raw_finish_reason != PAUSED or not isinstance(answer, MessagesAccumulator):
            return None
        turn = {"role": "assistant", "content": _without_blank_texts(answer.blocks())}
        return {**body, "messages": [*as_list(body.get("messages")), turn]}

    def _messages(self, turns: tuple[Turn, ...], prefix: "_Prefix") -> list[JSONObject]:
        wire: list[JSONObject] = []
        valid = True
        if isinstance(turns[0], AssistantTurn):
            turns = (UserTurn((TextPart(_BEGIN),)), *turns)
        for turn in turns:
            if isinstance(turn, UserTurn):
                message = _user(turn)
            else:
                blocks = self._kept(turn, prefix) if valid else None
                valid = valid and (blocks is not None or turn.state is None)
                message = {"role": "assistant", "content": blocks or _said(turn)}
            wire.append(message)
            prefix.add(message)
        return wire

    def _kept(self, turn: AssistantTurn, prefix: "_Prefix") -> list[JSONObject] | None:
        """Return the turn's blocks verbatim, if they are still valid here."""
        state = turn.state
        if state is None or not self.peer.wrote(state, self.name):
            return None
        blocks = objects(state.get("blocks"))
        said = "".join(as_text(b.get("text")) for b in blocks if b.get("type") == "text")
        ids = [as_text(b.get("id")) for b in blocks if b.get("type") == "tool_use"]
        unchanged = state.get("prefix") == prefix.digest() and said.rstrip() == turn.text.rstrip()
        same = unchanged and ids == [call.id for call in turn.calls]
        return (_without_blank_texts(blocks) or None) if same else None


class _Prefix:
    """A running hash of everything before a turn."""

    def __init__(self, body: JSONObject) -> None:
        self._hash = sha256()
        self.add([body.get("system"), body.get("tools")])

    def add(self, value: Any) -> None:
        text = json.dumps(valid_unicode(value), sort_keys=True, ensure_ascii=False)
        self._hash.update(text.encode())

    def digest(self) -> str:
        return self._hash.hexdigest()


def _without_blank_texts(blocks: list[JSONObject]) -> list[JSONObject]:
    """Leave out the text blocks that Anthropic writes itself but refuses to read."""
    return [b for b in blocks if b.get("type") != "text" or as_text(b.get("text")).strip()]


def _said(turn: AssistantTurn) -> list[JSONObject]:
    text = turn.text.rstrip()
    blocks: list[JSONObject] = [{"type": "text", "text": text}] if text else []
    for call in turn.calls:
        arguments = dict(call.arguments)
        blocks.append({"type": "tool_use", "id": call.id, "name": call.name, "input": arguments})
    return blocks


def _user(turn: UserTurn) -> JSONObject:
    blocks = [_result(result) for result in turn.results]
    return {"role": "user", "content": blocks + [_part(part) for part in turn.parts]}


def _result(result: ToolResult) -> JSONObject:
    content = result.content
    parts = (TextPart(content),) if isinstance(content, str) else content
    blocks = [_part(p) for p in parts if not isinstance(p, TextPart) or p.text.strip()]
    block: JSONObject = {"type": "tool_result", "tool_use_id": result.call_id}
    if blocks:
        block["content"] = blocks
    if result.is_error:
        block["is_error"] = True
    return block


def _part(part: ContentPart) -> JSONObject:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    if isinstance(part, ImagePart):
        return {"type": "image", "source": _source(part.media_type, base64_of(part))}
    text = text_in(part)
    if text is not None:
        return {"type": "text", "text": text}
    source = _source(part.media_type, base64_of(part))
    return {"type": "document", "source": source, "title": part.name}


def _source(media_type: str, data: str) -> JSONObject:
    return {"type": "base64", "media_type": media_type, "data": data}


def _tool(tool: ToolDefinition) -> JSONObject:
    wire: JSONObject = {"name": tool.name, "input_schema": dict(tool.parameters)}
    if tool.description:
        wire["description"] = tool.description
    return wire
