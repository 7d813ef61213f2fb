"""The list of conversations: show, search, rename, pin, delete."""

from desktop.core.ids import ConversationId
from desktop.presenters.sidebar_view import SidebarView
from desktop.storage.repositories.conversations import ConversationRepository

_ROWS = 500


class SidebarPresenter:
    """Keeps the list in step with what is stored."""

    def __init__(self, view: SidebarView, conversations: ConversationRepository) -> None:
        self._view = view
        self._conversations = conversations
        self._query = ""

    async def refresh(self) -> None:
        """Show what is stored now, filtered by what is being searched."""
        query = self._query
        rows = await self._conversations.list(limit=_ROWS, search=query or None)
        if query == self._query:  # else a newer search is under way
            self._view.show_conversations(rows, searching=bool(query))

    def select(self, conversation_id: ConversationId | None) -> None:
        """Mark the conversation on screen; None for a new chat."""
        self._view.select(conversation_id)

    async def search(self, text: str) -> None:
        """Filter by titles and messages; '' shows all."""
        self._query = text.strip()
        await self.refresh()

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a conversation another title; a blank one changes nothing."""
        if title.strip():
            await self._conversations.rename(conversation_id, title.strip())
        await self.refresh()

    async def pin(self, conversation_id: ConversationId, pinned: bool) -> None:
        """Keep a conversation at the top, or let it go."""
        await self._conversations.set_pinned(conversation_id, pinned)
        await self.refresh()

    async def delete(self, conversation_id: ConversationId) -> None:
        """Move a conversation to the trash."""
        await self._conversations.trash(conversation_id)
        await self.refresh()

    async def restore(self, conversation_id: ConversationId) -> None:
        """Take a conversation back from the trash."""
        await self._conversations.restore(conversation_id)
        await self.refresh()
