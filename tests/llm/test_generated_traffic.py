"""Answers told in ways nobody wrote down: read as they were meant, or refused, never half."""

import json
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.llm.accumulator import Accumulator
from desktop.llm.base import LLMStreamChunk
from desktop.llm.chat_accumulator import ChatAccumulator
from desktop.llm.messages_accumulator import MessagesAccumulator
from desktop.llm.responses_accumulator import ResponsesAccumulator
from tests.llm.generated_traffic import (
    Told,
    chat_answer,
    messages_answer,
    responses_answer,
)
from tests.llm.wire_case import check_contract, read_pieces, said

ACCUMULATORS: dict[str, Callable[[], Accumulator]] = {
    "chat": ChatAccumulator,
    "messages": MessagesAccumulator,
    "responses": ResponsesAccumulator,
}
ODD_VALUES = (None, True, 0, -1, 1.5, "", "odd", [], {}, [[]], [None], {"a": {}})
Teller = Callable[[Random], Told]

each_dialect = pytest.mark.parametrize("tell", [chat_answer, messages_answer, responses_answer])
many = settings(max_examples=150)


def read(told: Told, *pieces: bytes) -> list[LLMStreamChunk]:
    chunks = read_pieces(ACCUMULATORS[told.dialect](), pieces)
    check_contract(chunks)
    return chunks


def calls_in(chunks: list[LLMStreamChunk]) -> list[Any]:
    calls = [chunk.tool_call for chunk in chunks if chunk.tool_call is not None]
    assert all(call.error is None for call in calls)
    return [(call.id, call.name, dict(call.arguments)) for call in calls]


@each_dialect
@given(chance=st.randoms(use_true_random=True), data=st.data())
@many
def test_every_way_to_tell_an_answer_is_understood(
    tell: Teller, chance: Random, data: st.DataObject
) -> None:
    told = tell(chance)
    cuts = data.draw(st.lists(st.integers(0, len(told.body)), max_size=10))
    edges = [0, *sorted(cuts), len(told.body)]
    chunks = read(told, *[told.body[a:b] for a, b in pairwise(edges)])

    assert chunks[-1].error is None, (chunks[-1], told.body)
    assert said(chunks, "delta") == told.text, told.body
    assert calls_in(chunks) == told.calls, told.body


@each_dialect
@given(chance=st.randoms(use_true_random=True), part=st.floats(0, 1, exclude_max=True))
@many
def test_s11_an_answer_that_is_cut_anywhere_is_whole_or_an_error(
    tell: Teller, chance: Random, part: float
) -> None:
    told = tell(chance)
    chunks = read(told, told.body[: int(len(told.body) * part)])

    if chunks[-1].error is None:
        assert (said(chunks, "delta"), calls_in(chunks)) == (told.text, told.calls), told.body
    else:
        assert told.text.startswith(said(chunks, "delta"))


@each_dialect
@given(chance=st.randoms(use_true_random=True))
@many
def test_s06_values_of_wrong_types_anywhere_break_nothing(tell: Teller, chance: Random) -> None:
    told = tell(chance)
    events = told.body.split(b"\n\n")
    number = chance.randrange(len(events) - 1)
    head, _, text = events[number].partition(b"data: ")
    payload = json.loads(text)
    _spoil(payload, chance)
    events[number] = head + b"data: " + json.dumps(payload).encode()

    chunks = read(told, b"\n\n".join(events))

    error = chunks[-1].error
    assert error is None or error.kind != "unknown", error.detail


def _spoil(value: Any, chance: Random) -> None:
    """Put something odd in the place of one value, however deep."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = chance.choice(keys)
    inner = value[key]
    if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
        _spoil(inner, chance)
    else:
        value[key] = chance.choice(ODD_VALUES)
