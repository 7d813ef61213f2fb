"""Anthropic's events: rows 99 to 113 of the conformance table."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.wire_case import Case

JSONObject = dict[str, Any]


def event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def start(message_id: str = "msg_1", **usage: int) -> bytes:
    message = {"id": message_id, "model": "claude", "usage": {"input_tokens": 7, **usage}}
    return event("message_start", message=message)


def block(index: int, kind: str, **fields: Any) -> bytes:
    return event("content_block_start", index=index, content_block={"type": kind, **fields})


def delta(index: int, kind: str, **fields: Any) -> bytes:
    return event("content_block_delta", index=index, delta={"type": kind, **fields})


def text(words: str, index: int = 0) -> bytes:
    return delta(index, "text_delta", text=words)


def stop(reason: str = "end_turn", **delta_fields: Any) -> bytes:
    return event(
        "message_delta",
        delta={"stop_reason": reason, **delta_fields},
        usage={"output_tokens": 2},
    )


STOP = event("message_stop")
DONE = b"data: [DONE]\n\n"
OPEN = start() + block(0, "text", text="")
PLAIN = OPEN + text("Hal") + text("lo") + event("content_block_stop", index=0) + stop() + STOP
TOOL = start() + block(0, "tool_use", id="toolu_1", name="f", input={})


def case(number: int, name: str, body: bytes, said: str = "Hallo", **fields: Any) -> Case:
    fields.setdefault("raw_finish", "end_turn")
    return Case(number, name, body, said, dialect="messages", **fields)


def call(number: int, name: str, body: bytes, *calls: Any, raw: str = "tool_use") -> Case:
    length = raw == "max_tokens"
    return case(
        number,
        name,
        body + stop(raw) + STOP,
        "",
        calls=calls,
        finish=FinishReason.LENGTH if length else FinishReason.TOOL_CALLS,
        raw_finish=raw,
    )


def json_delta(words: str) -> bytes:
    return delta(0, "input_json_delta", partial_json=words)


OVERLOADED = event("error", error={"type": "overloaded_error", "message": "Overloaded"})
WHOLE = {
    "id": "msg_1",
    "type": "message",
    "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hallo"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 7, "output_tokens": 2},
}

MESSAGES = [
    case(99, "normal", PLAIN, usage=(7, 2)),
    case(
        99,
        "ping, unknown event, delta and block",
        start()
        + event("ping")
        + event("novelty", data=1)
        + block(0, "hologram", data="?")
        + delta(0, "hologram_delta", data="!")
        + block(1, "text", text="Hal")
        + text("lo", 1)
        + stop()
        + STOP,
    ),
    case(
        100, "no event lines", b"".join(PLAIN.partition(b"\n")[2].split(b"event: message_stop\n"))
    ),
    case(
        100,
        "data lines alone",
        b"\n\n".join(b for b in PLAIN.split(b"\n") if b.startswith(b"data")) + b"\n\n",
        usage=(7, 2),
    ),
    case(101, "error first", OVERLOADED, "", error=ErrorKind.OVERLOADED, words="Overloaded"),
    case(
        102,
        "error in the middle",
        OPEN + text("Hal") + OVERLOADED,
        "Hal",
        error=ErrorKind.OVERLOADED,
        words="Overloaded",
    ),
    case(103, "end after text", OPEN + text("Hal"), "Hal", error=ErrorKind.INCOMPLETE),
    case(103, "end, then [DONE]", OPEN + text("Hal") + DONE, "Hal", error=ErrorKind.INCOMPLETE),
    case(103, "no message_stop", OPEN + text("Hallo") + stop()),
    case(104, "message_start twice", start() + PLAIN),
    case(
        104,
        "another message_start",
        OPEN + text("Hal") + start("msg_2") + text("no"),
        "Hal",
        error=ErrorKind.BAD_RESPONSE,
    ),
    case(105, "gap in the indices", start() + block(7, "text") + text("Hallo", 7) + stop() + STOP),
    case(105, "delta without a start", start() + text("Hallo") + stop() + STOP),
    call(106, "tool input empty", TOOL + json_delta(""), ("f", {}, None)),
    call(
        106,
        "tool input in pieces",
        TOOL + json_delta('{"a"') + json_delta(": 1}"),
        ("f", {"a": 1}, None),
    ),
    call(
        106,
        "tool input in the start",
        start() + block(0, "tool_use", id="toolu_1", name="f", input={"a": 1}),
        ("f", {"a": 1}, None),
    ),
    call(106, "tool input bad", TOOL + json_delta("{a"), ("f", {}, "invalid_json")),
    call(
        106, "tool input cut", TOOL + json_delta('{"a"'), ("f", {}, "truncated"), raw="max_tokens"
    ),
    case(
        107,
        "thinking, signature, redacted",
        start()
        + block(0, "thinking", thinking="", signature="")
        + delta(0, "thinking_delta", thinking="hm")
        + delta(0, "signature_delta", signature="c2ln")
        + block(1, "redacted_thinking", data="b3Bh")
        + block(2, "text", text="")
        + text("Hallo", 2)
        + stop()
        + STOP,
        reasoning="hm",
    ),
    case(
        108,
        "refusal with details",
        OPEN + stop("refusal", stop_details={"category": "cyber", "explanation": "No."}) + STOP,
        "",
        refusal="cyber: No.",
        finish=FinishReason.CONTENT_FILTER,
        raw_finish="refusal",
    ),
    case(
        110,
        "context window exceeded",
        OPEN + text("Hallo") + stop("model_context_window_exceeded") + STOP,
        finish=FinishReason.LENGTH,
        raw_finish="model_context_window_exceeded",
    ),
    case(111, "JSON answer", json.dumps(WHOLE).encode(), reasoning="hm", usage=(7, 2)),
    case(111, "web page", b"<html>hello</html>", "", error=ErrorKind.BAD_RESPONSE),
    case(
        111,
        "JSON error",
        b'{"type":"error","error":{"type":"not_found_error","message":"model: x"}}',
        "",
        error=ErrorKind.MODEL_NOT_FOUND,
        words="model: x",
    ),
    case(
        112,
        "credit error within the stream",
        event("error", error={"type": "billing_error", "message": "pay"}),
        "",
        error=ErrorKind.QUOTA,
    ),
    case(
        113,
        "usage merged, each count so far",
        start(cache_read_input_tokens=100, cache_creation_input_tokens=10, output_tokens=1)
        + block(0, "text")
        + text("Hallo")
        + stop()
        + STOP,
        usage=(117, 2),
    ),
]
