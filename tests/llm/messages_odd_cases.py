"""Anthropic's events as proxies bend them: indices used twice, content in odd places."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.messages_cases import (
    OPEN,
    STOP,
    TOOL,
    WHOLE,
    block,
    call,
    case,
    delta,
    event,
    start,
    stop,
    text,
)

END = event("content_block_stop", index=0)
TOOL_START = block(0, "tool_use", id="toolu_1", name="f", input={})
THINKING = block(0, "thinking", thinking="") + delta(0, "thinking_delta", thinking="hm")


def arguments(words: Any) -> bytes:
    return delta(0, "input_json_delta", partial_json=words)


def with_call(name: str, *parts: bytes, calls: Any = (("f", {"a": 1}, None),)) -> Any:
    return case(
        105,
        name,
        start() + b"".join(parts) + stop("tool_use") + STOP,
        reasoning="hm",
        calls=calls,
        finish=FinishReason.TOOL_CALLS,
        raw_finish="tool_use",
    )


MESSAGES_ODD = [
    with_call(
        "every block at index 0",
        THINKING + END,
        block(0, "text", text="") + text("Hallo") + END,
        TOOL_START + arguments('{"a": 1}') + END,
    ),
    with_call(
        "every block at index 0, none stopped",
        THINKING,
        block(0, "text", text="") + text("Hallo"),
        TOOL_START + arguments('{"a": 1}'),
    ),
    with_call(
        "two calls at index 0",
        THINKING,
        block(1, "text", text="Hallo"),
        TOOL_START + arguments('{"a": 1}'),
        block(0, "tool_use", id="toolu_2", name="g", input={}) + arguments("{}"),
        calls=(("f", {"a": 1}, None), ("g", {}, None)),
    ),
    case(
        105,
        "a block begun twice",
        OPEN + block(0, "text", text="") + text("Hallo") + stop() + STOP,
    ),
    case(
        105,
        "the index as text",
        start()
        + block(0, "text")
        + text("Hal", 0).replace(b'"index": 0', b'"index": "0"')
        + text("lo", 0).replace(b'"index": 0', b'"index": [0]')
        + stop()
        + STOP,
    ),
    call(106, "tool input as an object", TOOL + arguments({"a": 1}), ("f", {"a": 1}, None)),
    case(111, "content as text", json.dumps({**WHOLE, "content": "Hallo"}).encode()),
    case(
        111,
        "content in message_start",
        event("message_start", message={"id": "msg_1", "content": WHOLE["content"]})
        + stop()
        + STOP,
        reasoning="hm",
    ),
    case(
        111,
        "content in message_start, and streamed",
        event("message_start", message={"id": "msg_1", "content": "Hal"})
        + block(0, "text")
        + text("Hallo")
        + stop()
        + STOP,
    ),
    case(
        102,
        "a flat error in the middle",
        OPEN + text("Hal") + b'data: {"object":"error","code":503,"message":"busy"}\n\n',
        "Hal",
        error=ErrorKind.OVERLOADED,
        words="busy",
    ),
]
