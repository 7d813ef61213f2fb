"""Chat Completions requests, as OpenAI defined them and compatible servers take them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desktop.core.content import ContentPart, DocumentPart, ImagePart, TextPart, ToolCall, text_of
from desktop.llm.accumulator import Accumulator
from desktop.llm.attachments import data_url, text_in
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.chat_accumulator import ChatAccumulator
from desktop.llm.dialect import Dialect, DialectName, Peer
from desktop.llm.jsonvalues import JSONObject, as_object
from desktop.llm.turns import AssistantTurn, ToolResult, UserTurn, arranged, kept_id, short_id

_MISTRAL = re.compile(r"mistral|mixtral|codestral|magistral|ministral|devstral|pixtral")
_DEEPSEEK = "deepseek"  # its thinking mode refuses a turn with calls that lacks the field


class ChatDialect(Dialect):
    """`POST /chat/completions`; `think_tags` reads `<think>` at an answer's start."""

    name: DialectName = "chat"

    def __init__(self, peer: Peer, *, think_tags: bool = False) -> None:
        super().__init__(peer)
        self._think_tags = think_tags
        mistral = _MISTRAL.search(f"{peer.host} {peer.model}".lower())
        self._id_rule = short_id if mistral else kept_id

    def request(
        self, messages: Sequence[LLMMessage], tools: Sequence[ToolDefinition]
    ) -> JSONObject:
        """Return model, messages, tools, and that usage is wanted."""
        conversation = arranged(messages, self._id_rule)
        wire: list[JSONObject] = []
        if conversation.system:
            wire.append({"role": "system", "content": conversation.system})
        for turn in conversation.turns:
            wire.extend(_user(turn) if isinstance(turn, UserTurn) else [self._assistant(turn)])
        body: JSONObject = {
            "model": self.peer.model,
            "messages": wire,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if tools:
            body["tools"] = [_tool(tool) for tool in tools]
        return body

    def answer(self) -> Accumulator:
        """Return what reads the answer."""
        return ChatAccumulator(think_tags=self._think_tags)

    def stamp(self, body: JSONObject) -> JSONObject:
        """Bind a state to the host: what DeepSeek and Gemini want back, they want of any model."""
        return {"dialect": self.name, "host": self.peer.host}

    def _assistant(self, turn: AssistantTurn) -> JSONObject:
        message: JSONObject = {"role": "assistant", "content": turn.text or None}
        if not turn.calls:
            return message
        state = self._own_state(turn.state)
        extras = as_object(state.get("call_extras"))
        message["tool_calls"] = [_call(call, extras.get(call.id)) for call in turn.calls]
        message.update(as_object(state.get("reasoning")))
        if _DEEPSEEK in self.peer.host:
            message.setdefault("reasoning_content", "")
        return message

    def _own_state(self, state: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if state is None or not self.stamp({}).items() <= dict(state).items():
            return {}
        return state


def _user(turn: UserTurn) -> Iterator[JSONObject]:
    for result in turn.results:
        yield _result(result)
    if turn.parts:
        yield {"role": "user", "content": _content(turn.parts)}


def _result(result: ToolResult) -> JSONObject:
    text = text_of(result.content)
    return {
        "role": "tool",
        "tool_call_id": result.call_id,
        "content": f"Error: {text}" if result.is_error else text,
    }


def _content(parts: tuple[ContentPart, ...]) -> str | list[JSONObject]:
    """Return plain text where that is all, as the simplest servers take nothing else."""
    texts = [_text(part) for part in parts]
    if all(text is not None for text in texts):
        return "\n\n".join(text for text in texts if text)
    return [_part(part) for part in parts]


def _text(part: ContentPart) -> str | None:
    if isinstance(part, TextPart):
        return part.text
    return text_in(part) if isinstance(part, DocumentPart) else None


def _part(part: ContentPart) -> JSONObject:
    text = _text(part)
    if text is not None:
        return {"type": "text", "text": text}
    if isinstance(part, ImagePart):
        return {"type": "image_url", "image_url": {"url": data_url(part)}}
    assert isinstance(part, DocumentPart)
    return {"type": "file", "file": {"filename": part.name, "file_data": data_url(part)}}


def _call(call: ToolCall, extra: Any) -> JSONObject:
    arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
    wire: JSONObject = {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }
    if extra is not None:
        wire["extra_content"] = extra
    return wire


def _tool(tool: ToolDefinition) -> JSONObject:
    function: JSONObject = {"name": tool.name, "parameters": dict(tool.parameters)}
    if tool.description:
        function["description"] = tool.description
    return {"type": "function", "function": function}
