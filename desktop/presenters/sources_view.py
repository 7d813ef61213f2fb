"""Where one chooses what answers draw on, and sees the passages that were sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.core.ids import CollectionId, ConversationId, MessageId
from desktop.core.sources import SentPassage


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """Something to draw on; one's own history has no collection."""

    collection_id: CollectionId | None
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageView:
    """A sent passage and the text around it: `before`, the passage, `after`.

    `path` is its file's; the ids say where in the history it stands. Without any of them what
    it was taken from is gone.
    """

    passage: SentPassage
    before: str = ""
    after: str = ""
    path: str = ""
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None


class SourcesView(Protocol):
    """The part of the chat that is about sources."""

    def show_attached(self, names: Sequence[str], what_leaves: str) -> None:
        """Name what the conversation draws on, and say what is sent where."""
        ...

    def offer_sources(self, choices: Sequence[SourceChoice], remark: str) -> None:
        """Let the user choose; `remark` says what is to be known before."""
        ...


class PassagesView(Protocol):
    """The window with the passages of one answer."""

    def show_passages(self, passages: Sequence[SentPassage], number: int) -> None:
        """List what was sent and choose the passage `number`."""
        ...

    def show_found(self, passage: SentPassage) -> None:
        """Begin with a passage that was found, not sent."""
        ...

    def show_passage(self, passage: PassageView) -> None:
        """Show a passage in its place."""
        ...
