"""Passages of messages and documents as search and answers use them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.core.ids import CollectionId, ConversationId, DocumentId, MessageId
from desktop.core.search import EVERYTHING, SearchQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a text and where it stands.

    `title` is that of its conversation or document, `heading` what it stands under in there,
    `place` such as `page 3`. Either `message_id` and `conversation_id` are set or
    `document_id`. `when` is the moment of the message or of the file's last change.
    """

    id: int
    title: str
    text: str
    heading: str = ""
    place: str = ""
    message_id: MessageId | None = None
    conversation_id: ConversationId | None = None
    document_id: DocumentId | None = None
    when: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where to look: one's own history, and which collections; None for all of them.

    `without` is a conversation that is left out; only what passes the filters of `matching`
    is in it.
    """

    history: bool = True
    collections: frozenset[CollectionId] | None = None
    without: ConversationId | None = None
    matching: SearchQuery = EVERYTHING


class Purpose(StrEnum):
    """What a text is embedded for; many models place questions and texts differently."""

    QUERY = "query"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A text that has no vector yet; `passage_id` is that of one passage with this text."""

    passage_id: int
    hash: bytes
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class IndexedModel:
    """A model that vectors were made with; `probe` is its vector of a fixed text."""

    id: int
    host: str
    name: str
    dimension: int
    probe: bytes
    is_active: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """How much text there is: passages, counting equal ones once, and their tokens."""

    passages: int = 0
    tokens: int = 0
