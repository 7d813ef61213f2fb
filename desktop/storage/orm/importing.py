"""What an import that has not ended has put in so far."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from desktop.storage.orm.base import Base


class UnfinishedImportRow(Base):
    """A message or a conversation that goes again unless the import comes to its end."""

    __tablename__ = "unfinished_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    is_message: Mapped[bool] = mapped_column(index=True)
