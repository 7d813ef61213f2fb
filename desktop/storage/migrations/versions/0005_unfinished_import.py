"""What an import that has not ended has put in so far.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; nothing is being imported."""
    op.create_table(
        "unfinished_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_message", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unfinished_import"),
    )
    op.create_index("ix_unfinished_import_is_message", "unfinished_import", ["is_message"])
