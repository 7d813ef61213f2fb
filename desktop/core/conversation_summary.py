"""A conversation as lists name it; in its own module, which is all that the start needs."""

from dataclasses import dataclass
from datetime import datetime

from desktop.core.ids import ConversationId, FolderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation as the sidebar lists it."""

    id: ConversationId
    title: str
    updated_at: datetime
    pinned: bool = False
    archived: bool = False
    deleted: bool = False
    folder_id: FolderId | None = None
    tags: tuple[str, ...] = ()
