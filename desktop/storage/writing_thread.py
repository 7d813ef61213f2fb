"""The thread that whole transactions run in: nothing of them is done on the event loop's."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

_Result = TypeVar("_Result")


class WritingThread:
    """One thread with one connection of `engine`; sessions carry `info`."""

    def __init__(self, engine: Engine, info: Mapping[str, Any]) -> None:
        self._engine = engine
        self._info = info
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="parley-writing")

    def transact(self, work: Callable[[Session], _Result]) -> asyncio.Future[_Result]:
        """Begin to do `work` in a transaction of its own, after those that were begun before."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, self._transact, work)

    async def close(self) -> None:
        """Wait for what is under way, then close the connection."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._thread.shutdown()
        self._engine.dispose()

    def _transact(self, work: Callable[[Session], _Result]) -> _Result:
        with (
            Session(self._engine, expire_on_commit=False, info=dict(self._info)) as session,
            session.begin(),
        ):
            return work(session)
