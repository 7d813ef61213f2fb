"""What keeps the servers of tests from writing into the tests' output."""

from typing import Any


class Quiet:
    """Before one of `http.server`'s handlers: it does not log its requests."""

    def log_message(self, *_: Any, **__: Any) -> None:
        """Say nothing."""
