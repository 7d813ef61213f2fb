"""Responses as gateways bend them: items without ids or places, ends without deltas."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.responses_cases import (
    CALL,
    CREATED,
    DONE,
    REASONING,
    case,
    end,
    event,
    message,
    response,
    text,
)
from tests.llm.wire_case import Case

JSONObject = dict[str, Any]

SECOND = {**CALL, "call_id": "call_2", "name": "g", "arguments": "{}"}
ONE_CALL = (("f", {"a": 1}, None),)
TWO_CALLS = (*ONE_CALL, ("g", {}, None))


def added(item: JSONObject, **place: Any) -> bytes:
    return event("output_item.added", item=item, **place)


def done(item: JSONObject, **place: Any) -> bytes:
    return event("output_item.done", item=item, **place)


def loose(words: str, **place: Any) -> bytes:
    return event("output_text.delta", delta=words, **place)


def arguments(words: Any, step: str = "delta", **place: Any) -> bytes:
    field = "delta" if step == "delta" else "arguments"
    return event(f"function_call_arguments.{step}", **{field: words}, **place)


def said(number: int, name: str, *parts: bytes, **fields: Any) -> Case:
    return case(number, name, CREATED + b"".join(parts), **fields)


def calls(name: str, *parts: bytes, found: Any = ONE_CALL, **fields: Any) -> Case:
    body = CREATED + b"".join(parts)
    fields.setdefault("finish", FinishReason.TOOL_CALLS)
    return case(114, name, body, "", calls=found, **fields)


def failed(name: str, payload: JSONObject, kind: ErrorKind, words: str, before: str = "") -> Case:
    body = (text(before) if before else b"") + f"data: {json.dumps(payload)}\n\n".encode() + DONE
    return case(115, name, body, before, error=kind, words=words)


ITEMS = [
    said(
        114,
        "the final output leaves out the reasoning",
        done(REASONING, output_index=0),
        done(message("Hallo"), output_index=1),
        end("completed", message("Hallo")),
        reasoning="hm",
    ),
    said(
        114,
        "deltas at 1, an output of one item",
        text("Hal", 1),
        text("lo", 1),
        end("completed", message("Hallo")),
    ),
    said(
        114,
        "the index as text",
        loose("Hal", output_index="0"),
        loose("lo", output_index="0"),
        end("completed", message("Hallo")),
    ),
    said(114, "the index as a list", loose("Hallo", output_index=[1]), end()),
    said(
        114,
        "a new id with every event",
        added({"type": "message", "id": "a", "content": []}, output_index=0),
        loose("Hal", output_index=0, item_id="b"),
        loose("lo", output_index=0, item_id="c"),
        done({**message("Hallo"), "id": "d"}, output_index=0),
        end("completed", {**message("Hallo"), "id": "e"}),
    ),
    said(
        114,
        "two messages at one index",
        done({**message("Hal"), "id": "a"}, output_index=0),
        done({**message("lo"), "id": "b"}, output_index=0),
        end(),
    ),
    said(
        114,
        "two messages without a place",
        done(message("Hal")),
        done(message("lo")),
        end("completed", message("Hal"), message("lo")),
    ),
    said(
        114,
        "a message only in the output, after one that was streamed",
        loose("Hal", item_id="a"),
        end("completed", {**message("Hal"), "id": "a"}, {**message("lo"), "id": "b"}),
    ),
    calls(
        "a call whose reasoning the output leaves out",
        done(REASONING, output_index=0),
        done(CALL, output_index=1),
        end("completed", CALL),
        reasoning="hm",
    ),
    calls("two calls without a place", done(CALL), done(SECOND), end(), found=TWO_CALLS),
    calls(
        "two calls at one index",
        added({**CALL, "arguments": ""}, output_index=0),
        arguments('{"a": 1}', output_index=0),
        done(CALL, output_index=0),
        done(SECOND, output_index=0),
        end("completed", CALL, SECOND),
        found=TWO_CALLS,
    ),
    calls(
        "pieces without a place belong to the call begun last",
        added({**CALL, "arguments": ""}),
        arguments('{"a": '),
        arguments("1}"),
        added({**SECOND, "arguments": ""}),
        arguments("{}"),
        end(),
        found=TWO_CALLS,
    ),
]

ENDS = [
    calls(
        "arguments.done is the only source",
        added({**CALL, "arguments": ""}, output_index=0),
        arguments('{"a": 1}', "done", output_index=0),
        end(),
    ),
    calls(
        "arguments.done brings the name",
        arguments('{"a": 1}', "done", item_id="fc_1", name="f"),
        end(),
    ),
    calls("arguments as an object", done({**CALL, "arguments": {"a": 1}}, output_index=0), end()),
    calls(
        "arguments.done as an object",
        added({**CALL, "arguments": ""}, output_index=0),
        arguments({"a": 1}, "done", output_index=0),
        end(),
    ),
    calls(
        "an item that begins with an empty object",
        added({**CALL, "arguments": "{}"}, output_index=0),
        arguments('{"a": 1}', output_index=0),
        end(),
    ),
    said(114, "output_text.done alone", event("output_text.done", text="Hallo"), end()),
    said(
        114,
        "content_part.done alone",
        event("content_part.done", part={"type": "output_text", "text": "Hallo"}),
        end(),
    ),
    said(
        114,
        "reasoning by its ends alone",
        event("reasoning_summary_text.done", output_index=0, text="hm"),
        event("reasoning_summary_part.done", output_index=0, part={"type": "x", "text": "hm"}),
        event("output_text.done", output_index=1, text="Hallo"),
        end("completed", REASONING, message("Hallo")),
        reasoning="hm",
    ),
    said(
        114,
        "the summary, and not the reasoning too",
        event("reasoning_summary_text.delta", output_index=0, delta="hm"),
        event("reasoning_text.delta", output_index=0, delta="hm in full"),
        text("Hallo", 1),
        end(),
        reasoning="hm",
    ),
    said(
        114,
        "refusal.done alone",
        event("refusal.done", refusal="No."),
        end(),
        said="",
        refusal="No.",
        finish=FinishReason.CONTENT_FILTER,
    ),
    said(
        114,
        "every end repeats the deltas",
        text("Hal"),
        text("lo"),
        event("output_text.done", output_index=0, text="Hallo"),
        event("content_part.done", output_index=0, part={"type": "output_text", "text": "Hallo"}),
        done(message("Hallo"), output_index=0),
        end("completed", message("Hallo")),
    ),
    said(
        114,
        "a part that had no delta",
        text("Hal"),
        end("completed", {"type": "message", "content": [*message("Hal")["content"], "lo"]}),
    ),
    said(
        114,
        "two parts, each ended by its own event",
        loose("Hal", content_index=0),
        event("output_text.done", content_index=0, text="Hal"),
        event("output_text.done", content_index=1, text="lo"),
        end("completed", message("Hallo")),
    ),
    said(114, "deltas that stop early", text("Hal"), end("completed", message("Hallo"))),
    said(114, "an end that differs", text("Hallo"), end("completed", message("Hallo".strip("o")))),
    said(114, "content as text", end("completed", {"type": "message", "content": "Hallo"})),
    said(
        114,
        "a part of the type text",
        end("completed", {"type": "message", "content": [{"type": "text", "text": "Hallo"}]}),
    ),
    case(
        118,
        "JSON answer with content as text",
        json.dumps(response("completed", {"type": "message", "content": "Hallo"})).encode(),
    ),
]

FAILED = [
    failed(
        "response.error",
        {"type": "response.error", "code": "server_error", "message": "boom"},
        ErrorKind.SERVER,
        "boom",
        before="Hal",
    ),
    failed(
        "a flat error, as old vLLM writes it",
        {"object": "error", "type": "BadRequestError", "code": 400, "message": "no such thing"},
        ErrorKind.BAD_REQUEST,
        "no such thing",
        before="Hal",
    ),
    failed("a bare detail", {"detail": "it broke"}, ErrorKind.SERVER, "it broke"),
    case(
        118,
        "a JSON error with status 200",
        b'{"object":"error","code":404,"message":"The model `x` does not exist."}',
        "",
        error=ErrorKind.MODEL_NOT_FOUND,
        words="does not exist",
    ),
]

RESPONSES_ODD = [*ITEMS, *ENDS, *FAILED]
