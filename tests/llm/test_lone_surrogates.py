"""Halves of characters, which UTF-8 can't carry: replaced on the way out and on the way in."""

import json
from typing import Any

import pytest

from desktop.core.content import Role, ToolCall
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.client import StreamingClient
from desktop.llm.jsonvalues import valid_unicode
from desktop.llm.openai_client import API, OpenAIClient
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import Reply, WireServer
from tests.llm import chat_syntax_cases, messages_cases, responses_cases
from tests.llm.wire_case import response_of

HALF = "a\ud800b"
WHOLE = "a\ufffdb"
ONE_TRY = RetryPolicy(tries=1)
ASKED = [
    LLMMessage(Role.SYSTEM, HALF),
    LLMMessage(Role.USER, HALF),
    LLMMessage(Role.ASSISTANT, HALF, tool_calls=(ToolCall(HALF, HALF, {HALF: [HALF]}, HALF),)),
    LLMMessage(Role.TOOL, HALF, tool_call_id=HALF),
    LLMMessage(Role.USER, HALF),
]
CHAT_CALL = chat_syntax_cases.event(
    json.dumps(
        chat_syntax_cases.delta(
            tool_calls=[{"id": HALF, "function": {"name": HALF, "arguments": '{"a": "\\ud800"}'}}]
        )
    )
) + chat_syntax_cases.event(chat_syntax_cases.STOP)
RESPONSES_CALL = responses_cases.end(
    "completed",
    {**responses_cases.CALL, "call_id": HALF, "name": HALF, "arguments": '{"a": "\\ud800"}'},
)
MESSAGES_CALL = (
    messages_cases.start()
    + messages_cases.block(0, "thinking", thinking="hm", signature=HALF)
    + messages_cases.block(1, "tool_use", id=HALF, name=HALF, input={"a": "\ud800"})
    + messages_cases.stop("tool_use")
    + messages_cases.STOP
)


def client_for(api: API | None, server: WireServer) -> StreamingClient:
    if api is None:
        return AnthropicClient("key-1234", "m", server.origin, retry=ONE_TRY)
    return OpenAIClient("key-1234", "m", server.url, api=api, retry=ONE_TRY)


@pytest.mark.parametrize(
    ("api", "body"), [("chat", CHAT_CALL), ("responses", RESPONSES_CALL), (None, MESSAGES_CALL)]
)
async def test_half_characters_are_replaced_both_ways(api: API | None, body: bytes) -> None:
    tools = [ToolDefinition("f", HALF)]
    async with WireServer(Reply(body)) as server:
        client = client_for(api, server)
        chunks = [chunk async for chunk in client.stream(ASKED, tools)]
        await client.aclose()
    response = response_of(chunks)
    (call,) = response.tool_calls

    assert WHOLE in server.requests[0].body.decode()
    assert (call.id, call.name, dict(call.arguments)) == (WHOLE, WHOLE, {"a": "\ufffd"})
    json.dumps(response.provider_state, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("\ud83d\ude00", "😀"),
        ({"\udc00": ("x", 1, None)}, {"\ufffd": ["x", 1, None]}),
        ("é", "é"),
    ],
)
def test_what_is_whole_stays(value: Any, expected: Any) -> None:
    assert valid_unicode(value) == expected
