"""Collections of documents, and what was read of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.storage.orm.base import AnyText, Base, JsonValue, UtcDateTime


class CollectionRow(Base):
    """A named set of files and folders."""

    __tablename__ = "collection"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CollectionSourceRow(Base):
    """A file or a folder that was added to a collection."""

    __tablename__ = "collection_source"
    __table_args__ = (UniqueConstraint("collection_id", "path"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(AnyText)


class DocumentRow(Base):
    """A file; `message` and `cure` say why it could not be read.

    `size` in bytes and `modified` in nanoseconds are those of the file when it was read.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("source_id", "path"),
        Index("ix_document_collection_id_status_path", "collection_id", "status", "path"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("collection_source.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(AnyText)
    size: Mapped[int] = mapped_column(BigInteger)
    modified: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20), index=True)
    format: Mapped[str] = mapped_column(AnyText, default="")
    title: Mapped[str] = mapped_column(AnyText, default="")
    message: Mapped[str] = mapped_column(AnyText, default="")
    cure: Mapped[str] = mapped_column(AnyText, default="")
    notes: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    places: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConversationSourceRow(Base):
    """What the answers of a conversation may draw on; no collection means one's own history."""

    __tablename__ = "conversation_source"
    __table_args__ = (UniqueConstraint("conversation_id", "collection_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    collection_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE")
    )


class SentPassageRow(Base):
    """A passage that was sent with a question, as it was then; `message_id` is the answer.

    What it was taken from may be gone: those ids are no foreign keys.
    """

    __tablename__ = "sent_passage"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(AnyText)
    place: Mapped[str] = mapped_column(AnyText)
    text: Mapped[str] = mapped_column(AnyText)
    document_id: Mapped[UUID | None]
    source_conversation_id: Mapped[UUID | None]
    source_message_id: Mapped[UUID | None]
