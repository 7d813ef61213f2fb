"""OpenAI Responses requests: nothing stored there, reasoning carried over encrypted."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from desktop.core.content import ContentPart, DocumentPart, ImagePart, TextPart, text_of
from desktop.llm.accumulator import Accumulator
from desktop.llm.attachments import data_url, text_in
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.dialect import Dialect, DialectName
from desktop.llm.hosts import OPENAI_HOST
from desktop.llm.jsonvalues import JSONObject, as_text, objects
from desktop.llm.responses_accumulator import ResponsesAccumulator
from desktop.llm.turns import AssistantTurn, Conversation, UserTurn, arranged, plain_id


class ResponsesDialect(Dialect):
    """`POST /responses`."""

    name: DialectName = "responses"

    def request(
        self, messages: Sequence[LLMMessage], tools: Sequence[ToolDefinition]
    ) -> JSONObject:
        """Return model, instructions, input items and tools; `store` is off."""
        conversation = arranged(messages, plain_id)
        items: list[JSONObject] = []
        for turn in conversation.turns:
            items.extend(_user(turn) if isinstance(turn, UserTurn) else self._assistant(turn))
        body: JSONObject = {
            "model": self.peer.model,
            "input": items,
            "store": False,
            "stream": True,
        }
        if conversation.system:
            body["instructions"] = conversation.system
        if tools:
            body["tools"] = [_tool(tool) for tool in tools]
        if self.peer.host == OPENAI_HOST:
            body["prompt_cache_key"] = _cache_key(conversation)
        return body

    def answer(self) -> Accumulator:
        """Return what reads the answer."""
        return ResponsesAccumulator()

    def _assistant(self, turn: AssistantTurn) -> Iterator[JSONObject]:
        if turn.state is not None and self.peer.wrote(turn.state, self.name):
            kept = list(_replayed(objects(turn.state.get("items"))))
            if _text_of_items(kept) == turn.text and _ids_of_items(kept) == _ids_of(turn):
                yield from kept
                return
        if turn.text.strip():
            yield _said(turn.text)
        for call in turn.calls:
            yield {
                "type": "function_call",
                "call_id": call.id,
                "name": call.name,
                "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
            }


def _replayed(items: list[JSONObject]) -> Iterator[JSONObject]:
    """Yield the items that may be sent back, without ids: nothing is stored under them."""
    for item in items:
        kind = item.get("type")
        if kind == "reasoning" and item.get("encrypted_content"):
            yield {
                "type": "reasoning",
                "summary": item.get("summary") or [],
                "encrypted_content": item["encrypted_content"],
            }
        elif kind == "message":
            text = "".join(as_text(p.get("text")) for p in objects(item.get("content")))
            said = _said(text)
            if phase := item.get("phase"):
                said["phase"] = phase
            if text:
                yield said
        elif kind == "function_call":
            yield {name: item.get(name) for name in ("type", "call_id", "name", "arguments")}


def _said(text: str) -> JSONObject:
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text}],
    }


def _text_of_items(items: list[JSONObject]) -> str:
    return "".join(
        as_text(part.get("text")) for item in items for part in objects(item.get("content"))
    )


def _ids_of_items(items: list[JSONObject]) -> list[str]:
    return [as_text(i.get("call_id")) for i in items if i.get("type") == "function_call"]


def _ids_of(turn: AssistantTurn) -> list[str]:
    return [call.id for call in turn.calls]


def _user(turn: UserTurn) -> Iterator[JSONObject]:
    for result in turn.results:
        text = text_of(result.content)
        yield {
            "type": "function_call_output",
            "call_id": result.call_id,
            "output": f"Error: {text}" if result.is_error else text,
        }
    if turn.parts:
        yield {"type": "message", "role": "user", "content": [_part(part) for part in turn.parts]}


def _part(part: ContentPart) -> JSONObject:
    if isinstance(part, TextPart):
        return {"type": "input_text", "text": part.text}
    if isinstance(part, ImagePart):
        return {"type": "input_image", "image_url": data_url(part), "detail": "auto"}
    return _file(part)


def _file(part: DocumentPart) -> JSONObject:
    text = text_in(part)
    if text is not None:
        return {"type": "input_text", "text": text}
    return {"type": "input_file", "filename": part.name, "file_data": data_url(part)}


def _tool(tool: ToolDefinition) -> JSONObject:
    wire: JSONObject = {
        "type": "function",
        "name": tool.name,
        "parameters": dict(tool.parameters),
        "strict": False,
    }
    if tool.description:
        wire["description"] = tool.description
    return wire


def _cache_key(conversation: Conversation) -> str:
    """Return what is the same for every turn of a conversation, and tells nothing of it."""
    first = conversation.turns[0]
    words = text_of(first.parts) if isinstance(first, UserTurn) else first.text
    return sha256(f"{conversation.system}\n{words}".encode(errors="replace")).hexdigest()[:32]
