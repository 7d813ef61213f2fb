"""Event-stream syntax and whole bodies: rows 1 to 50 of the conformance table."""

import json
from typing import Any

from desktop.core.content import FinishReason
from desktop.core.errors import ErrorKind
from tests.llm.wire_case import Case

HALLO = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hal"}}]}
MORE = {"choices": [{"index": 0, "delta": {"content": "lo"}}]}
STOP: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
DONE = b"data: [DONE]\n\n"


def event(payload: Any) -> bytes:
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def events(*payloads: Any) -> bytes:
    return b"".join(event(payload) for payload in payloads)


def delta(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields}]}


def finish(reason: Any, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": reason}]}


PLAIN = events(HALLO, MORE, STOP, USAGE) + DONE
TWO = (7, 2)
ANSWER = {
    "object": "chat.completion",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Hallo"}, "finish_reason": "stop"}
    ],
    "usage": {"prompt_tokens": 7, "completion_tokens": 2},
}
BIG = "x" * 5_000_000
PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Portal</body></html>"
INCOMPLETE = ErrorKind.INCOMPLETE
BAD = ErrorKind.BAD_RESPONSE

SYNTAX = [
    Case(1, "normal stream and usage", PLAIN, "Hallo", usage=TWO),
    Case(2, "CRLF line ends", PLAIN.replace(b"\n", b"\r\n"), "Hallo", usage=TWO),
    Case(3, "CR only", PLAIN.replace(b"\n", b"\r"), "Hallo", usage=TWO),
    Case(4, "byte order mark", b"\xef\xbb\xbf" + PLAIN, "Hallo", usage=TWO),
    Case(5, "no space after data:", PLAIN.replace(b"data: ", b"data:"), "Hallo", usage=TWO),
    Case(
        6,
        "comments between",
        b": OPENROUTER PROCESSING\n\n" + PLAIN.replace(b"\n\n", b"\n\n: ping\n\n"),
        "Hallo",
        usage=TWO,
    ),
    Case(7, "id, comment, blank", b"id: 1\n: hello\n\n" + PLAIN, "Hallo", usage=TWO),
    Case(8, "retry alone", b"retry: 3000\n\n" + PLAIN, "Hallo", usage=TWO),
    Case(9, "ping without data", b"event: ping\n\n" + PLAIN, "Hallo", usage=TWO),
    Case(10, "empty data", b"data:\n\ndata: \n\n" + PLAIN, "Hallo", usage=TWO),
    Case(
        11,
        "data over several lines",
        b'data: {"choices": [{"delta":\ndata: {"content": "Hallo"}}]}\n\n' + event(STOP),
        "Hallo",
    ),
    Case(12, "last event without blank line", events(HALLO, MORE) + event(STOP)[:-2], "Hallo"),
    Case(13, "half JSON at the end", events(HALLO) + event(MORE)[:20], "Hal", error=INCOMPLETE),
    Case(14, "bad JSON", event(HALLO) + event("{'a': 1}") + event(STOP), "Hal", error=BAD),
    Case(15, "bad UTF-8", event(HALLO).replace(b"Hal", b"H\xffl") + event(STOP), "H\ufffdl"),
    Case(16, "UTF-8 cut anywhere", events(delta(content="é😀漢"), STOP), "é😀漢"),
    Case(
        16,
        "surrogates cut between events",
        b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n'
        b'data: {"choices":[{"delta":{"content":"\\ude00b"}}]}\n\n' + event(STOP),
        "a😀b",
    ),
    Case(
        17,
        "NaN in JSON",
        event(HALLO) + event('{"choices":[{"logprobs":NaN,"delta":{}}]}') + event(STOP),
        "Hal",
    ),
    Case(20, "text after [DONE]", PLAIN + event(delta(content="no")) + b"junk", "Hallo"),
    Case(22, "no [DONE], finish seen", events(HALLO, STOP), "Hal"),
    Case(23, "[DONE] without finish", event(HALLO) + DONE, "Hal", raw_finish=None),
    Case(24, "neither", events(HALLO, MORE), "Hallo", error=INCOMPLETE),
    Case(25, "empty body", b"", error=BAD),
    Case(25, "only blanks", b" \n\n\r\n", error=BAD),
    Case(25, "[DONE] alone", DONE, error=BAD),
    Case(25, "only comments", b": ping\n\n: ping\n\n", error=BAD),
    Case(26, "web page", PAGE, error=BAD, words="Sign in", content_type="text/html"),
    Case(26, "web page as event stream", b"\n" + PAGE, error=BAD, words="Sign in"),
    Case(26, "plain text", b"Service starting", error=BAD, words="Service starting"),
    Case(
        27,
        "JSON error with 200",
        b'{"error": {"message": "no such thing", "code": "model_not_found"}}',
        error=ErrorKind.MODEL_NOT_FOUND,
        words="no such thing",
        content_type="application/json",
    ),
    Case(
        28,
        "JSON answer",
        json.dumps(ANSWER, indent=1).encode(),
        "Hallo",
        usage=TWO,
        content_type="application/json",
    ),
    Case(29, "JSON answer as event stream", json.dumps(ANSWER).encode(), "Hallo", usage=TWO),
    Case(
        28,
        "whole JSON answer without finish",
        b'{"choices": [{"message": {"content": "Hallo"}}]}',
        "Hallo",
        raw_finish=None,
    ),
    Case(28, "JSON that is no answer", b'{"ok": true}', error=BAD, words="ok"),
    Case(28, "half a JSON answer", json.dumps(ANSWER).encode()[:60], error=INCOMPLETE),
    Case(
        30,
        "JSON lines",
        b"\n".join(json.dumps(e).encode() for e in (HALLO, MORE, STOP, USAGE)),
        "Hallo",
        usage=TWO,
        content_type="application/x-ndjson",
    ),
    Case(
        30,
        "JSON lines cut",
        b"\n".join(json.dumps(e).encode() for e in (HALLO, MORE))[:-4],
        "Hal",
        error=INCOMPLETE,
    ),
]

