"""Conversations and their messages, a tree for each conversation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, column
from sqlalchemy.orm import Mapped, mapped_column

from desktop.storage.orm.base import AnyText, Base, JsonValue, UtcDateTime

UNFINISHED = ("pending", "streaming")
"""States that no message keeps once the program that wrote it has ended."""

_UNFINISHED_ONLY = column("status").in_(UNFINISHED)


class ConversationRow(Base):
    """A conversation.

    `leaf_id` refers to a message but is no foreign key: the two tables would depend on
    each other, and a leaf that is gone is found again from the tree.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_listing", "archived", "deleted_at", "pinned", "updated_at", "id"),
        Index("ix_conversation_folder_id", "folder_id"),
        Index("ix_conversation_deleted_at", "deleted_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(AnyText)
    pinned: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leaf_id: Mapped[UUID | None]
    model_choice: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    system_prompt: Mapped[str] = mapped_column(AnyText)
    draft: Mapped[str] = mapped_column(AnyText)
    draft_files: Mapped[Any] = mapped_column(
        JsonValue, default=list, server_default="[]", nullable=False
    )
    folder_id: Mapped[UUID | None]
    titled_by: Mapped[str] = mapped_column(String(20), default="words", server_default="words")
    parameters: Mapped[Any] = mapped_column(
        JsonValue, default=dict, server_default="{}", nullable=False
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MessageRow(Base):
    """A message; siblings share `parent_id` and are ordered by `position`, not by the clock.

    `text` is what can be read and searched of it; `parts` is NULL where that is all of it.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_siblings", "conversation_id", "parent_id", "position"),
        Index("ix_message_parent_id", "parent_id"),
        Index(
            "ix_message_unfinished",
            "status",
            sqlite_where=_UNFINISHED_ONLY,
            postgresql_where=_UNFINISHED_ONLY,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(AnyText)
    parts: Mapped[Any | None] = mapped_column(JsonValue)
    reasoning: Mapped[str] = mapped_column(AnyText)
    provider: Mapped[str | None] = mapped_column(AnyText)
    model: Mapped[str | None] = mapped_column(AnyText)
    usage: Mapped[Any | None] = mapped_column(JsonValue)
    error: Mapped[Any | None] = mapped_column(JsonValue)
    provider_state: Mapped[Any | None] = mapped_column(JsonValue)
    finish_reason: Mapped[str | None] = mapped_column(AnyText)
    duration_ms: Mapped[int | None]
    first_token_ms: Mapped[int | None]
    warnings: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
