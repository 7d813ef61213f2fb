"""Whatever a conversation looks like, what is sent keeps the rules of the wire."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.content import ContentPart, DocumentPart, ImagePart, Role, TextPart, ToolCall
from desktop.core.errors import LLMError
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.chat_dialect import ChatDialect
from desktop.llm.dialect import Peer
from desktop.llm.messages_dialect import MessagesDialect
from desktop.llm.responses_dialect import ResponsesDialect

TOOLS = [ToolDefinition("f")]
IDS = ("c1", "c2", "c 3!", "", "x" * 80)

texts = st.sampled_from(["", " ", "\n", "Hello", "Grüße 😀", "\ud800", "a\0b", "Hello "])
calls = st.builds(
    ToolCall,
    id=st.sampled_from(IDS),
    name=st.sampled_from(["f", "g", ""]),
    arguments=st.sampled_from([{}, {"a": 1}]),
)
parts: st.SearchStrategy[ContentPart] = st.one_of(
    st.builds(TextPart, texts),
    st.just(ImagePart(b"\x89PNG", "image/png")),
    st.just(DocumentPart(b"%PDF-1.7", "application/pdf", "a.pdf")),
    st.just(DocumentPart(b"plain", "text/plain", "a.txt")),
)
contents = st.one_of(texts, st.lists(parts, max_size=3).map(tuple))
messages = st.one_of(
    st.builds(LLMMessage, st.sampled_from([Role.SYSTEM, Role.USER]), contents),
    st.builds(
        LLMMessage,
        st.just(Role.ASSISTANT),
        texts,
        tool_calls=st.lists(calls, max_size=3).map(tuple),
    ),
    st.builds(
        LLMMessage,
        st.just(Role.TOOL),
        contents,
        tool_call_id=st.sampled_from([*IDS, None]),
        is_error=st.booleans(),
    ),
)
any_conversation = given(conversation=st.lists(messages, max_size=8))
many = settings(max_examples=120)


def body_of(dialect: Any, host: str, conversation: Sequence[LLMMessage]) -> dict[str, Any] | None:
    """Return the request as it goes out; None where there is nothing to answer."""
    try:
        body = dialect(Peer(host, "model-x", "a")).request(conversation, TOOLS)
    except LLMError:
        return None
    json.dumps(body)
    return body


@given(
    host=st.sampled_from(["127.0.0.1", "api.mistral.ai", "api.deepseek.com"]),
    conversation=st.lists(messages, max_size=8),
)
@many
def test_chat(host: str, conversation: list[LLMMessage]) -> None:
    body = body_of(ChatDialect, host, conversation)
    if body is None:
        return
    waiting: list[str] = []
    used: set[str] = set()
    for number, message in enumerate(body["messages"]):
        if message["role"] == "tool":
            waiting.remove(message["tool_call_id"])
            continue
        assert not waiting
        assert message["role"] != "system" or number == 0
        assert message.get("content") or message.get("tool_calls")
        waiting = [call["id"] for call in message.get("tool_calls", [])]
        assert len(waiting) == len(set(waiting)) == len(set(waiting) - used)
        used.update(waiting)
        if host == "api.mistral.ai":
            assert all(len(name) == 9 and name.isalnum() for name in waiting)
    assert body["messages"][-1]["role"] in {"user", "tool"}


@any_conversation
@many
def test_messages(conversation: list[LLMMessage]) -> None:
    body = body_of(MessagesDialect, "api.anthropic.com", conversation)
    if body is None:
        return
    turns = body["messages"]
    assert turns[0]["role"] == turns[-1]["role"] == "user"
    waiting: list[str] = []
    for turn in turns:
        blocks = turn["content"]
        assert blocks
        assert all(block["text"].strip() for block in blocks if block["type"] == "text")
        if turn["role"] == "user":
            kinds = [block["type"] for block in blocks]
            answered = [b["tool_use_id"] for b in blocks if b["type"] == "tool_result"]
            assert kinds[: len(answered)] == ["tool_result"] * len(answered)
            assert answered == waiting
        waiting = [block["id"] for block in blocks if block["type"] == "tool_use"]
        assert len(waiting) == len(set(waiting))
    assert all(a["role"] != b["role"] for a, b in pairwise(turns))


@any_conversation
@many
def test_responses(conversation: list[LLMMessage]) -> None:
    body = body_of(ResponsesDialect, "api.openai.com", conversation)
    if body is None:
        return
    asked = [item["call_id"] for item in body["input"] if item["type"] == "function_call"]
    told = [item["call_id"] for item in body["input"] if item["type"] == "function_call_output"]
    assert asked == told
    assert len(asked) == len(set(asked))
    for item in body["input"]:
        if item["type"] == "message":
            assert item["content"]
    assert body["input"][-1].get("role") != "assistant"
