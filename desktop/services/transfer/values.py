"""Values of JSON that others wrote, where any of them may be missing or of another kind."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

Record = Mapping[str, Any]


def mapping(value: Any) -> Record:
    """Return an object; empty where it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return an array; empty where it is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a string; '' where it is none."""
    return value if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Return a time, given in seconds or as ISO 8601; None where it is none."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(text(value))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fenced(code: str, language: str = "") -> str:
    """Return text as a Markdown code block, whatever fences it contains."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"
