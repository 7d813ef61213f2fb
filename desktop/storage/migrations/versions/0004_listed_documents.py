"""An index for listing and counting a collection's documents by how far they are.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let the new index take the place of the one on the collection alone."""
    op.create_index(
        "ix_document_collection_id_status_path", "document", ["collection_id", "status", "path"]
    )
    op.drop_index("ix_document_collection_id", "document")
