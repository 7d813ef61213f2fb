"""What brings order into conversations, and what a new one can start from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.storage.orm.base import AnyText, Base, JsonValue, UtcDateTime


class FolderRow(Base):
    """A folder; conversations refer to it, and to none once it is removed."""

    __tablename__ = "folder"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TagRow(Base):
    """One tag of one conversation; a tag exists as long as something bears it."""

    __tablename__ = "conversation_tag"

    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(100), primary_key=True, index=True)


class PresetRow(Base):
    """A named system prompt, model and parameters."""

    __tablename__ = "preset"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    system_prompt: Mapped[str] = mapped_column(AnyText)
    model_choice: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    parameters: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
