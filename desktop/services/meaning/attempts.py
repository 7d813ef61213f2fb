"""When a server that failed is asked again."""

import time

from desktop.core.errors import LLMError, ParleyError

FIRST_SECONDS = 5.0
LAST_SECONDS = 300.0

LONGEST = 86_400.0
"""A server that wants to be left alone for longer is asked again after a day."""


class Attempts:
    """Remembers the last failure; waits longer after each, and for good where asking is vain."""

    def __init__(self) -> None:
        self.error: ParleyError | None = None
        self._again_at: float | None = None
        self._failures = 0

    @property
    def is_waiting(self) -> bool:
        """Whether the server must not be asked now."""
        if self.error is None:
            return False
        return self._again_at is None or time.monotonic() < self._again_at

    @property
    def seconds(self) -> float | None:
        """How long until it is asked again; None when it is not, or may be asked now."""
        return None if self._again_at is None else max(0.0, self._again_at - time.monotonic())

    def failed(self, error: ParleyError) -> None:
        """Note a failure."""
        self.error = error
        self._failures += 1
        wait = min(FIRST_SECONDS * 2 ** (self._failures - 1), LAST_SECONDS)
        self._again_at = None
        if isinstance(error, LLMError) and (error.retryable or error.retry_after is not None):
            self._again_at = time.monotonic() + min(max(wait, error.retry_after or 0.0), LONGEST)

    def forgive(self) -> None:
        """Ask again at once: it worked, or the user wants it."""
        self.error = self._again_at = None
        self._failures = 0
