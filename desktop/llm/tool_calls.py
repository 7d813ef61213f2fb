"""Put tool calls together from streamed pieces, and read their arguments."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from desktop.core.content import ToolCall
from desktop.llm.jsonvalues import (
    JSONObject,
    as_json,
    as_object,
    as_position,
    as_text,
    valid_unicode,
)


@dataclass(slots=True)
class _Draft:
    id: str
    index: int | None
    names: list[str] = field(default_factory=list[str])
    arguments: list[str] = field(default_factory=list[str])
    extra: Any = None

    def add_arguments(self, piece: str) -> None:
        """Let the arguments grow; some servers send `{}` before the real ones."""
        if len(self.arguments) == 1 and self.arguments[0].strip() == "{}" and piece.strip():
            self.arguments.clear()
        if piece:
            self.arguments.append(piece)


class ToolCallAssembler:
    """Tool calls of a Chat Completions stream.

    Servers disagree on what tells two calls apart: it is the id, then the index; a piece
    with neither belongs to the call begun last. A new id without a name begins no call
    where the index is known: some servers make one up for every piece.
    """

    def __init__(self) -> None:
        self._drafts: list[_Draft] = []

    def __bool__(self) -> bool:
        return bool(self._drafts)

    def add(self, piece: JSONObject, *, whole: bool = False) -> None:
        """Take one element of `delta.tool_calls`; a `whole` one is always a call of its own."""
        function = as_object(piece.get("function"))
        name = as_text(function.get("name"))
        arguments = as_json(function.get("arguments"))
        call_id, index = as_text(piece.get("id")), as_position(piece.get("index"))
        draft = self._with_id(call_id, index) if call_id and not whole else None
        if draft is None:
            draft = self._begun(call_id, index, name, arguments, whole=whole)
        draft.id = draft.id or call_id
        if name != "".join(draft.names):
            draft.names.append(name)
        draft.add_arguments(arguments)
        draft.extra = piece.get("extra_content") or draft.extra

    def calls(self, *, truncated: bool) -> tuple[ToolCall, ...]:
        """Return the calls; with `truncated`, the answer was cut within the last one."""
        calls: list[ToolCall] = []
        for draft in self._drafts:
            used = any(call.id == draft.id for call in calls)
            cut = truncated and draft is self._drafts[-1]
            name, arguments = "".join(draft.names), "".join(draft.arguments)
            calls.append(finished_call("" if used else draft.id, name, arguments, truncated=cut))
        return tuple(calls)

    def extras(self, calls: tuple[ToolCall, ...]) -> JSONObject:
        """Return what the server wants back with each call, by the call's id."""
        pairs = zip(calls, self._drafts, strict=True)
        return {call.id: draft.extra for call, draft in pairs if draft.extra is not None}

    def _with_id(self, call_id: str, index: int | None) -> _Draft | None:
        return next(
            (
                draft
                for draft in reversed(self._drafts)
                if draft.id == call_id and index in {None, draft.index}
            ),
            None,
        )

    def _begun(
        self, call_id: str, index: int | None, name: str, arguments: str, *, whole: bool
    ) -> _Draft:
        """Return the call that a piece of no known id goes on with, or a new one."""
        begun = self._drafts if index is None else [d for d in self._drafts if d.index == index]
        if begun and not whole:
            renamed = bool(call_id and begun[-1].id) and (index is None or bool(name))
            if not renamed and not _is_next(begun[-1], name, arguments):
                return begun[-1]
        self._drafts.append(_Draft(call_id, index))
        return self._drafts[-1]


def finished_call(call_id: str, name: str, arguments: str, *, truncated: bool) -> ToolCall:
    """Return a call, valid Unicode, whose `error` tells why it can't be run, if it can't."""
    call_id, name, arguments = valid_unicode([call_id or f"call_{uuid4().hex}", name, arguments])
    if truncated and not _is_json(arguments):
        return ToolCall(call_id, name, raw_arguments=arguments, error="truncated")
    parsed, error = read_arguments(arguments)
    if not name:
        error = "no_name"
    return ToolCall(call_id, name, {} if error else valid_unicode(parsed), arguments, error)


def read_arguments(text: str) -> tuple[Mapping[str, Any], str | None]:
    """Return the object that `text` is, or an empty one and what is wrong with it.

    Nothing at all means no arguments; some servers encode the object twice.
    """
    if not text.strip():
        return {}, None
    try:
        value: Any = json.loads(text)
        if isinstance(value, str):
            value = json.loads(value) if value.strip() else {}
    except (ValueError, RecursionError):
        return {}, "invalid_json"
    if value is None:
        return {}, None
    return (as_object(value), None) if isinstance(value, dict) else ({}, "not_an_object")


def _is_next(draft: _Draft, name: str, arguments: str) -> bool:
    """Tell whether a piece with `name` begins another call, `draft` being whole."""
    if not name:
        return False
    is_other = bool(draft.names) and name != "".join(draft.names)
    if not draft.arguments:
        return is_other and draft.index is None
    return (is_other or bool(arguments)) and _is_json("".join(draft.arguments))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
