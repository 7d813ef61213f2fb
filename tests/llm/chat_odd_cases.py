"""Chat answers that bend the rules, by the row of the conformance table they are nearest to."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.chat_syntax_cases import (
    BAD,
    DONE,
    HALLO,
    INCOMPLETE,
    MORE,
    PLAIN,
    STOP,
    delta,
    event,
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

BROKEN_OFF = [
    Case(
        44,
        f"finish {word}",
        events(HALLO, finish(word)) + DONE,
        "Hal",
        finish=FinishReason.INTERRUPTED,
        raw_finish=word,
        words="broke this answer off",
    )
    for word in ("abort", "failed", "timeout", "OTHER", "MALFORMED_FUNCTION_CALL")
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
        "an empty message first, a whole one last",
        events({"choices": [{"message": {"content": ""}}]}, HALLO, message(content="Hal")),
        "Hal",
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

ESCAPED = '{"a": "\\ud800", "b": "\\ud83d\\ude00"}'
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
    case(
        66,
        "half characters in name and arguments",
        json.dumps(part(ESCAPED, "f\ud800", index=0, id="c\udc00")),
        calls=(("f\ufffd", {"a": "\ufffd", "b": "😀"}, None),),
    ),
    case(
        16,
        "a character cut between pieces of arguments",
        json.dumps(part('{"a": "\ud83d', "f", index=0, id="c1")),
        json.dumps(part('\ude00"}', index=0)),
        calls=(("f", {"a": "😀"}, None),),
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

LINES = b"".join(body(value) + b"\n" for value in (HALLO, MORE, STOP))
ODD_TEXT = "a\u2028b\x85c\x0bd"
ODD_LINES = b"".join(
    json.dumps(value, ensure_ascii=False).encode() + b"\n"
    for value in (delta(content=ODD_TEXT), STOP)
)
SINGLE = PLAIN.replace(b"\n\n", b"\n")
UNAVAILABLE = [{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}]

FRAMES = [
    Case(
        30, "JSON lines cut after the first", LINES.split(b"\n")[0] + b"\n", "Hal", error=INCOMPLETE
    ),
    Case(30, "one chunk as a document", body(HALLO), "Hal", error=INCOMPLETE),
    Case(30, "array of chunks", body([HALLO, MORE, STOP]), "Hallo"),
    Case(30, "array of chunks without end", body([HALLO, MORE]), "Hallo", error=INCOMPLETE),
    Case(30, "array of one answer", body([message(content="Hallo")]), "Hallo"),
    Case(30, "JSON lines and CRLF", LINES.replace(b"\n", b"\r\n"), "Hallo"),
    Case(30, "JSON lines with a byte order mark", b"\xef\xbb\xbf" + LINES, "Hallo"),
    Case(30, "other line ends within a string", ODD_LINES, ODD_TEXT),
    Case(
        30,
        "an error line after JSON lines",
        body(HALLO) + b"\n" + body({"error": {"message": "gone", "code": 503}}) + b"\n",
        "Hal",
        error=ErrorKind.OVERLOADED,
    ),
    Case(
        30, "a bad line among JSON lines", body(HALLO) + b"\n{'a'}\n" + body(STOP), "Hal", error=BAD
    ),
    Case(14, "events apart by one line end", SINGLE, "Hallo", usage=(7, 2)),
    Case(14, "the same without a space", SINGLE.replace(b"data: ", b"data:"), "Hallo"),
    Case(14, "the same with CRLF", SINGLE.replace(b"\n", b"\r\n"), "Hallo"),
    Case(14, "the same after a comment", b": hi\n\n" + SINGLE, "Hallo"),
    Case(14, "the same, cut", SINGLE[:130], "Hal", error=INCOMPLETE),
    Case(14, "the same, ending well", SINGLE + b"\n", "Hallo"),
    Case(
        14,
        "an error named on a line of its own",
        event(HALLO).rstrip() + b'\nevent: error\ndata: {"words": "gone"}\n',
        "Hal",
        error=ErrorKind.SERVER,
    ),
    Case(14, "events apart by a blank", PLAIN.replace(b"\n\n", b"\n \n"), "Hallo", usage=(7, 2)),
    Case(14, "one of many apart by one line end", event(HALLO) + SINGLE, "HalHallo"),
    Case(20, "blank after [DONE]", events(HALLO, STOP) + b"data: [DONE] \n\n", "Hal"),
    Case(20, "DONE without brackets", events(HALLO, STOP) + b"data: DONE\n\n", "Hal"),
    Case(20, "DONE without a reason", event(HALLO) + b"data: DONE\n\n", "Hal", raw_finish=None),
    Case(20, "junk after the reason", events(HALLO, STOP, "bye", "7"), "Hal"),
    Case(20, "null", events(HALLO, "null", STOP, "null"), "Hal"),
    Case(20, "data of blanks", event(HALLO) + b"data:   \n\n" + event(STOP), "Hal"),
    Case(25, "[DONE] without data:", b"[DONE]", error=BAD),
    Case(25, "[DONE] without data: on a line", b"[DONE]\n", error=BAD),
    Case(72, "error in a list", events(HALLO, UNAVAILABLE), "Hal", error=ErrorKind.OVERLOADED),
    Case(72, "error in a list as a document", body(UNAVAILABLE), error=ErrorKind.OVERLOADED),
    Case(48, "type of an odd kind", events({**HALLO, "type": []}, STOP), "Hal"),
]

TYPED = (
    b'event: message_start\ndata: {"message": {"id": "m1"}}\n\n'
    b"event: content_block_start\n"
    b'data: {"index": 0, "content_block": {"type": "text", "text": ""}}\n\n'
    b"event: content_block_delta\n"
    b'data: {"index": 0, "delta": {"type": "text_delta", "text": "Hallo"}}\n\n'
    b'event: message_delta\ndata: {"delta": {"stop_reason": "end_turn"}}\n\n'
    b"event: message_stop\ndata: {}\n\n"
)

NAMED = [
    Case(
        1, "events typed by their name", TYPED, "Hallo", raw_finish="end_turn", dialect="messages"
    ),
    Case(
        14,
        "events typed by their name, apart by one line end",
        TYPED.replace(b"\n\n", b"\n"),
        "Hallo",
        raw_finish="end_turn",
        dialect="messages",
    ),
    Case(
        1,
        "events typed by their name",
        b'event: response.output_text.delta\ndata: {"output_index": 0, "delta": "Hallo"}\n\n'
        b'event: response.completed\ndata: {"response": {"status": "completed"}}\n\n',
        "Hallo",
        raw_finish="completed",
        dialect="responses",
    ),
]

ODD = [
    *REASONS,
    *BROKEN_OFF,
    *FLAT_ERRORS,
    *COUNTS,
    *MESSAGES,
    *CHOICES,
    *TOOLS,
    *PARTS,
    *FRAMES,
    *NAMED,
]
