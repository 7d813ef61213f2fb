"""What stands in the composer, kept with its conversation across restarts."""

import asyncio

from desktop.core.ids import ConversationId
from desktop.services.settings import SettingsService
from desktop.storage.repositories.conversations import ConversationRepository

SETTLE_SECONDS = 0.4

Draft = tuple[ConversationId | None, str]


class Drafts:
    """Stores drafts; that of a new chat, which has no conversation yet, with the settings."""

    def __init__(self, conversations: ConversationRepository, settings: SettingsService) -> None:
        self._conversations = conversations
        self._settings = settings
        self._pending: Draft | None = None

    async def changed(self, conversation_id: ConversationId | None, text: str) -> None:
        """Store `text` once nothing was typed for `SETTLE_SECONDS`."""
        pending = self._pending = (conversation_id, text)
        await asyncio.sleep(SETTLE_SECONDS)
        if self._pending is pending:
            await self.flush()

    async def of_new_chat(self) -> str:
        """Return what was typed for a chat that was not begun."""
        text = (await self._settings.app("draft")).get("text", "")
        return text if isinstance(text, str) else ""

    async def flush(self) -> None:
        """Store what was typed last, now."""
        pending = self._pending
        if pending is None:
            return
        await self._store(*pending)
        if self._pending is pending:
            self._pending = None

    async def sent(self, conversation_id: ConversationId | None, text: str) -> None:
        """Forget the draft `text`: it is a message now; what was typed after it stays."""
        if self._pending is not None and self._pending == (conversation_id, text):
            self._pending = None
        if self._pending is None or self._pending[0] != conversation_id:
            await self._store(conversation_id, "")

    async def keep(self, conversation_id: ConversationId | None, text: str) -> None:
        """Store `text` as the draft of a conversation, or of the new chat."""
        self._pending = (conversation_id, text)
        await self.flush()

    async def _store(self, conversation_id: ConversationId | None, text: str) -> None:
        if conversation_id is None:
            await self._settings.set_app("draft", {"text": text})
        else:
            await self._conversations.save_draft(conversation_id, text)
