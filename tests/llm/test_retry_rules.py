"""How long is waited before a request goes out again, and how long a server wants."""

from datetime import UTC, datetime

import pytest

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.error_texts import duration
from desktop.llm.retry import RetryPolicy
from desktop.llm.retry_after import seconds_to_wait

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def failure(kind: ErrorKind, *, retryable: bool = True, after: float | None = None) -> LLMError:
    return LLMError("It failed.", kind=kind, retryable=retryable, retry_after=after)


@pytest.mark.parametrize(("attempt", "low", "high"), [(2, 0.375, 0.625), (3, 0.75, 1.25)])
def test_waits_double_with_some_chance(attempt: int, low: float, high: float) -> None:
    wait = RetryPolicy().wait_before(attempt, failure(ErrorKind.SERVER), 0)

    assert wait is not None
    assert low <= wait <= high


@pytest.mark.parametrize(
    ("kind", "tries"),
    [
        (ErrorKind.SERVER, 3),
        (ErrorKind.OVERLOADED, 3),
        (ErrorKind.RATE_LIMIT, 3),
        (ErrorKind.NETWORK, 3),
        (ErrorKind.REFUSED, 2),
        (ErrorKind.DNS, 2),
        (ErrorKind.AUTH, 1),
        (ErrorKind.QUOTA, 1),
        (ErrorKind.TLS, 1),
        (ErrorKind.CONTEXT_TOO_LONG, 1),
        (ErrorKind.INCOMPLETE, 1),
        (ErrorKind.BAD_RESPONSE, 1),
    ],
)
def test_what_is_tried_how_often(kind: ErrorKind, tries: int) -> None:
    policy = RetryPolicy()
    allowed = [n for n in range(2, 9) if policy.wait_before(n, failure(kind), 0) is not None]

    assert len(allowed) + 1 == tries


def test_the_server_decides_up_to_a_minute() -> None:
    policy = RetryPolicy()

    assert policy.wait_before(2, failure(ErrorKind.RATE_LIMIT, after=60), 0) == 60
    assert policy.wait_before(2, failure(ErrorKind.RATE_LIMIT, after=61), 0) is None
    assert policy.wait_before(2, failure(ErrorKind.RATE_LIMIT, after=40), 60) is None
    assert policy.wait_before(2, failure(ErrorKind.SERVER, retryable=False), 0) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "1m30s"}, 90),
        ({"retry-after": "250ms"}, 0.25),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "1e9"}, 366 * 86400),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_to_wait(headers, now=NOW) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "in a moment"),
        (0.2, "in a moment"),
        (1, "in about 1 second"),
        (59, "in about 59 seconds"),
        (100, "in about 2 minutes"),
        (9999, "in about 3 hours"),
    ],
)
def test_a_wait_in_words(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words
