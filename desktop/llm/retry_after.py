"""Read from a response how long a server wants to be left alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LONGEST = 366 * 86400.0


def seconds_to_wait(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Return the wait in seconds, None when the server does not say.

    `headers` have lower-case names. `Retry-After` (RFC 9110, section 10.2.3) is a number
    of seconds or a date; OpenAI adds milliseconds in `retry-after-ms`.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return min(milliseconds / 1000, _LONGEST)
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value)
    if seconds is None:
        seconds = _parts(value)
    if seconds is None:
        seconds = _until(value, now or datetime.now(UTC))
    return None if seconds is None else min(seconds, _LONGEST)


def _number(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _parts(value: str) -> float | None:
    """Read `1m30s`, as some gateways write it."""
    found = _PARTS.findall(value)
    if not found or "".join(number + unit for number, unit in found) != value:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in found)


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
