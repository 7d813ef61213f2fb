"""The page Local model: its file and how it runs, started and stopped by hand."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from desktop.core.errors import ParleyError
from desktop.local.fetch import Progress
from desktop.presenters.settings_page import ValuesForm, ValuesPage
from desktop.presenters.work import Work
from desktop.services.connections import progress_in_words
from desktop.services.local_model import LocalModelStore, LocalRunning, LocalState, LocalValues

LOOK_SECONDS = 2.0
"""How often it is looked how much memory the model takes."""


class LocalForm(ValuesForm[LocalValues], Protocol):
    """The page as the user sees it."""

    def show_state(self, state: LocalState) -> None:
        """Say what runs and how much memory it takes."""
        ...

    def show_starting(self, progress: str) -> None:
        """Say how far a start is; it can be stopped."""
        ...

    def tell_changed(self) -> None:
        """Tell that what is saved is another thing now."""
        ...

    def show_failure(self, error: ParleyError | None) -> None:
        """Say why a start failed; None takes it away."""
        ...


class LocalPage(ValuesPage[LocalValues]):
    """Starts what stands in the fields, saving it before; looks at what runs while it is open.

    `use` puts the model's endpoint into the completions.
    """

    def __init__(
        self,
        form: LocalForm,
        store: LocalModelStore,
        running: LocalRunning,
        work: Work,
        *,
        use: Callable[[str], None],
    ) -> None:
        super().__init__("local", form, store)
        self._page = form
        self._running = running
        self._work = work
        self._use = use
        self._starting: asyncio.Task[Any] | None = None
        self._looking: asyncio.Task[Any] | None = None

    async def load(self) -> None:
        """Show what is saved and what runs."""
        await super().load()
        self._page.show_failure(None)
        if self._looking is None:
            self._looking = self._work.start(self._look(), name="look at the local model")

    def start(self) -> None:
        """Start the model that stands in the fields."""
        if self._starting is None:
            self._starting = self._work.start(self._start(), name="start the local model")

    def stop(self) -> None:
        """Stop what runs, or what is about to."""
        if self._starting is not None:
            self._starting.cancel()
        self._work.start(self._stop(), name="stop the local model")

    def chat_with_it(self) -> None:
        """Choose the model for completions."""
        self._use(self._form.values().endpoint)

    def close(self) -> None:
        """Look no more; what runs goes on."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _start(self) -> None:
        self._page.show_failure(None)
        self._page.show_starting("")
        failure: ParleyError | None = None
        try:
            if await self.check():
                await self.save()
                self._baseline = self._form.values()
                self._page.tell_changed()
                await self._running.start(self._form.values(), self._tell)
        except ParleyError as error:
            failure = error
        finally:
            self._starting = None
            self._page.show_state(await self._running.state())
            self._page.show_failure(failure)

    async def _stop(self) -> None:
        await self._running.stop()
        self._page.show_state(await self._running.state())

    async def _look(self) -> None:
        while True:
            if self._starting is None:
                self._page.show_state(await self._running.state())
            await asyncio.sleep(LOOK_SECONDS)

    def _tell(self, progress: Progress) -> None:
        self._page.show_starting(progress_in_words(progress))
