"""The files that wait in the composer.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the column; nothing waits anywhere."""
    files = sa.Column("draft_files", _JSON, nullable=False, server_default="[]")
    op.add_column("conversation", files)
