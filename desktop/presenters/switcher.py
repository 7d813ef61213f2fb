"""The quick switcher: conversations, commands and settings by a few letters."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop.core.ids import ConversationId
from desktop.core.organising import Listing
from desktop.core.search import SearchQuery
from desktop.storage.repositories.organising import OrganisingRepository
from desktop.storage.repositories.search import SearchRepository

_RECENT = 8
_FOUND = 12
_COMMANDS = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: where it leads, in words, and what it does."""

    kind: str  # conversation, command, setting, search or nothing, which can't be chosen
    title: str
    detail: str
    act: Callable[[], object]


class SwitcherView(Protocol):
    """Where the choices are listed."""

    def show_choices(self, text: str, choices: Sequence[Choice]) -> None:
        """List `choices` for what was typed; what is older is dropped."""
        ...


class SwitcherPresenter:
    """Finds what fits; `commands` are those of the window, `open_` opens a conversation.

    `search` looks for words in all messages: for what has no such title.
    """

    def __init__(
        self,
        view: SwitcherView,
        organising: OrganisingRepository,
        titles: SearchRepository,
        *,
        commands: Callable[[], Sequence[Choice]],
        open_: Callable[[ConversationId], object],
        search: Callable[[str], object],
    ) -> None:
        self._view = view
        self._organising = organising
        self._titles = titles
        self._search = search
        self._commands = commands
        self._open = open_
        self._running: asyncio.Task[Any] | None = None

    async def find(self, text: str) -> None:
        """List what fits `text`: recent conversations and all commands for none."""
        if self._running is not None:
            self._running.cancel()
        running = self._running = asyncio.current_task()
        try:
            found = await self._conversations(text)
        finally:
            if self._running is running:
                self._running = None
        commands = [each for each in self._commands() if fits(text, each.title)]
        few = commands[:_COMMANDS] if text.strip() else commands
        choices = [*found, *few] or [Choice("nothing", "Nothing found", "", lambda: None)]
        self._view.show_choices(text, [*choices, *self._search_for(text.strip())])

    def _search_for(self, words: str) -> list[Choice]:
        if not words:
            return []
        title = f"Search all messages for “{words}”"
        return [Choice("search", title, "", lambda: self._search(words))]

    async def _conversations(self, text: str) -> list[Choice]:
        if not text.strip():
            recent = await self._organising.page(Listing(), offset=0, limit=_RECENT)
            return [self._conversation(each.id, each.title) for each in recent]
        query = SearchQuery(words=tuple(text.split()), in_title=True)
        hits = await self._titles.find(query, limit=_FOUND)
        return [self._conversation(hit.conversation_id, hit.title) for hit in hits]

    def _conversation(self, conversation_id: ConversationId, title: str) -> Choice:
        return Choice("conversation", title, "", lambda: self._open(conversation_id))


def fits(text: str, title: str) -> bool:
    """Tell whether each word of `text` begins a word of `title`, in any order."""
    words = title.casefold().split()
    return all(any(word.startswith(part) for word in words) for part in text.casefold().split())
