"""From a slot to a coroutine: every task has an owner that reports what it raises."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from desktop.core.errors import ParleyError

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0
"""How long tasks may take to end once they are cancelled."""


class TaskScope:
    """Owns the tasks of a window: keeps them alive, reports their errors, ends them.

    `report` is called with whatever a task raised, on the event loop.
    """

    def __init__(self, report: Callable[[BaseException], None]) -> None:
        self._report = report
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any] | None:
        """Run `work`; None when the scope is closed and the work was dropped."""
        if self._closed:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._finish)
        return task

    async def aclose(self) -> None:
        """Cancel all tasks and wait for them, at most `CLOSE_SECONDS`."""
        self._closed = True
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if not tasks:
            return
        _, left = await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
        for task in left:
            logger.warning("The task %s did not end in time.", task.get_name())

    def _finish(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if not isinstance(error, ParleyError):
            logger.error("The task %s failed.", task.get_name(), exc_info=error)
        self._report(error)
