"""The event loop between its runs, and stopped before its work is done."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.event_loop import EventLoop

pytestmark = pytest.mark.usefixtures("qtbot")


async def for_ever() -> None:
    while asyncio.get_running_loop():
        await asyncio.sleep(0)


async def begin() -> asyncio.Task[None]:
    return asyncio.create_task(for_ever())


def test_no_task_goes_on_once_the_loop_has_ended(qapp: QApplication):
    with asyncio.Runner(loop_factory=lambda: EventLoop(qapp)) as runner:
        task = runner.run(begin())

        for _ in range(20):
            runner.run(asyncio.sleep(0.001))

        assert not task.done()


def test_what_was_not_done_is_no_result(qapp: QApplication):
    async def stop() -> None:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(60)

    with (
        asyncio.Runner(loop_factory=lambda: EventLoop(qapp)) as runner,
        pytest.raises(RuntimeError, match="stopped before"),
    ):
        runner.run(stop())
