"""How a presenter starts work that outlives the call: through an owner it is given."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol


class Work(Protocol):
    """Owns tasks and reports what they raise; the window's task scope is one."""

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any] | None:
        """Run `work`; None when everything is closing and it was dropped."""
        ...
