"""Golden request bodies: one conversation with everything in it, in each dialect."""

import json
from base64 import b64encode
from typing import Any

from desktop.core.content import DocumentPart, ImagePart, Role, TextPart, ToolCall
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.chat_dialect import ChatDialect
from desktop.llm.dialect import Peer
from desktop.llm.messages_dialect import MessagesDialect
from desktop.llm.responses_dialect import ResponsesDialect

PNG = ImagePart(b"\x89PNG", "image/png")
PDF = DocumentPart(b"%PDF-", "application/pdf", "plan.pdf")
CSV = DocumentPart(b"a,b\n1,2\n", "text/csv", "table.csv")
PNG_64 = b64encode(b"\x89PNG").decode()
PDF_64 = b64encode(b"%PDF-").decode()
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [ToolDefinition("weather", "Tells the weather.", SCHEMA)]
CONVERSATION = [
    LLMMessage(Role.SYSTEM, "Be brief."),
    LLMMessage(Role.SYSTEM, "Be kind."),
    LLMMessage(Role.USER, (TextPart("Look:"), TextPart("  "), PNG, PDF, CSV)),
    LLMMessage(
        Role.ASSISTANT,
        "I ask.",
        tool_calls=(
            ToolCall("call_1", "weather", {"city": "Köln"}),
            ToolCall("call_2", "weather", {"city": "Bonn"}),
        ),
    ),
    LLMMessage(Role.TOOL, "gone", tool_call_id="call_2", is_error=True),
    LLMMessage(Role.TOOL, "sunny", tool_call_id="call_1"),
    LLMMessage(Role.TOOL, "whose?", tool_call_id="call_9"),
    LLMMessage(Role.USER, "And?"),
]


def peer(host: str = "127.0.0.1", model: str = "m") -> Peer:
    return Peer(host, model, "account")


def test_chat() -> None:
    body = ChatDialect(peer()).request(CONVERSATION, TOOLS)

    assert body == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [
            {"role": "system", "content": "Be brief.\n\nBe kind."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look:"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_64}"}},
                    {
                        "type": "file",
                        "file": {
                            "filename": "plan.pdf",
                            "file_data": f"data:application/pdf;base64,{PDF_64}",
                        },
                    },
                    {"type": "text", "text": "table.csv:\n\na,b\n1,2\n"},
                ],
            },
            {
                "role": "assistant",
                "content": "I ask.",
                "tool_calls": [
                    _chat_call("call_1", '{"city": "Köln"}'),
                    _chat_call("call_2", '{"city": "Bonn"}'),
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
            {"role": "tool", "tool_call_id": "call_2", "content": "Error: gone"},
            {"role": "user", "content": "And?"},
        ],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "weather",
                    "description": "Tells the weather.",
                    "parameters": SCHEMA,
                },
            }
        ],
    }


def _chat_call(call_id: str, arguments: str) -> dict[str, Any]:
    function = {"name": "weather", "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def test_responses() -> None:
    body = ResponsesDialect(peer()).request(CONVERSATION, TOOLS)

    assert body == {
        "model": "m",
        "store": False,
        "stream": True,
        "instructions": "Be brief.\n\nBe kind.",
        "input": [
            {
                "type": "message",
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "Look:"},
                    {
                        "type": "input_image",
                        "image_url": f"data:image/png;base64,{PNG_64}",
                        "detail": "auto",
                    },
                    {
                        "type": "input_file",
                        "filename": "plan.pdf",
                        "file_data": f"data:application/pdf;base64,{PDF_64}",
                    },
                    {"type": "input_text", "text": "table.csv:\n\na,b\n1,2\n"},
                ],
            },
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "I ask."}],
            },
            _responses_call("call_1", '{"city": "Köln"}'),
            _responses_call("call_2", '{"city": "Bonn"}'),
            {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
            {"type": "function_call_output", "call_id": "call_2", "output": "Error: gone"},
            {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "And?"}],
            },
        ],
        "tools": [
            {
                "type": "function",
                "name": "weather",
                "description": "Tells the weather.",
                "parameters": SCHEMA,
                "strict": False,
            }
        ],
    }


def _responses_call(call_id: str, arguments: str) -> dict[str, Any]:
    return {
        "type": "function_call",
        "call_id": call_id,
        "name": "weather",
        "arguments": arguments,
    }


def test_messages() -> None:
    body = MessagesDialect(peer()).request(CONVERSATION, TOOLS)

    assert body == {
        "model": "m",
        "stream": True,
        "system": "Be brief.\n\nBe kind.",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look:"},
                    {"type": "image", "source": _source("image/png", PNG_64)},
                    {
                        "type": "document",
                        "source": _source("application/pdf", PDF_64),
                        "title": "plan.pdf",
                    },
                    {"type": "text", "text": "table.csv:\n\na,b\n1,2\n"},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": "I ask."},
                    _messages_call("call_1", {"city": "Köln"}),
                    _messages_call("call_2", {"city": "Bonn"}),
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "call_1",
                        "content": [{"type": "text", "text": "sunny"}],
                    },
                    {
                        "type": "tool_result",
                        "tool_use_id": "call_2",
                        "content": [{"type": "text", "text": "gone"}],
                        "is_error": True,
                    },
                    {"type": "text", "text": "And?"},
                ],
            },
        ],
        "tools": [{"name": "weather", "description": "Tells the weather.", "input_schema": SCHEMA}],
    }


def _source(media_type: str, data: str) -> dict[str, str]:
    return {"type": "base64", "media_type": media_type, "data": data}


def _messages_call(call_id: str, arguments: dict[str, str]) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": "weather", "input": arguments}


def test_every_body_is_json() -> None:
    for dialect in (ChatDialect(peer()), ResponsesDialect(peer()), MessagesDialect(peer())):
        body = dialect.request(CONVERSATION, TOOLS)

        assert json.loads(json.dumps(body)) == body


def test_only_the_providers_own_hosts_get_cache_marks() -> None:
    question = [LLMMessage(Role.USER, "Hello")]

    assert "prompt_cache_key" in ResponsesDialect(peer("api.openai.com")).request(question, [])
    assert "cache_control" in MessagesDialect(peer("api.anthropic.com")).request(question, [])
    for dialect in (ResponsesDialect(peer()), MessagesDialect(peer())):
        assert not {"prompt_cache_key", "cache_control"} & set(dialect.request(question, []))
