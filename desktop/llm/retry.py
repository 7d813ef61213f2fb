"""When a failed request goes out again: rarely, briefly, and never after the first text."""

import random
from dataclasses import dataclass

from desktop.core.errors import ErrorKind, LLMError

_KINDS = {
    ErrorKind.RATE_LIMIT,
    ErrorKind.OVERLOADED,
    ErrorKind.SERVER,
    ErrorKind.NETWORK,
    ErrorKind.TIMEOUT,
    ErrorKind.REFUSED,
    ErrorKind.DNS,
}
_ONCE = {ErrorKind.REFUSED, ErrorKind.DNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The limits of patience, in seconds and tries.

    Without a word from the server, waits double from `first_wait` up to `longest_wait`,
    each 25 % shorter or longer by chance. A `Retry-After` is obeyed up to
    `longest_obeyed`; beyond it the user is told instead.
    """

    tries: int = 3
    first_wait: float = 0.5
    longest_wait: float = 8.0
    longest_obeyed: float = 60.0
    total: float = 90.0

    def wait_before(self, attempt: int, error: LLMError, elapsed: float) -> float | None:
        """Return how long to wait before try number `attempt`; None to give up.

        `attempt` is 2 for the first repeat, `elapsed` the time since the first try began.
        """
        tries = min(self.tries, 2) if error.kind in _ONCE else self.tries
        if not error.retryable or error.kind not in _KINDS or attempt > tries:
            return None
        if error.retry_after is not None:
            wait = error.retry_after if error.retry_after <= self.longest_obeyed else None
        else:
            doubled = min(self.first_wait * 2 ** (attempt - 2), self.longest_wait)
            wait = doubled * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
        return None if wait is None or elapsed + wait > self.total else wait
