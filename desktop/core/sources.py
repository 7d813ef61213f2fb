"""What answers draw on, and the passages that were sent for one."""

from dataclasses import dataclass

from desktop.core.ids import CollectionId, ConversationId, DocumentId, MessageId
from desktop.core.passages import Scope


@dataclass(frozen=True, slots=True)
class Attachment:
    """What the answers of a conversation may draw on."""

    history: bool = False
    collections: frozenset[CollectionId] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is attached."""
        return self.history or bool(self.collections)

    def scope(self, conversation_id: ConversationId) -> Scope:
        """Return where to look; the conversation itself is sent anyway."""
        return Scope(history=self.history, collections=self.collections, without=conversation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPassage:
    """A passage as it was sent, under the number by which the answer cites it.

    `place` such as `page 3`, else the heading it stands under. What it was taken from may be
    gone since.
    """

    number: int
    title: str
    text: str
    place: str = ""
    document_id: DocumentId | None = None
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None
