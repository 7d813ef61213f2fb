"""Repair a request that a server refused because of one parameter."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from desktop.llm.jsonvalues import as_list
from desktop.llm.thoughts import without_thoughts

Dialect = Literal["chat", "responses", "messages"]
Body = dict[str, Any]

_TOKEN_FIELDS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_TOKENS_NAMED = re.compile(r"max_(?:completion_|output_|new_)?tokens|in the completion")
_LARGEST = (  # how servers word the largest value they take
    re.compile(r"\d+ > (\d+), which is the maximum"),
    re.compile(r"supports at most (\d+)"),
    re.compile(r"less than or equal to [`'\"]?(\d+)"),
    re.compile(r"\[\s*1\s*,\s*(\d+)\s*\]"),
)
_BAD_REPLAY = {  # what says that reasoning of earlier turns is refused, not a setting
    "messages": re.compile(r"\bthinking\W{0,3}\s?blocks?\b|\bsignature\b", re.IGNORECASE),
    "responses": re.compile(
        r"invalid_encrypted_content|encrypted content.*could not be|of type ['\"`]reasoning['\"`]",
        re.IGNORECASE,
    ),
}
_OVER_CONTEXT = re.compile(r"(\d+) \+ (\d+) > (\d+)")
_DROPPABLE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("temperature",), r"\btemperature\b", "a temperature"),
    (("top_p",), r"\btop_p\b", "top_p"),
    (("stream_options",), r"\bstream_options\b|\binclude_usage\b", "usage while streaming"),
    (("parallel_tool_calls",), r"\bparallel_tool_calls\b", "a setting for parallel tool calls"),
    (("reasoning_effort",), r"\breasoning_effort\b|\breasoning effort\b", "a reasoning effort"),
    (("reasoning", "summary"), r"reasoning\.summary|reasoning summar", "a reasoning summary"),
    (("reasoning", "effort"), r"reasoning\.effort|reasoning effort", "a reasoning effort"),
    (("reasoning",), r"['\"`]reasoning['\"`]", "settings for reasoning"),
    (("include",), r"encrypted[ _]content|['\"`]include['\"`]", "encrypted reasoning"),
    (("thinking",), r"\bthinking\b", "a setting for thinking"),
    (("output_config",), r"\boutput_config\b|\beffort\b", "a reasoning effort"),
    (("prompt_cache_key",), r"\bprompt_cache_key\b", "a cache key"),
    (("cache_control",), r"\bcache_control\b", "cache marks"),
)


@dataclass(frozen=True, slots=True)
class Fix:
    """One change to a request body; `lasting` when it holds for every later request."""

    path: tuple[str, ...]
    action: Literal["drop", "rename", "limit", "replace", "strip"]
    warning: str
    value: Any = None
    lasting: bool = True

    def mend(self, body: Body) -> None:
        """Change `body`; does nothing where the field is absent."""
        holder = _holder(body, self.path)
        if holder is not None:
            self._mend_field(holder, self.path[-1])

    def undoes(self, earlier: "Fix") -> bool:
        """Tell whether this renames what `earlier` had renamed."""
        return earlier.action == "rename" and self.path == (earlier.value,)

    def _mend_field(self, holder: Body, name: str) -> None:
        if self.action == "drop":
            del holder[name]
        elif self.action == "rename":
            holder[self.value] = holder.pop(name)
        elif self.action == "limit":
            holder[name] = min(holder[name], self.value)
        elif self.action == "strip":
            holder[name] = without_thoughts(holder[name])
        else:
            holder[name] = self.value


def find_fix(dialect: Dialect, body: Body, said: str) -> Fix | None:
    """Return the change that answers the server's complaint `said`; None when there is none."""
    finders: tuple[Callable[[Dialect, Body, str], Fix | None], ...] = (
        _fix_of_replay,
        _fix_of_tokens,
        _fix_of_tool_choice,
        _fix_by_dropping,
    )
    for finder in finders:
        fix = finder(dialect, body, said)
        if fix is not None:
            return fix
    return None


def _fix_of_replay(dialect: Dialect, body: Body, said: str) -> Fix | None:
    """Leave out reasoning of earlier turns that does not count here any more."""
    pattern = _BAD_REPLAY.get(dialect)
    if pattern is None or not pattern.search(said):
        return None
    field = "messages" if dialect == "messages" else "input"
    turns = as_list(body.get(field))
    if without_thoughts(turns) != turns:
        warning = "The reasoning of earlier turns was refused, so it was left out."
        return Fix((field,), "strip", warning, lasting=False)
    if "thinking" in body:
        warning = "This conversation can't go on with thinking, so it was switched off."
        return Fix(("thinking",), "drop", warning, lasting=False)
    return None


def _fix_of_tokens(dialect: Dialect, body: Body, said: str) -> Fix | None:
    field = next((name for name in _TOKEN_FIELDS if name in body), None)
    if field is None or not _TOKENS_NAMED.search(said):
        return None
    return (
        _fix_by_limit(field, body[field], said)
        or _fix_for_context(field, said, optional=dialect != "messages")
        or _fix_by_rename(dialect, field)
    )


def _fix_by_limit(field: str, current: int, said: str) -> Fix | None:
    for pattern in _LARGEST:
        found = pattern.search(said)
        if found and 0 < int(found[1]) < current:
            limit = int(found[1])
            warning = f"This model writes at most {limit} tokens, so the limit was lowered to that."
            return Fix((field,), "limit", warning, limit)
    return None


def _fix_for_context(field: str, said: str, *, optional: bool) -> Fix | None:
    """Make room when the question and the longest answer together are too much."""
    found = _OVER_CONTEXT.search(said)
    room = int(found[3]) - int(found[1]) if found else 0
    if room > 0:
        warning = f"Only {room} tokens of this model's context are left for the answer."
        return Fix((field,), "limit", warning, room, lasting=False)
    if optional and ("context" in said or "tokens` must be <=" in said):
        warning = "The limit for the answer was left out, because it did not fit the context."
        return Fix((field,), "drop", warning, lasting=False)
    return None


def _fix_by_rename(dialect: Dialect, field: str) -> Fix | None:
    if dialect != "chat":
        return None
    other = "max_completion_tokens" if field == "max_tokens" else "max_tokens"
    return Fix((field,), "rename", f"This server calls the answer's limit {other}.", other)


def _fix_of_tool_choice(dialect: Dialect, body: Body, said: str) -> Fix | None:
    if "tool_choice" not in body or "tool_choice" not in said:
        return None
    automatic: Any = {"type": "auto"} if dialect == "messages" else "auto"
    if body["tool_choice"] == automatic:
        return Fix(("tool_choice",), "drop", "This server takes no choice of tools.")
    warning = "This model can't be made to use a tool, so it chose by itself."
    return Fix(("tool_choice",), "replace", warning, automatic)


def _fix_by_dropping(_dialect: Dialect, body: Body, said: str) -> Fix | None:
    for path, pattern, what in _DROPPABLE:
        if _holder(body, path) and re.search(pattern, said, re.IGNORECASE):
            return Fix(path, "drop", f"This model does not take {what}, so it was left out.")
    return None


def _holder(body: Body, path: tuple[str, ...]) -> Body | None:
    """Return the object that holds the last name of `path`; None when it is not there."""
    *parents, name = path
    for parent in parents:
        child = body.get(parent)
        if not isinstance(child, dict):
            return None
        body = cast("Body", child)
    return body if name in body else None
