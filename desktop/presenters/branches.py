"""Branches of the conversation on screen: step between them, fork, delete and undo."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from desktop.core.conversation import Message
from desktop.core.ids import ConversationId, MessageId, new_conversation_id
from desktop.core.search import SearchHit
from desktop.presenters.chat import ChatPresenter
from desktop.storage.repositories.branches import BranchRepository, RemovedMessages
from desktop.storage.repositories.conversations import ConversationRepository


class BranchView(Protocol):
    """Where deletions are asked about and can be undone."""

    async def ask_extent(self, message: Message) -> bool | None:
        """Ask whether what follows is to be deleted too; None for not at all."""
        ...

    def offer_undo(self, removed: RemovedMessages) -> None:
        """Say that messages were deleted, and offer to put them back."""
        ...


class BranchPresenter:
    """Changes which branch is on screen, and the tree itself.

    While an answer streams in the conversation, its tree stays as it is.
    """

    def __init__(
        self,
        view: BranchView,
        chat: ChatPresenter,
        conversations: ConversationRepository,
        branches: BranchRepository,
        *,
        on_changed: Callable[[ConversationId], None],
    ) -> None:
        self._view = view
        self._chat = chat
        self._conversations = conversations
        self._branches = branches
        self._on_changed = on_changed

    async def step(self, message_id: MessageId, step: int) -> None:
        """Show the branch of the sibling `step` places on."""
        if not self._chat.is_busy and await self._branches.step(message_id, step):
            await self._chat.reload()

    async def go_to(self, hit: SearchHit) -> None:
        """Show what a search found: the conversation, at the message, in its branch."""
        if hit.message_id is None:
            await self._chat.open(hit.conversation_id)
            return
        shown = await self._conversations.branch(hit.conversation_id)
        if hit.message_id not in {message.id for message in shown}:
            await self._branches.show(hit.message_id)
        await self._chat.open(hit.conversation_id)
        start, end = hit.marks[0] if hit.marks else (0, 0)
        self._chat.point_at(hit.conversation_id, hit.message_id, hit.snippet[start:end])

    async def fork(self, message_id: MessageId) -> ConversationId | None:
        """Open a new conversation that begins with the branch up to a message."""
        message = await self._branches.get(message_id)
        source = await self._conversations.get(message.conversation_id) if message else None
        if source is None:
            return None
        now = datetime.now(UTC)
        forked = replace(
            source,
            id=new_conversation_id(),
            created_at=now,
            updated_at=now,
            pinned=False,
            archived=False,
            deleted_at=None,
            draft="",
            draft_files=(),
        )
        await self._branches.fork(message_id, forked)
        self._on_changed(forked.id)
        await self._chat.open(forked.id)
        return forked.id

    async def delete(self, message_id: MessageId) -> None:
        """Delete a message, or it and all that follows, as the user says."""
        message = await self._branches.get(message_id)
        if message is None or self._chat.is_busy:
            return
        with_replies: bool | None = False
        if await self._branches.has_replies(message_id):
            with_replies = await self._view.ask_extent(message)
        if with_replies is None or self._chat.is_busy:
            return
        removed = await self._branches.remove(message_id, with_replies=with_replies)
        if removed is not None:
            await self._show_change(removed.conversation_id)
            self._view.offer_undo(removed)

    async def undo(self, removed: RemovedMessages) -> None:
        """Put deleted messages back."""
        await self._branches.put_back(removed)
        await self._show_change(removed.conversation_id)

    async def _show_change(self, conversation_id: ConversationId) -> None:
        self._on_changed(conversation_id)
        if self._chat.current == conversation_id:
            await self._chat.reload()
