"""Tool calls and errors within a chat stream: rows 51 to 78 of the conformance table."""

from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.chat_syntax_cases import DONE, HALLO, STOP, delta, event, events, finish
from tests.llm.wire_case import Case

CALLS = FinishReason.TOOL_CALLS
END = finish("tool_calls")


def part(arguments: Any = None, name: Any = None, **fields: Any) -> dict[str, Any]:
    function = {"arguments": arguments} if name is None else {"name": name, "arguments": arguments}
    return delta(tool_calls=[{**fields, "function": function}])


def case(
    number: int,
    name: str,
    *payloads: Any,
    calls: Any = (("f", {"a": 1}, None),),
    text: str = "",
    end: Any = END,
    raw: str | None = "tool_calls",
    finish: FinishReason = CALLS,
) -> Case:
    body = events(*payloads, end)
    return Case(number, name, body, text, calls=calls, finish=finish, raw_finish=raw)


TWO = (("f", {"a": 1}, None), ("g", {"b": 2}, None))


def whole(arguments: Any) -> dict[str, Any]:
    return part(arguments, "f", index=0, id="c1")


TOOLS = [
    case(51, "in pieces", part('{"a"', "f", index=0, id="c1"), part(": 1}", index=0)),
    case(52, "index missing", part('{"a"', "f", id="c1"), part(": 1}")),
    case(53, "index null", part('{"a"', "f", id="c1", index=None), part(": 1}", index=None)),
    case(
        54,
        "two ids at index 0",
        part('{"a": 1}', "f", index=0, id="c1"),
        part('{"b": 2}', "g", index=0, id="c2"),
        calls=TWO,
    ),
    case(
        54,
        "two at index 0 without ids",
        part('{"a": 1}', "f", index=0),
        part('{"b": 2}', "g", index=0),
        calls=TWO,
    ),
    case(
        55,
        "two in one chunk",
        delta(
            tool_calls=[
                {"index": 0, "id": "c1", "function": {"name": "f", "arguments": '{"a": 1}'}},
                {"index": 1, "id": "c2", "function": {"name": "g", "arguments": '{"b": 2}'}},
            ]
        ),
        calls=TWO,
    ),
    case(
        56,
        "interleaved",
        part('{"a"', "f", index=0, id="c1"),
        part('{"b"', "g", index=1, id="c2"),
        part(": 1}", index=0),
        part(": 2}", index=1),
        calls=TWO,
    ),
    case(
        56,
        "interleaved, index as text",
        part('{"a"', "f", index="0", id="c1"),
        part('{"b"', "g", index="1", id="c2"),
        part(": 1}", index="0"),
        part(": 2}", index="1"),
        calls=TWO,
    ),
    case(57, "no id", part('{"a": 1}', "f", index=0)),
    case(
        58,
        "empty ids, two calls",
        part('{"a": 1}', "f", index=0, id=""),
        part('{"b": 2}', "g", index=1, id=""),
        calls=TWO,
    ),
    case(
        58,
        "empty ids, no index, same tool twice",
        part('{"a": 1}', "f", id=""),
        part('{"a": 2}', "f", id=""),
        calls=(("f", {"a": 1}, None), ("f", {"a": 2}, None)),
    ),
    case(
        58,
        "one id for two calls",
        part('{"a": 1}', "f", index=0, id="c1"),
        part('{"b": 2}', "g", index=1, id="c1"),
        calls=TWO,
    ),
    case(
        59,
        "id with each piece",
        part('{"a"', "f", index=0, id="c1"),
        part(": 1}", index=0, id="c1"),
    ),
    case(
        60,
        "name with each piece",
        part('{"a"', "f", index=0, id="c1"),
        part(": 1}", "f", index=0, id="c1"),
        part("", "f", index=0),
    ),
    case(
        61,
        "name in pieces",
        part("", "get_", index=0, id="c1"),
        part('{"a": 1}', "time", index=0),
        calls=(("get_time", {"a": 1}, None),),
    ),
    case(
        62,
        "function null first",
        delta(tool_calls=[{"index": 0, "id": "c1", "function": None}]),
        part('{"a": 1}', "f", index=0),
    ),
    case(63, "arguments are an object", whole({"a": 1})),
    case(64, "arguments null", whole(None), calls=(("f", {}, None),)),
    case(64, "arguments empty", whole(""), calls=(("f", {}, None),)),
    case(65, "arguments encoded twice", whole('"{\\"a\\": 1}"')),
    case(66, "arguments are bad JSON", whole("{a: 1}"), calls=(("f", {}, "invalid_json"),)),
    case(67, "arguments are a list", whole("[1]"), calls=(("f", {}, "not_an_object"),)),
    case(
        68,
        "cut by length",
        whole('{"a": "lo'),
        calls=(("f", {}, "truncated"),),
        end=finish("length"),
        raw="length",
        finish=FinishReason.LENGTH,
    ),
    case(69, "finish stop with calls", whole('{"a": 1}'), end=STOP, raw="stop"),
    case(
        70,
        "legacy function_call",
        delta(function_call={"name": "f", "arguments": '{"a"'}),
        delta(function_call={"arguments": ": 1}"}),
        end=finish("function_call"),
        raw="function_call",
    ),
    case(71, "text and calls", HALLO, whole('{"a": 1}'), text="Hal"),
    case(66, "no name", part("{}", index=0, id="c1"), calls=(("", {}, "no_name"),)),
    Case(66, "half a call, then the end", events(whole('{"a": ')), error=ErrorKind.INCOMPLETE),
]


def broken(number: int, name: str, tail: bytes, kind: ErrorKind, words: str) -> Case:
    return Case(number, name, event(HALLO) + tail, "Hal", error=kind, words=words)


ERRORS = [
    broken(
        72,
        "error object, code 502",
        events({"error": {"code": 502, "message": "bad gateway"}}),
        ErrorKind.SERVER,
        "bad gateway",
    ),
    broken(
        73,
        "error beside choices",
        events({**finish("error", content=""), "error": {"code": 500, "message": "boom"}}),
        ErrorKind.SERVER,
        "boom",
    ),
    broken(73, "finish error alone", events(finish("error")), ErrorKind.SERVER, ""),
    broken(74, "error string", events({"error": "it broke"}), ErrorKind.SERVER, "it broke"),
    broken(
        75,
        "event: error, flat",
        b'event: error\ndata: {"code": "rate_limit_exceeded", "message": "slow"}\n\n',
        ErrorKind.RATE_LIMIT,
        "slow",
    ),
    broken(75, "event: error, text", b"event: error\ndata: oh no\n\n", ErrorKind.SERVER, "oh no"),
    broken(
        76,
        "llama.cpp's error line",
        b'error: {"code":400,"message":"too big","type":"exceed_context_size_error"}\n\n',
        ErrorKind.CONTEXT_TOO_LONG,
        "too big",
    ),
    broken(
        77,
        "insufficient_quota",
        events({"error": {"code": "insufficient_quota", "message": "no money"}}),
        ErrorKind.QUOTA,
        "no money",
    ),
    broken(
        78,
        "context too long",
        events({"error": {"message": "This model's maximum context length is 8 tokens"}}),
        ErrorKind.CONTEXT_TOO_LONG,
        "maximum",
    ),
    broken(
        72,
        "error as a bare JSON line",
        b'{"error": {"message": "gone", "code": 503}}\n\n' + DONE,
        ErrorKind.OVERLOADED,
        "gone",
    ),
]
