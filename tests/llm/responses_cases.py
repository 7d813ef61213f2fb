"""The events of OpenAI Responses: rows 114 to 118 of the conformance table."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.wire_case import Case

JSONObject = dict[str, Any]


def event(kind: str, **fields: Any) -> bytes:
    data = json.dumps({"type": f"response.{kind}", **fields})
    return f"event: response.{kind}\ndata: {data}\n\n".encode()


def text(words: str, index: int = 0) -> bytes:
    return event("output_text.delta", output_index=index, content_index=0, delta=words)


def message(words: str) -> JSONObject:
    return {"type": "message", "content": [{"type": "output_text", "text": words}]}


def response(status: str = "completed", *output: JSONObject, **fields: Any) -> JSONObject:
    usage = {"input_tokens": 7, "output_tokens": 2}
    return {"id": "resp_1", "status": status, "output": list(output), "usage": usage, **fields}


def end(status: str = "completed", *output: JSONObject, **fields: Any) -> bytes:
    return event(status, response=response(status, *output, **fields))


REASONING = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "hm"}],
    "encrypted_content": "b3BhcXVl",
}
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": '{"a": 1}'}
DONE = b"data: [DONE]\n\n"
CREATED = event("created", response={"id": "resp_1", "model": "gpt-6"})


def case(number: int, name: str, body: bytes, said: str = "Hallo", **fields: Any) -> Case:
    fields.setdefault("raw_finish", "completed")
    return Case(number, name, body, said, dialect="responses", **fields)


RESPONSES = [
    case(
        114,
        "text",
        CREATED + text("Hal") + text("lo") + end("completed", message("Hallo")),
        usage=(7, 2),
    ),
    case(
        114,
        "reasoning, text and a call",
        CREATED
        + event("reasoning_summary_text.delta", output_index=0, delta="hm")
        + event("output_item.done", output_index=0, item=REASONING)
        + text("Hallo", 1)
        + event("output_item.added", output_index=2, item={**CALL, "arguments": ""})
        + event("function_call_arguments.delta", output_index=2, delta='{"a"')
        + event("function_call_arguments.delta", output_index=2, delta=": 1}")
        + end("completed", REASONING, message("Hallo"), CALL),
        reasoning="hm",
        calls=(("f", {"a": 1}, None),),
        finish=FinishReason.TOOL_CALLS,
    ),
    case(
        114,
        "arguments by deltas alone",
        CREATED
        + event("output_item.added", output_index=0, item={**CALL, "arguments": ""})
        + event("function_call_arguments.delta", output_index=0, delta='{"a": 1}')
        + end("completed"),
        "",
        calls=(("f", {"a": 1}, None),),
        finish=FinishReason.TOOL_CALLS,
    ),
    case(
        114,
        "no deltas, only the end",
        CREATED + end("completed", REASONING, message("Hallo")),
        reasoning="hm",
    ),
    case(
        114,
        "raw reasoning",
        CREATED
        + event("reasoning_text.delta", output_index=0, delta="hm")
        + text("Hallo", 1)
        + end(),
        reasoning="hm",
    ),
    case(
        114,
        "refusal",
        CREATED + event("refusal.delta", output_index=0, delta="No.") + end(),
        "",
        refusal="No.",
        finish=FinishReason.CONTENT_FILTER,
    ),
    case(
        115,
        "flat error",
        text("Hal") + b'data: {"type":"error","code":"server_error","message":"boom"}\n\n',
        "Hal",
        error=ErrorKind.SERVER,
        words="boom",
    ),
    case(
        115,
        "nested error",
        b'data: {"type":"error","error":{"type":"insufficient_quota",'
        b'"code":"insufficient_quota","message":"no money"}}\n\n',
        "",
        error=ErrorKind.QUOTA,
        words="no money",
    ),
    case(
        116,
        "failed",
        text("Hal") + end("failed", error={"code": "rate_limit_exceeded", "message": "slow"}),
        "Hal",
        error=ErrorKind.RATE_LIMIT,
        words="slow",
    ),
    case(
        116,
        "incomplete",
        text("Hallo") + end("incomplete", incomplete_details={"reason": "max_output_tokens"}),
        finish=FinishReason.LENGTH,
        raw_finish="incomplete",
    ),
    case(
        116,
        "incomplete by the filter",
        text("Hallo") + end("incomplete", incomplete_details={"reason": "content_filter"}),
        finish=FinishReason.CONTENT_FILTER,
        raw_finish="incomplete",
    ),
    case(
        116,
        "call cut by length",
        CREATED
        + event("output_item.added", output_index=0, item={**CALL, "arguments": '{"a'})
        + end("incomplete", incomplete_details={"reason": "max_output_tokens"}),
        "",
        calls=(("f", {}, "truncated"),),
        finish=FinishReason.LENGTH,
        raw_finish="incomplete",
    ),
    case(117, "cut before the end", CREATED + text("Hal"), "Hal", error=ErrorKind.INCOMPLETE),
    case(117, "cut, then [DONE]", CREATED + text("Hal") + DONE, "Hal", error=ErrorKind.INCOMPLETE),
    case(118, "unknown event", CREATED + event("novelty", x=1) + text("Hallo") + end()),
    case(
        118,
        "JSON answer",
        json.dumps(response("completed", REASONING, message("Hallo"))).encode(),
        reasoning="hm",
    ),
]
