"""What the sidebar presenter asks of whoever lists the conversations."""

from collections.abc import Sequence
from typing import Protocol

from desktop.core.conversation import ConversationSummary
from desktop.core.ids import ConversationId


class SidebarView(Protocol):
    """The list of conversations."""

    def show_conversations(self, rows: Sequence[ConversationSummary], *, searching: bool) -> None:
        """Replace the rows, newest first, pinned apart; keep selection and scroll position."""
        ...

    def select(self, conversation_id: ConversationId | None) -> None:
        """Mark the open conversation without reporting a selection; None for a new chat."""
        ...

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        """Mark that an answer is streaming in it."""
        ...
