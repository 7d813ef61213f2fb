"""Arrange a conversation as every provider can take it, before it is put into a dialect.

Pure rules: roles alternate where they can, every tool call has its result right after it,
nothing is empty, and the last word is the user's.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from desktop.core.content import ContentPart, Role, TextPart, ToolCall, text_of
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import LLMMessage

CONTINUE = "Continue."
NOT_RUN = "This tool was not run."

IdRule = Callable[[str, str], str]
"""Returns what an id is called on the wire; the second argument tells its call apart."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a tool call; `call_id` as it is called on the wire."""

    call_id: str
    content: str | tuple[ContentPart, ...]
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class UserTurn:
    """The results of the calls before, then what the user says."""

    parts: tuple[ContentPart, ...] = ()
    results: tuple[ToolResult, ...] = ()


@dataclass(frozen=True, slots=True)
class AssistantTurn:
    """What the model said; `calls` have the ids that they have on the wire."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    state: Mapping[str, Any] | None = None


Turn = UserTurn | AssistantTurn


@dataclass(frozen=True, slots=True)
class Conversation:
    """A system prompt, '' for none, and alternating turns of which the user's is last."""

    system: str
    turns: tuple[Turn, ...]


def plain_id(call_id: str, place: str) -> str:
    """Keep an id that Anthropic and others accept, and make one of it otherwise."""
    return call_id if _PLAIN_ID.fullmatch(call_id) else f"call_{_digest(call_id, place)[:24]}"


def short_id(call_id: str, place: str) -> str:
    """Make an id of nine letters and digits, the only form that Mistral takes."""
    return _digest(call_id, place)[:9]


def kept_id(call_id: str, place: str) -> str:
    """Keep any id that there is."""
    return call_id or plain_id(call_id, place)


def arranged(messages: Sequence[LLMMessage], id_rule: IdRule) -> Conversation:
    """Return the conversation in order, pure and stable: the same start gives the same turns.

    Raises:
        LLMError: kind `bad_request`; there is nothing to answer.
    """
    _refuse_empty(messages)
    body = list(messages)
    systems: list[str] = []
    while body and body[0].role is Role.SYSTEM:
        systems.append(text_of(body.pop(0).content).strip())
    turns = _merged(_paired(body, id_rule))
    if not turns:
        raise _nothing_to_answer()
    if isinstance(turns[-1], AssistantTurn):
        turns[-1] = replace(turns[-1], text=turns[-1].text.rstrip())
        turns.append(UserTurn((TextPart(CONTINUE),)))
    return Conversation("\n\n".join(filter(None, systems)), tuple(turns))


def _refuse_empty(messages: Sequence[LLMMessage]) -> None:
    last = messages[-1] if messages else None
    if last is None or (last.role is Role.USER and not _parts(last)):
        raise _nothing_to_answer()


def _nothing_to_answer() -> LLMError:
    return LLMError(
        "The message is empty.", kind=ErrorKind.BAD_REQUEST, cure="Write something and send it."
    )


@dataclass(slots=True)
class _Pending:
    """The calls of the last assistant turn, waiting for results, and what is said after."""

    calls: tuple[tuple[str, ToolCall], ...] = ()
    results: dict[str, LLMMessage] = field(default_factory=dict[str, LLMMessage])
    parts: list[ContentPart] = field(default_factory=list[ContentPart])

    def turn(self) -> UserTurn:
        """Return the user's turn, with a result for every call."""
        results = [self._result(original, call) for original, call in self.calls]
        return UserTurn(tuple(self.parts), tuple(results))

    def _result(self, original: str, call: ToolCall) -> ToolResult:
        message = self.results.get(original)
        if message is None:
            return ToolResult(call.id, NOT_RUN, is_error=True)
        return ToolResult(call.id, message.content, message.is_error)


def _paired(messages: Sequence[LLMMessage], id_rule: IdRule) -> Iterator[Turn]:
    """Yield the turns in order; a result that belongs to no call is dropped."""
    pending = _Pending()
    used: set[str] = set()
    for number, message in enumerate(messages):
        if message.role is Role.ASSISTANT:
            yield pending.turn()
            pending = _Pending(tuple(_renamed(message.tool_calls, number, id_rule, used)))
            calls = tuple(call for _, call in pending.calls)
            yield AssistantTurn(text_of(message.content), calls, message.provider_state)
        elif message.role is Role.TOOL:
            pending.results.setdefault(message.tool_call_id or "", message)
        else:
            pending.parts.extend(_parts(message))
    yield pending.turn()


def _renamed(
    calls: Sequence[ToolCall], number: int, id_rule: IdRule, used: set[str]
) -> Iterator[tuple[str, ToolCall]]:
    """Yield each call that has a name with its id, and as it is called on the wire.

    An id that an earlier turn used is replaced: providers refuse it twice.
    """
    for position, call in enumerate(calls):
        if call.name:
            place = f"{number}.{position}"
            name = id_rule(call.id, place)
            if name in used:
                name = id_rule(f"{call.id}_{number}_{position}", place)
            used.add(name)
            yield call.id, replace(call, id=name)


def _parts(message: LLMMessage) -> tuple[ContentPart, ...]:
    content = message.content
    parts = (TextPart(content),) if isinstance(content, str) else content
    return tuple(p for p in parts if not isinstance(p, TextPart) or p.text.strip())


def _merged(turns: Iterator[Turn]) -> list[Turn]:
    """Drop empty turns and join neighbours of the same side."""
    merged: list[Turn] = []
    for turn in turns:
        last = merged[-1] if merged else None
        if isinstance(turn, UserTurn):
            if not turn.parts and not turn.results:
                continue
            if isinstance(last, UserTurn):
                merged[-1] = UserTurn(last.parts + turn.parts, last.results + turn.results)
                continue
        elif not turn.text.strip() and not turn.calls:
            continue
        elif isinstance(last, AssistantTurn) and not (last.calls or last.state or turn.state):
            merged[-1] = replace(turn, text=f"{last.text}\n\n{turn.text}")
            continue
        merged.append(turn)
    return merged


def _digest(call_id: str, place: str) -> str:
    # An id alone names its call; without one, its place in the conversation does.
    return sha256((call_id or place).encode(errors="replace")).hexdigest()
