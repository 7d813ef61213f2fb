"""Chat answers that bend the rules, by the row of the conformance table they are nearest to."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.chat_syntax_cases import (
    DONE,
    HALLO,
    INCOMPLETE,
    MORE,
    STOP,
    delta,
    events,
    finish,
)
from tests.llm.chat_tool_cases import CALLS, END, case, part
from tests.llm.wire_case import Case

VLLM = {
    "object": "error",
    "message": "This model's maximum context length is 10 tokens",
    "type": "BadRequestError",
    "code": 400,
}
TOO_LONG = ErrorKind.CONTEXT_TOO_LONG


def message(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": fields, "finish_reason": "stop"}]}


def call(name: str, arguments: str, **fields: Any) -> dict[str, Any]:
    return {**fields, "function": {"name": name, "arguments": arguments}}


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


REASONS = [
    Case(
        44,
        f"finish {word!r} as text with every chunk, then cut",
        events(finish(word, content="Hal"), finish(word, content="lo")),
        "Hallo",
        error=INCOMPLETE,
    )
    for word in ("null", "None", " ")
] + [
    Case(
        44,
        "finish 'null' until the last",
        events(finish("null", content="Hal"), finish("length")),
        "Hal",
        finish=FinishReason.LENGTH,
        raw_finish="length",
    ),
]

FLAT_ERRORS = [
    Case(75, "flat error, then [DONE]", events(VLLM) + DONE, error=TOO_LONG, words="maximum"),
    Case(75, "flat error after text", events(HALLO, VLLM) + DONE, "Hal", error=TOO_LONG),
    Case(
        75,
        "detail alone",
        events(HALLO, {"detail": "x went wrong"}) + DONE,
        "Hal",
        error=ErrorKind.SERVER,
        words="x went wrong",
    ),
    Case(27, "flat error as a document", body(VLLM), error=TOO_LONG, words="maximum"),
    Case(
        27,
        "flat error with a text code as a document",
        body({"code": "model_not_found", "message": "no such thing"}),
        error=ErrorKind.MODEL_NOT_FOUND,
    ),
    Case(
        48,
        "a notice is no error",
        events({"type": "status", "message": "searching"}, {"code": 0, "message": "ok"})
        + events(HALLO, STOP),
        "Hal",
    ),
    Case(
        73,
        "error within the choice",
        events({"choices": [{"index": 0, "delta": {}, "error": {"code": 502, "message": "gone"}}]})
        + DONE,
        error=ErrorKind.SERVER,
        words="gone",
    ),
]

COUNTS = [
    Case(
        46,
        "later usage with a null",
        events(
            {**HALLO, "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
            {**STOP, "usage": {"prompt_tokens": None, "completion_tokens": 5}},
        ),
        "Hal",
        usage=(3, 5),
    ),
]

MESSAGES = [
    Case(37, "message repeats the text", events(HALLO, MORE, message(content="Hallo")), "Hallo"),
    Case(
        37,
        "message alone brings the text",
        events(delta(role="assistant"), delta(reasoning="hm"), message(content="Hi")),
        "Hi",
        "hm",
    ),
    Case(
        37,
        "message in pieces",
        events({"choices": [{"message": {"content": "Hal"}}]}, message(content="lo")),
        "Hallo",
    ),
    case(
        37,
        "message repeats the calls",
        part('{"a": 1}', "f", index=0, id="c1"),
        {"choices": [{"delta": {}, "message": {"tool_calls": [call("f", '{"a": 1}', id="c1")]}}]},
    ),
]

CHOICES = [
    Case(
        34,
        "index as text",
        events({"choices": [{"index": "0", "delta": {"content": "Hal"}}]}, STOP),
        "Hal",
    ),
    Case(
        34,
        "two choices without index",
        events({"choices": [{"delta": {"content": "Hal"}}, {"delta": {"content": "no"}}]}, STOP),
        "Hal",
    ),
    Case(
        34,
        "index 1 as text",
        events(HALLO, {"choices": [{"index": "1", "delta": {"content": "no"}}]}, STOP),
        "Hal",
    ),
]

NO_ARGUMENTS = (("f", {}, None), ("f", {}, None))
TOOLS = [
    case(
        59,
        "a new id with each piece",
        part('{"a"', "f", index=0, id="c1"),
        part(": 1}", index=0, id="c2"),
    ),
    case(
        64,
        "empty object before the arguments",
        part("{}", "f", index=0, id="c1"),
        part('{"a"', index=0),
        part(": 1}", index=0),
    ),
    case(64, "empty object alone", part("{}", "f", index=0, id="c1"), calls=NO_ARGUMENTS[:1]),
    Case(
        58,
        "two equal calls without ids in one message",
        body(message(tool_calls=[call("f", ""), call("f", "")])),
        calls=NO_ARGUMENTS,
        finish=CALLS,
    ),
    Case(
        58,
        "two calls with one id in one message",
        events(message(tool_calls=[call("f", "{}", id="c"), call("f", "{}", id="c")])),
        calls=NO_ARGUMENTS,
        finish=CALLS,
    ),
    case(
        54,
        "a new id and a name at one index",
        part("{}", "f", index=0, id="c1"),
        part("{}", "f", index=0, id="c2"),
        calls=NO_ARGUMENTS,
        end=END,
    ),
]

PARTS = [
    Case(
        35,
        "thinking is a string",
        events(delta(content=[{"type": "thinking", "thinking": "hm"}]), HALLO, STOP),
        "Hal",
        "hm",
    ),
    Case(
        35,
        "reasoning part",
        events(delta(content=[{"type": "reasoning", "text": "hm"}]), HALLO, STOP),
        "Hal",
        "hm",
    ),
    Case(
        42,
        "refusal part",
        events(delta(content=[{"type": "refusal", "refusal": "No."}]), STOP),
        refusal="No.",
        finish=FinishReason.CONTENT_FILTER,
    ),
    Case(42, "refusal cut", events(delta(refusal="I can")), "I can", error=INCOMPLETE),
]

ODD = [*REASONS, *FLAT_ERRORS, *COUNTS, *MESSAGES, *CHOICES, *TOOLS, *PARTS]
