"""The live list of models: fetched a moment after typing ends, never emptied by a failure."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from desktop.core.errors import InvalidSetting, ParleyError
from desktop.presenters.settings_view import ModelsNote, SectionForm
from desktop.presenters.work import Work

SETTLE_SECONDS = 0.5
"""How long typing must rest before the list is fetched."""

Fetch = Callable[[], Awaitable[Sequence[Mapping[str, Any]]]]


class ModelFetch:
    """Keeps one section's list up to date; a newer fetch cancels the one under way."""

    def __init__(
        self, form: SectionForm, work: Work, fetch: Fetch, *, settle: float = SETTLE_SECONDS
    ) -> None:
        self._form = form
        self._work = work
        self._fetch = fetch
        self._settle = settle
        self._task: asyncio.Task[Any] | None = None
        self._has_list = False
        self.listed: Sequence[Mapping[str, Any]] = ()

    def schedule(self) -> None:
        """Fetch once typing rests."""
        self._start(self._settle)

    def now(self) -> None:
        """Fetch at once."""
        self._start(0)

    def show(self, models: Sequence[Mapping[str, Any]], note: str = "") -> None:
        """Show a list that needs no fetching."""
        self.cancel()
        self._show(models, note)

    def reset(self, note: str = "") -> None:
        """Empty the list: another provider has other models."""
        self.show([], note)
        self._has_list = False

    def cancel(self) -> None:
        """End the fetch under way; the list stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._form.show_models_note(ModelsNote())

    def _start(self, delay: float) -> None:
        self.cancel()
        self._task = self._work.start(self._run(delay), name="fetch models")

    async def _run(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self._form.show_models_note(ModelsNote(text="Fetching the models…", busy=True))
        try:
            models = await self._fetch()
        except InvalidSetting as problem:
            self._form.show_models_note(ModelsNote())
            self._form.show_problem(problem.field, problem)
        except ParleyError as error:
            self._form.show_models_note(ModelsNote(text=self._excuse(error), problem=True))
        else:
            self._show(models, _summary(len(models)))
        finally:
            if self._task is asyncio.current_task():
                self._task = None

    def _show(self, models: Sequence[Mapping[str, Any]], note: str) -> None:
        self._has_list, self.listed = bool(models), models
        self._form.show_models(models)
        self._form.show_models_note(ModelsNote(text=note))

    def _excuse(self, error: ParleyError) -> str:
        kept = " The list is the earlier one." if self._has_list else ""
        return f"{error}{kept}"


def _summary(count: int) -> str:
    if not count:
        return "The server has no list of models: type the model's id."
    return "1 model" if count == 1 else f"{count} models"
