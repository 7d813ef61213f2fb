"""Read a Chat Completions `content` that is more than a string."""

from collections.abc import Iterator
from typing import Any, Literal

from desktop.llm.jsonvalues import JSONObject, as_list, as_object, as_text, objects

Channel = Literal["text", "reasoning", "refusal"]


def parts_of(content: Any) -> Iterator[tuple[Channel, str]]:
    """Yield what each part of `content` says and where that belongs.

    Mistral sends a list with thinking parts, gateways parts of the Responses API, others a
    single part or a number.
    """
    for item in as_list(content) or [content]:
        part = as_object(item)
        kind = part.get("type")
        if kind in ("thinking", "reasoning"):
            yield "reasoning", _thought(part)
        elif kind == "refusal":
            yield "refusal", as_text(part.get("refusal")) or as_text(part.get("text"))
        else:
            yield "text", as_text(part.get("text") or item)


def _thought(part: JSONObject) -> str:
    """Return the words of a thought, which are text or a list of texts."""
    for name in ("thinking", "reasoning", "summary", "text"):
        value = part.get(name)
        words = as_text(value) or "".join(as_text(item.get("text")) for item in objects(value))
        if words:
            return words
    return ""
