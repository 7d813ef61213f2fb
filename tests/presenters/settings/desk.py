"""The settings presenter with a recording form over a real home, for tests."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any

from desktop.llm import LLMProvider
from desktop.presenters.settings import SettingsPresenter
from tests.presenters.settings.form import RecordingForm
from tests.services.settings_home import SettingsHome

SETTLE = 0.05


class Tasks:
    """Owns what the presenter starts; `settle` waits for it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        return task

    async def settle(self) -> None:
        while waiting := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(waiting, timeout=10)
        for task in self._tasks:
            assert task.cancelled() or task.exception() is None
        self._tasks.clear()


@dataclass
class Desk:
    """A presenter with its form, over a home of its own."""

    form: RecordingForm
    presenter: SettingsPresenter
    home: SettingsHome
    tasks: Tasks

    def type(self, **values: Any) -> None:
        """Type into the fields of completions."""
        self.form.completions.fields = replace(self.form.completions.fields, **values)
        if "api_key" in values or "remove_key" in values:
            self.presenter.completions_key_changed()
        if "endpoint" in values:
            self.presenter.completions_endpoint_changed()
        self.presenter.changed()

    def type_embeddings(self, **values: Any) -> None:
        """Type into the fields of embeddings."""
        self.form.embeddings.fields = replace(self.form.embeddings.fields, **values)
        if "api_key" in values:
            self.presenter.embeddings.key_changed()
        if "endpoint" in values:
            self.presenter.embeddings.endpoint_changed()
        if "same_key" in values:
            self.presenter.embeddings.same_key_chosen(values["same_key"])
        self.presenter.changed()

    def choose(self, provider: LLMProvider) -> None:
        """Choose a provider, as the combo box does: the other fields stand as they were."""
        self.form.completions.fields = replace(self.form.completions.fields, provider=provider)
        self.presenter.provider_chosen(provider)

    async def settle(self) -> None:
        """Wait until everything that was started has ended."""
        await self.tasks.settle()


async def make_desk(home: SettingsHome, *, patience: float = 5.0) -> Desk:
    """Open the settings over `home`."""
    form, tasks = RecordingForm(), Tasks()
    presenter = SettingsPresenter(form, home.service, tasks, settle=SETTLE, patience=patience)
    desk = Desk(form, presenter, home, tasks)
    await desk.presenter.load()
    return desk


async def save(desk: Desk) -> None:
    """Press Save and wait until it has ended."""
    desk.presenter.save()
    await desk.settle()
