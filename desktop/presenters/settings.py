"""The settings window: load, save all or nothing, leave without losing what was typed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from desktop.core.errors import InvalidSetting, NoKeyring, ParleyError
from desktop.llm import LLMProvider
from desktop.presenters.model_fetch import SETTLE_SECONDS
from desktop.presenters.settings_completions import CompletionsSection
from desktop.presenters.settings_embeddings import EmbeddingsSection
from desktop.presenters.settings_keys import KeyKeeping
from desktop.presenters.settings_page import Page
from desktop.presenters.settings_view import SettingsForm
from desktop.presenters.work import Work
from desktop.services.settings import SettingsService
from desktop.services.settings_checks import EMBEDDINGS_FIELDS
from desktop.storage.key_place import KeyPlace

_Result = TypeVar("_Result")

MODELS_PAGE = "models"
"""The page that both sections stand on."""
PATIENCE_SECONDS = 1.0
"""How long the keyring may take before the user is told what is waited for."""


class SettingsPresenter:
    """Decides what the settings window shows; `work` owns what it starts."""

    def __init__(
        self,
        form: SettingsForm,
        service: SettingsService,
        work: Work,
        *,
        pages: Sequence[Page] = (),
        settle: float = SETTLE_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._form = form
        self._pages = pages
        self._patience = patience
        self._service = service
        self._work = work
        self._saving = False
        self.completions = CompletionsSection(
            form.completions, service, work, on_changed=self.changed, settle=settle
        )
        self.embeddings = EmbeddingsSection(
            form.embeddings,
            service,
            work,
            completions=form.completions.values,
            completions_key=self.completions.typed_key,
            on_changed=self.changed,
            settle=settle,
        )

        self.keys = KeyKeeping(
            form, service, start=self._start, alone=self._alone, reload=self._reload_keys
        )

    @property
    def is_dirty(self) -> bool:
        """Whether something on screen is not saved."""
        return self._models_are_dirty or any(page.is_dirty for page in self._pages)

    @property
    def _models_are_dirty(self) -> bool:
        return self.completions.is_dirty or self.embeddings.is_dirty

    def open(self) -> None:
        """Show what is saved; until then nothing can be typed."""
        self._form.set_ready(False)
        self._work.start(self.load(), name="load settings")

    async def load(self) -> None:
        """Show what is saved; what was typed is gone."""
        try:
            with self._saying_when_it_takes_long():
                saved = await self._service.get()
                for page in self._pages:
                    await page.load()
        except ParleyError as error:
            self._form.show_error(error)
            return
        self.keys.show(saved)
        self.completions.load(saved)
        self.embeddings.load(saved)
        self._form.set_ready(True)
        self.changed()

    async def _reload_keys(self) -> None:
        """Show anew what can be opened of what is saved; what is typed stays."""
        saved = await self._service.get()
        self.keys.show(saved)
        if self._models_are_dirty:
            self.completions.keys_changed(saved)
            self.embeddings.keys_changed(saved)
        else:
            self.completions.load(saved)
            self.embeddings.load(saved)
        self._form.tell_keys_changed()

    def changed(self) -> None:
        """Something on screen changed."""
        self.completions.model_changed()
        self._form.mark_page(MODELS_PAGE, dirty=self._models_are_dirty)
        for page in self._pages:
            self._form.mark_page(page.name, dirty=page.is_dirty)
        self._form.set_dirty(self.is_dirty)

    def provider_chosen(self, provider: LLMProvider) -> None:
        """The user chose a provider for completions."""
        self.completions.provider_chosen(provider)
        self.embeddings.completions_changed()

    def offered_provider_chosen(self, provider: LLMProvider) -> None:
        """The user takes the provider that the typed key belongs to."""
        self.completions.use_offered(provider)
        self.embeddings.completions_changed()

    def use_server(self, endpoint: str) -> None:
        """Put a compatible server's endpoint into the completions, to be saved."""
        self.completions.use_server(endpoint)
        self.embeddings.completions_changed()

    def completions_key_changed(self) -> None:
        """The key for completions is being typed or was removed."""
        self.completions.key_changed()
        self.embeddings.completions_key_changed()

    def completions_endpoint_changed(self) -> None:
        """The address for completions is being typed."""
        self.completions.endpoint_changed()
        self.embeddings.completions_changed()

    def save(self) -> None:
        """Save everything or, when something can't be used, nothing."""
        self._start(self._save, "save settings")

    def choose_key_place(self, place: KeyPlace, passphrase: str = "") -> None:
        """Keep keys there from now on, and save."""
        self._start(lambda: self._save(place, passphrase), "save settings")

    def leave(self) -> None:
        """Close, asking first when something is not saved; not while it is being saved."""
        if self._saving:
            return
        if self.is_dirty:
            self._form.ask_discard()
        else:
            self.discard()

    def discard(self) -> None:
        """Close without saving; not while it is being saved."""
        if self._saving:
            return
        self._close()
        self._form.finish(saved=False)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        if not self._saving:
            self._saving = True
            self._work.start(work(), name=name)

    async def _save(self, place: KeyPlace | None = None, passphrase: str = "") -> None:
        try:
            saved = await self._alone(self._try_to_save(place, passphrase))
        except NoKeyring as why:
            self._form.ask_key_place(why)
        except ParleyError as error:
            self._form.show_error(error)
        else:
            self._end_saving(saved)

    def _end_saving(self, saved: bool) -> None:
        if saved:
            self._close()
            self._form.finish(saved=True)
        else:
            self._form.go_to_problem()

    async def _alone(self, work: Awaitable[_Result]) -> _Result:
        """Await `work`; until it ends nothing can be typed and nobody can leave."""
        self._form.set_saving(True)
        try:
            with self._saying_when_it_takes_long():
                return await work
        finally:
            self._saving = False
            self._form.set_saving(False)

    async def _try_to_save(self, place: KeyPlace | None, passphrase: str) -> bool:
        """Save everything; or, where something can't be used, show what and save nothing."""
        if place is not None:
            await self._service.choose_key_place(place, passphrase)
        self._form.completions.clear_problems()
        self._form.embeddings.clear_problems()
        completions = self.completions.change() if self.completions.is_dirty else None
        embeddings = self.embeddings.change()
        problems = await self._service.problems(completions=completions, embeddings=embeddings)
        for problem in problems:
            self._show_problem(problem)
        dirty = [page for page in self._pages if page.is_dirty]
        checked = [await page.check() for page in dirty]
        if problems or not all(checked):
            return False
        if completions is not None or embeddings is not None:
            await self._service.update(completions=completions, embeddings=embeddings)
        for page in dirty:
            await page.save()
        await self.load()
        return True

    def _show_problem(self, problem: InvalidSetting) -> None:
        if problem.field.startswith(EMBEDDINGS_FIELDS):
            name = problem.field.removeprefix(EMBEDDINGS_FIELDS)
            self._form.embeddings.show_problem(name, problem)
        else:
            self._form.completions.show_problem(problem.field, problem)

    @contextmanager
    def _saying_when_it_takes_long(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        late = loop.call_later(self._patience, self._form.show_waiting)
        try:
            yield
        finally:
            late.cancel()
            self._form.show_error(None)

    def _close(self) -> None:
        self.completions.close()
        self.embeddings.close()
        for page in self._pages:
            page.close()
