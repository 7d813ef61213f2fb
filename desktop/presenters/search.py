"""Results as one types: the newest question is answered, older ones are given up."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from desktop.core.errors import ParleyError
from desktop.core.ids import MessageId
from desktop.services.search import Hit, SearchService

PAUSE_SECONDS = 0.35
"""Without a key before a question goes to the embeddings model: each costs a request."""


class SearchView(Protocol):
    """Where results are listed."""

    def show_results(self, text: str, hits: Sequence[Hit], *, complete: bool = True) -> None:
        """List what was found for `text` in place of the conversations; more may come."""
        ...

    def show_search_remark(self, remark: str) -> None:
        """Say below the results what they lack; '' for nothing."""
        ...

    def show_similar(self, hits: Sequence[Hit]) -> None:
        """List what is like a message, in place of the conversations."""
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
                await self._show(text, hits)
        finally:
            if self._running is running:
                self._running = None

    async def _show(self, text: str, hits: Sequence[Hit]) -> None:
        """Show what has the words, and add what means the same or say why that is not done."""
        left_out = await self._service.left_out(text)
        reason = await self._service.words_only()
        self._view.show_results(text, hits, complete=bool(reason))
        if reason:
            self._view.show_search_remark(f"Found by words only. {reason} {left_out}".strip())
            return
        self._view.show_search_remark(left_out)
        await self._add_meaning(text, hits)

    async def _add_meaning(self, text: str, hits: Sequence[Hit]) -> None:
        """Once nothing more is typed, add what means the same."""
        await asyncio.sleep(PAUSE_SECONDS)
        try:
            joined = await self._service.with_meaning(text, hits)
        except ParleyError as error:
            self._view.show_results(text, hits)
            self._view.show_search_remark(f"Found by words only. {error.message}")
            return
        if self._text == text:
            self._view.show_results(text, joined)

    async def find_like(self, message_id: MessageId) -> None:
        """Show what is like a message."""
        hits = await self._service.like(message_id)
        self._view.show_similar(hits)
        remark = "" if hits else await self._service.words_only()
        self._view.show_search_remark(remark)

    async def offer_filters(self) -> None:
        """Tell the view which models there are to filter by."""
        self._view.offer_models(await self._service.models())
