"""Conversations as they are kept: trees of messages, each question and answer a node."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desktop.core.attachment import Attachment
from desktop.core.content import ContentPart, Role, TextPart, Usage, text_of
from desktop.core.ids import ConversationId, FolderId, MessageId


class MessageStatus(StrEnum):
    """How far a message came."""

    PENDING = "pending"  # stored, its request has not left yet
    STREAMING = "streaming"  # text is arriving
    COMPLETE = "complete"  # the provider said that it is whole
    STOPPED = "stopped"  # the user pressed Stop
    INTERRUPTED = "interrupted"  # the program or the connection ended first
    ERROR = "error"  # the provider failed; `error` says how


class TitledBy(StrEnum):
    """Whose words a title is; the user's own is never replaced."""

    WORDS = "words"  # the first of the first question
    MODEL = "model"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredError:
    """An error as a message keeps it: plain words for the reader, never a key."""

    kind: str
    message: str
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One node of a conversation's tree; siblings share a `parent_id`.

    `warning` is set when the record was written by a newer or odd version and could
    only be shown in part. `provider_state` is what the provider needs back verbatim
    (signed reasoning); None when there is none. Times are UTC. `sibling_index` counts
    from 0 among the `sibling_count` messages that answer, or ask, the same.
    `reasoning_ms` is from the first piece of the reasoning to the answer's first word.
    `sources` passages of documents or other conversations were sent for it.
    """

    id: MessageId
    conversation_id: ConversationId
    parent_id: MessageId | None
    role: Role
    parts: tuple[ContentPart, ...]
    status: MessageStatus
    created_at: datetime
    reasoning: str = ""
    provider: str | None = None
    model: str | None = None
    usage: Usage | None = None
    error: StoredError | None = None
    provider_state: Mapping[str, Any] | None = None
    finish_reason: str | None = None
    duration_ms: int | None = None
    first_token_ms: int | None = None
    reasoning_ms: int | None = None
    warnings: tuple[str, ...] = ()
    warning: str | None = None
    sibling_index: int = field(default=0, compare=False)
    sibling_count: int = field(default=1, compare=False)
    sources: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """The message's text without pictures and files."""
        return text_of(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation without its messages; `leaf_id` is the end of the branch on screen.

    `model_choice` and `parameters` hold only what differs from the settings of the app.
    """

    id: ConversationId
    title: str
    created_at: datetime
    updated_at: datetime
    leaf_id: MessageId | None = None
    pinned: bool = False
    archived: bool = False
    deleted_at: datetime | None = None
    model_choice: Mapping[str, Any] = field(default_factory=dict[str, Any])
    system_prompt: str = ""
    draft: str = ""
    draft_files: tuple[Attachment, ...] = ()
    folder_id: FolderId | None = None
    titled_by: TitledBy = TitledBy.WORDS
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])


def text_parts(text: str) -> tuple[ContentPart, ...]:
    """Wrap plain text as a message's parts."""
    return (TextPart(text),)
