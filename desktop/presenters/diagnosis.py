"""One test of a connection on screen: stages as they come, cancelled or copied on request."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from desktop.core.errors import ParleyError
from desktop.llm.diagnosis import Stage, StageName, report
from desktop.presenters.settings_view import SectionForm
from desktop.presenters.work import Work


class Diagnosis:
    """Runs `stages` for a section, one run at a time."""

    def __init__(
        self, form: SectionForm, work: Work, stages: Callable[[], AsyncGenerator[Stage]]
    ) -> None:
        self._form = form
        self._work = work
        self._stages = stages
        self._task: asyncio.Task[Any] | None = None
        self._seen: dict[StageName, Stage] = {}

    def start(self) -> None:
        """Begin, ending the run under way."""
        self.cancel()
        self._task = self._work.start(self._run(), name="test connection")

    def cancel(self) -> None:
        """End the run under way; its stages stay on screen."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def report(self) -> str:
        """Return what was seen, without keys, to be copied."""
        return report(self._seen.values())

    async def _run(self) -> None:
        self._seen.clear()
        self._form.begin_test()
        problem: ParleyError | None = None
        try:
            async with aclosing(self._stages()) as stages:
                async for stage in stages:
                    self._seen[stage.name] = stage
                    self._form.show_stage(stage)
        except ParleyError as error:
            problem = error
        finally:
            if self._task in {None, asyncio.current_task()}:
                self._task = None
                self._form.end_test(problem)
