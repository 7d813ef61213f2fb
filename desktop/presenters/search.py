"""Results as one types: the newest question is answered, older ones are given up."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from desktop.services.search import SearchHit, SearchService


class SearchView(Protocol):
    """Where results are listed."""

    def show_results(self, text: str, hits: Sequence[SearchHit]) -> None:
        """List what was found for `text`, in place of the conversations."""
        ...

    def end_search(self) -> None:
        """List the conversations again."""
        ...

    def offer_models(self, models: Sequence[str]) -> None:
        """Set the models to filter by."""
        ...


class SearchPresenter:
    """Keeps the results in step with what is typed."""

    def __init__(self, view: SearchView, service: SearchService) -> None:
        self._view = view
        self._service = service
        self._text = ""
        self._running: asyncio.Task[Any] | None = None

    async def search(self, text: str) -> None:
        """Show what fits `text`; '' ends the search. A newer search cancels this one."""
        self._text = text
        if self._running is not None:
            self._running.cancel()
            self._running = None
        if not text.strip():
            self._view.end_search()
            return
        running = self._running = asyncio.current_task()
        try:
            hits = await self._service.search(text)
            if self._text == text:
                self._view.show_results(text, hits)
        finally:
            if self._running is running:
                self._running = None

    async def refresh(self) -> None:
        """Search again for the same, as what is stored has changed."""
        if self._text.strip():
            await self.search(self._text)

    async def offer_filters(self) -> None:
        """Tell the view which models there are to filter by."""
        self._view.offer_models(await self._service.models())
