"""Settings, one row a subject."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.storage.orm.base import Base, JsonValue, UtcDateTime, now


class SystemConfigRow(Base):
    """One setting: a JSON object under a category and a key."""

    __tablename__ = "system_config"
    __table_args__ = (UniqueConstraint("category", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    category: Mapped[str] = mapped_column(String(50))
    key: Mapped[str] = mapped_column(String(100))
    value_json: Mapped[Any] = mapped_column(JsonValue, nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
