"""Take the reasoning of earlier turns out of a request."""

from typing import Any

from desktop.llm.jsonvalues import JSONObject, as_list, as_object

_THOUGHTS = {"thinking", "redacted_thinking", "reasoning"}


def without_thoughts(turns: list[Any]) -> list[Any]:
    """Return Messages turns or Responses items without reasoning; nothing is changed in place."""
    kept = [_without(as_object(turn)) for turn in turns if not _is_thought(turn)]
    return [turn for turn in kept if turn.get("content") != []]


def _without(turn: JSONObject) -> JSONObject:
    if not isinstance(turn.get("content"), list):
        return turn
    return {**turn, "content": [b for b in as_list(turn["content"]) if not _is_thought(b)]}


def _is_thought(part: Any) -> bool:
    return as_object(part).get("type") in _THOUGHTS
