"""The one event loop: Qt's, with asyncio's tasks on it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from qasync import QEventLoop

_Result = TypeVar("_Result")


class EventLoop(QEventLoop):
    """qasync's loop, which ends when it ends.

    qasync itself handles events once more afterwards, when no loop is the running one: tasks
    that go on there ask for it in vain, and fail or wait for ever.
    """

    def run_until_complete(
        self, future: asyncio.Future[_Result] | Coroutine[Any, Any, _Result]
    ) -> _Result:
        """Run until `future` is done; return its result.

        Raises:
            RuntimeError: the loop was stopped before.
        """
        task = future if isinstance(future, asyncio.Future) else self.create_task(future)
        task.add_done_callback(self._end)
        try:
            self.run_forever()
        finally:
            task.remove_done_callback(self._end)
        if not task.done():
            raise RuntimeError("The event loop was stopped before its work was done.")
        return task.result()

    def _end(self, _done: asyncio.Future[Any]) -> None:
        self.stop()
