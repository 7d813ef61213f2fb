"""Answers that never end, or that are built to hurt: refused, and what came is kept."""

import json

import pytest

from desktop.core.content import Usage
from desktop.core.errors import ErrorKind
from desktop.llm import answer_reader, document_body, text_buffer
from desktop.llm.base import LLMResponse
from desktop.llm.chat_accumulator import ChatAccumulator
from desktop.llm.continuation import joined
from desktop.llm.sse import EventDecoder, EventTooLarge
from desktop.llm.text_buffer import TextBuffer
from tests.llm.chat_syntax_cases import HALLO, MORE, STOP, delta, event, events
from tests.llm.wire_case import check_contract, read_pieces, said


def kind_of(*pieces: bytes) -> tuple[ErrorKind, str]:
    chunks = read_pieces(ChatAccumulator(), pieces)
    check_contract(chunks)
    error = chunks[-1].error
    assert error is not None
    return error.kind, said(chunks, "delta")


def test_s10_an_answer_of_too_many_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_buffer, "MAX_CHARACTERS", 4)

    assert kind_of(events(HALLO, MORE, STOP)) == (ErrorKind.BAD_RESPONSE, "Hal")


def test_a_body_of_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_reader, "MAX_BODY_BYTES", len(event(HALLO)) + 10)

    assert kind_of(event(HALLO), event(MORE)) == (ErrorKind.BAD_RESPONSE, "Hal")


def test_a_document_of_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_body, "MAX_DOCUMENT_BYTES", 100)

    assert kind_of(b'{"a": "', b"x" * 100) == (ErrorKind.BAD_RESPONSE, "")


def test_a_page_without_end() -> None:
    assert kind_of(b"<html>", *[b"x" * 50_000] * 3) == (ErrorKind.BAD_RESPONSE, "")


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000])
def test_json_nested_too_deeply(deep: bytes) -> None:
    kind, _ = kind_of(deep)
    within, text = kind_of(event(HALLO) + b"data: " + deep + b"\n\n")

    assert kind in {ErrorKind.BAD_RESPONSE, ErrorKind.INCOMPLETE}
    assert (within, text) == (ErrorKind.BAD_RESPONSE, "Hal")


@pytest.mark.parametrize("odd", ["7", "[]", '"text"', "true"])
def test_an_event_that_is_no_object(odd: str) -> None:
    assert kind_of(event(HALLO) + event(odd)) == (ErrorKind.BAD_RESPONSE, "Hal")


def test_an_event_is_bounded_however_it_comes() -> None:
    for size in (1, 7, 1000):
        decoder = EventDecoder(max_event_bytes=100)
        data = b"data: " + b"x" * 200 + b"\n\n"
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        with pytest.raises(EventTooLarge):
            list(map(decoder.feed, pieces))


def test_many_events_in_one_read_are_no_large_event() -> None:
    decoder = EventDecoder(max_event_bytes=100)

    assert len(decoder.feed(b"data: x\n\n" * 50)) == 50


def test_text_is_valid_unicode_whatever_came() -> None:
    buffer = TextBuffer()
    shown = [buffer.add(piece) for piece in ("a\ud83d", "\ude00", "\ude00", "é\ud83d", "x")]

    assert "".join(shown) == str(buffer) == "a😀\ufffdé\ufffdx"


def test_s10_a_million_pieces_are_kept_in_few() -> None:
    buffer = TextBuffer()
    for _ in range(100_000):
        buffer.add("ab")

    assert len(buffer._pieces) + len(buffer._blocks) < 1000
    assert len(str(buffer)) == 200_000


def test_content_of_odd_types_is_read() -> None:
    chunks = read_pieces(
        ChatAccumulator(),
        [events(delta(content=["a", {"text": "b"}, 3, None]), delta(content={"text": "c"}), STOP)],
    )

    assert said(chunks, "delta") == "ab3c"


def test_parts_of_a_paused_answer_are_joined() -> None:
    first = LLMResponse("Hal", usage=Usage(input_tokens=7, output_tokens=2), warnings=("w",))
    second = LLMResponse("lo", usage=Usage(input_tokens=9), warnings=("w", "v"))
    whole = joined([first, second])

    assert (whole.content, whole.warnings) == ("Hallo", ("w", "v"))
    assert whole.usage == Usage(input_tokens=16, output_tokens=2)


def test_states_of_a_paused_answer_are_joined_under_the_first_stamp() -> None:
    first = LLMResponse("", provider_state={"prefix": "p1", "blocks": [{"type": "thinking"}]})
    second = LLMResponse("", provider_state={"prefix": "p2", "blocks": [{"type": "text"}]})

    assert joined([first, second]).provider_state == {
        "prefix": "p1",
        "blocks": [{"type": "thinking"}, {"type": "text"}],
    }
    assert joined([LLMResponse(""), second]).provider_state is None


def test_a_state_is_plain_json() -> None:
    body = events(
        delta(reasoning_content="hm", tool_calls=[{"id": "c", "function": {"name": "f"}}]), STOP
    )
    response = read_pieces(ChatAccumulator(), [body])[-1].response
    assert response is not None
    assert json.loads(json.dumps(response.provider_state)) == {
        "reasoning": {"reasoning_content": "hm"}
    }