SHAPES = [
    Case(
        32,
        "choices null, missing, delta null",
        events({"choices": None}, {}, {"choices": [{"delta": None}]}, HALLO, MORE, STOP),
        "Hallo",
    ),
    Case(32, "choices of odd types", events({"choices": 3}, {"choices": [7]}, HALLO, STOP), "Hal"),
    Case(
        33,
        "role only, null and empty content",
        events(delta(role="assistant"), delta(content=None), delta(content=""), HALLO, STOP),
        "Hal",
    ),
    Case(
        34,
        "choice with index 1",
        events(HALLO, {"choices": [{"index": 1, "delta": {"content": "no"}}]}, STOP),
        "Hal",
    ),
    Case(
        35,
        "content list with thinking",
        events(
            delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]),
            delta(content=[{"type": "text", "text": "Hallo"}]),
            STOP,
        ),
        "Hallo",
        "hm",
    ),
    Case(36, "content is a number", events(delta(content=42), STOP), "42"),
    Case(37, "message instead of delta", events(ANSWER), "Hallo"),
    Case(38, "reasoning_content", events(delta(reasoning_content="hm"), HALLO, STOP), "Hal", "hm"),
    Case(
        39,
        "reasoning and reasoning_details",
        events(delta(reasoning="hm", reasoning_details=[{"text": "hm"}]), HALLO, STOP),
        "Hal",
        "hm",
    ),
    Case(
        40,
        "both reasoning fields",
        events(delta(reasoning="hm", reasoning_content="hm"), HALLO, STOP),
        "Hal",
        "hm",
    ),
    Case(
        41,
        "think tag over chunks",
        events(*[delta(content=c) for c in ("<th", "ink>hm", "m</thi", "nk>\n", "Hallo")], STOP),
        "Hallo",
        "hmm",
        think_tags=True,
    ),
    Case(
        41,
        "think tag in the middle is text",
        events(delta(content="Use <think>x</think>"), STOP),
        "Use <think>x</think>",
        think_tags=True,
    ),
    Case(
        41,
        "beginning of a tag that is none",
        events(delta(content="<thi"), STOP) + DONE,
        "<thi",
        think_tags=True,
    ),
    Case(41, "splitting off", events(delta(content="<think>a</think>"), STOP), "<think>a</think>"),
    Case(
        42,
        "refusal delta",
        events(delta(refusal="I can"), delta(refusal="'t."), STOP),
        refusal="I can't.",
        finish=FinishReason.CONTENT_FILTER,
    ),
    Case(
        43,
        "finish content_filter",
        events(HALLO, finish("content_filter")),
        "Hal",
        finish=FinishReason.CONTENT_FILTER,
        raw_finish="content_filter",
    ),
    Case(44, "finish eos", events(HALLO, finish("eos")), "Hal", raw_finish="eos"),
    Case(44, "finish end_turn", events(HALLO, finish("end_turn")), "Hal", raw_finish="end_turn"),
    Case(44, "finish ''", events(HALLO, finish("")) + DONE, "Hal", raw_finish=""),
    Case(44, "finish 1", events(HALLO, finish(1)), "Hal", raw_finish="1"),
    Case(
        44,
        "finish MAX_TOKENS",
        events(HALLO, finish("MAX_TOKENS")),
        "Hal",
        finish=FinishReason.LENGTH,
        raw_finish="MAX_TOKENS",
    ),
    Case(
        44,
        "finish '' with every chunk, then cut",
        events(finish("", content="Hal"), finish("", content="lo")),
        "Hallo",
        error=INCOMPLETE,
    ),
    Case(
        45,
        "usage with each chunk",
        events(
            {**HALLO, "usage": {"prompt_tokens": 7, "completion_tokens": 1}},
            {**STOP, "usage": {"prompt_tokens": 7, "completion_tokens": 2}},
        ),
        "Hal",
        usage=TWO,
    ),
    Case(
        46,
        "usage with nulls",
        events(HALLO, {**STOP, "usage": {"prompt_tokens": None, "completion_tokens": 2}}),
        "Hal",
        usage=(None, 2),
    ),
    Case(
        47,
        "Azure's first chunk",
        events({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}, HALLO, STOP),
        "Hal",
    ),
    Case(
        48,
        "created float, object wrong",
        events({**HALLO, "created": 1.5, "object": 3}, STOP),
        "Hal",
    ),
    Case(49, "no text at all", events(delta(role="assistant"), STOP) + DONE, words="no answer"),
    Case(
        50,
        "length, only reasoning",
        events(delta(reasoning_content="hm"), finish("length")),
        "",
        "hm",
        finish=FinishReason.LENGTH,
        raw_finish="length",
        words="reasoning",
    ),
]
