"""Answers made up by chance, told as odd servers tell them: what is meant is known."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from desktop.llm.dialect import DialectName

WORDS = (
    "Hal",
    "lo ",
    "wörld",
    "😀",
    "\n\n",
    "```\n",
    '{"a":1}',
    "data: x",
    "[DONE]",
    "\u2028",
    "\0",
)
ARGUMENTS: tuple[dict[str, Any], ...] = (
    {},
    {"a": 1},
    {"q": 'Zürich "x"', "n": [1, {"b": None}]},
    {"s": "{}"},
    {"text": "line\nline"},
)
Call = tuple[str, str, Mapping[str, Any]]


@dataclass
class Told:
    """An answer, `text` and `calls` as they were meant, and the body that tells it."""

    dialect: DialectName
    text: str = ""
    calls: list[Call] = field(default_factory=list[Call])
    body: bytes = b""


class Teller:
    """Writes events in ways that a chance decides once for a whole answer."""

    def __init__(self, chance: Random, dialect: DialectName) -> None:
        self.chance = chance
        self.told = Told(dialect)
        self._named = chance.random() < 0.5
        self._escaped = chance.random() < 0.5

    def event(self, payload: Any) -> None:
        name = payload.get("type") if self._named else None
        line = f"event: {name}\n" if name else ""
        data = json.dumps(payload, ensure_ascii=self._escaped)
        self.told.body += f"{line}data: {data}\n\n".encode()

    def words(self) -> str:
        words = "".join(self.chance.choices(WORDS, k=self.chance.randint(1, 4)))
        self.told.text += words
        return words

    def call(self) -> Call:
        number = len(self.told.calls)
        call = (f"call_{number}", self.chance.choice(["f", "g"]), self.chance.choice(ARGUMENTS))
        self.told.calls.append(call)
        return call

    def pieces(self, text: str) -> list[str]:
        cuts = sorted(self.chance.randint(0, len(text)) for _ in range(self.chance.randint(0, 3)))
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def chat_answer(chance: Random) -> Told:
    """Calls are told by index, by id or by order alone, in pieces, whole or decoded."""
    teller = Teller(chance, "chat")
    teller.event(_delta({"role": "assistant", "content": chance.choice(["", None])}))
    if chance.random() < 0.7:
        for piece in teller.pieces(teller.words()):
            teller.event(_delta({"content": piece}))
    index: Callable[[int], Any] = chance.choice([int, str, lambda _: None])
    told = [list(_call_pieces(teller, index(number))) for number in range(chance.randint(0, 3))]
    mixed = all(piece["index"] is not None for pieces in told for piece in pieces)
    for piece in _in_turn(told, chance) if mixed else (p for pieces in told for p in pieces):
        teller.event(_delta({"tool_calls": [piece]}))
    reason = chance.choice(["stop", "tool_calls"]) if told else "stop"
    teller.event(_delta({}, reason))
    teller.event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    return teller.told


def messages_answer(chance: Random) -> Told:
    """Blocks at their index, at one with gaps, or all at the same one."""
    teller = Teller(chance, "messages")
    step = chance.choice([0, 1, 3])
    teller.event({"type": "message_start", "message": {"id": "m", "content": []}})
    for number in range(chance.randint(1, 4)):
        for payload in _block(teller):
            teller.event({"index": number * step, **payload})
        teller.event({"type": "content_block_stop", "index": number * step})
    reason = "tool_use" if teller.told.calls else "end_turn"
    teller.event({"type": "message_delta", "delta": {"stop_reason": reason}})
    return teller.told


def responses_answer(chance: Random) -> Told:
    """Items by deltas, at their end, or in the final response only; ids that change or lack."""
    teller = Teller(chance, "responses")
    known, begins, streams, ends = (chance.random() < 0.5 for _ in range(4))
    teller.event({"type": "response.created", "response": {"id": "r", "output": []}})
    items: list[dict[str, Any]] = []
    for number in range(chance.randint(1, 3)):
        place = {"output_index": number} | ({"item_id": f"item_{number}"} if known else {})
        item, deltas = _item(teller)
        blank = {"content": []} if item["type"] == "message" else {"arguments": ""}
        if begins or item["type"] == "function_call":
            teller.event({"type": "response.output_item.added", **place, "item": {**item, **blank}})
        for payload in deltas if streams else ():
            teller.event({**payload, **place})
        if ends:
            teller.event({"type": "response.output_item.done", **place, "item": item})
        items.append(item)
    final = {"status": "completed"} | ({} if ends else {"output": items})
    teller.event({"type": "response.completed", "response": final})
    return teller.told


def _delta(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def _call_pieces(teller: Teller, index: Any) -> Iterator[dict[str, Any]]:
    call_id, name, arguments = teller.call()
    text = json.dumps(arguments)
    pieces: list[Any] = teller.chance.choice([["", *teller.pieces(text)], [text], [arguments]])
    repeats = teller.chance.random() < 0.3
    for number, piece in enumerate(pieces):
        first = number == 0 or repeats
        function = {"arguments": piece, "name": name if first else None}
        yield {"index": index, "id": call_id if first else "", "function": function}


def _in_turn(told: list[list[Any]], chance: Random) -> Iterator[Any]:
    """Yield pieces of all calls mixed, each call begun in its order."""
    yield from (pieces.pop(0) for pieces in told)
    while left := [pieces for pieces in told if pieces]:
        yield chance.choice(left).pop(0)


def _block(teller: Teller) -> Iterator[dict[str, Any]]:
    start, delta = "content_block_start", "content_block_delta"
    whole = teller.chance.random() < 0.2
    if teller.chance.random() < 0.5:
        words = teller.words()
        yield {"type": start, "content_block": {"type": "text", "text": words if whole else ""}}
        for piece in () if whole else teller.pieces(words):
            yield {"type": delta, "delta": {"type": "text_delta", "text": piece}}
        return
    call_id, name, arguments = teller.call()
    given = arguments if whole else {}
    block = {"type": "tool_use", "id": call_id, "name": name, "input": given}
    yield {"type": start, "content_block": block}
    for piece in () if whole else teller.pieces(json.dumps(arguments)):
        yield {"type": delta, "delta": {"type": "input_json_delta", "partial_json": piece}}


def _item(teller: Teller) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if teller.chance.random() < 0.5:
        words = teller.words()
        kind = "response.output_text.delta"
        content = [{"type": "output_text", "text": words}]
        deltas = [{"type": kind, "content_index": 0, "delta": p} for p in teller.pieces(words)]
        return {"type": "message", "content": content}, deltas
    call_id, name, arguments = teller.call()
    text = json.dumps(arguments)
    kind = "response.function_call_arguments.delta"
    item = {"type": "function_call", "call_id": call_id, "name": name, "arguments": text}
    return item, [{"type": kind, "delta": piece} for piece in teller.pieces(text)]
