"""Read decoded JSON from a stranger: what has the wrong type counts as absent."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

JSONObject = dict[str, Any]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def as_object(value: Any) -> JSONObject:
    """Return `value` if it is a JSON object, else an empty one."""
    return cast("JSONObject", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return `value` if it is a JSON array, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def objects(value: Any) -> list[JSONObject]:
    """Return the objects among the elements of `value`."""
    if not isinstance(value, list):
        return []
    return [item for item in cast("list[Any]", value) if isinstance(item, dict)]


def as_text(value: Any) -> str:
    """Return `value` if it is text, a number as text, and '' for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def as_count(value: Any) -> int | None:
    """Return `value` if it is a whole number of at least 0, else None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def as_position(value: Any) -> int | None:
    """Return `value` if it is a place in a list, which some servers write as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return as_count(value)


def as_json(value: Any) -> str:
    """Return JSON that came as text or, from some servers, decoded; '' for none."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def valid_unicode(value: Any) -> Any:
    """Return `value` with U+FFFD for each half of a surrogate pair, which UTF-8 can't carry."""
    if isinstance(value, str):
        if value.isascii() or not _LONE_SURROGATE.search(value):
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list | tuple):
        return [valid_unicode(item) for item in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return {valid_unicode(name): valid_unicode(item) for name, item in items}
    return value
