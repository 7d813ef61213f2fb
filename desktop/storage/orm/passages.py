"""Passages of messages and documents, and the vectors of their texts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from desktop.storage.orm.base import AnyText, Base, UtcDateTime

_Id = BigInteger().with_variant(Integer, "sqlite")


class PassageRow(Base):
    """A piece of a message or of a document: characters `start` to `end` of its text.

    `hash` is that of the text with its headings: equal texts share a vector. The text itself
    is kept for documents only; a message has its own.
    """

    __tablename__ = "passage"
    __table_args__ = (
        Index("ix_passage_message_id", "message_id"),
        Index("ix_passage_document_id", "document_id", "position"),
        Index("ix_passage_hash", "hash"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    position: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    heading: Mapped[str] = mapped_column(AnyText)
    text: Mapped[str | None] = mapped_column(AnyText)
    hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    tokens: Mapped[int]
    chunker: Mapped[int]


class PassageQueueRow(Base):
    """A message that is still to be cut into passages."""

    __tablename__ = "passage_queue"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )


class EmbeddingModelRow(Base):
    """A model that vectors were made with; `probe` is its vector of a fixed text.

    `state` is `active` for the one that searches use, `building` for its successor, `retired` for
    one whose vectors are being deleted.
    """

    __tablename__ = "embedding_model"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    host: Mapped[str] = mapped_column(AnyText)
    name: Mapped[str] = mapped_column(AnyText)
    dimension: Mapped[int]
    probe: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EmbeddingRow(Base):
    """The vector of a text by a model, float16; ids only ever grow."""

    __tablename__ = "embedding"
    __table_args__ = (
        UniqueConstraint("hash", "model_id"),
        Index("ix_embedding_model_id", "model_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    model_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("embedding_model.id", ondelete="CASCADE")
    )
    hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
