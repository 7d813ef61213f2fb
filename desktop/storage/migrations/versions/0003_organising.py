"""Folders, tags, presets; whose words a title is; own parameters; an index of titles.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)

# Titles have an index of their own beside the one over everything: among a million messages
# the few titles that match would be found last.
_TITLES = (
    """CREATE VIRTUAL TABLE search_title USING fts5(
        title, conversation_id UNINDEXED,
        tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )""",
    """INSERT INTO search_title(rowid, title, conversation_id)
    SELECT document.id, conversation.title, conversation.id
    FROM search_document AS document JOIN conversation
        ON conversation.id = document.conversation_id
    WHERE document.message_id IS NULL""",
    """CREATE TRIGGER search_title_added AFTER INSERT ON search_document
    WHEN new.message_id IS NULL BEGIN
        INSERT INTO search_title(rowid, title, conversation_id)
        SELECT new.id, title, id FROM conversation WHERE id = new.conversation_id;
    END""",
    """CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON conversation
    WHEN old.title IS NOT new.title BEGIN
        UPDATE search_title SET title = new.title WHERE rowid IN (
            SELECT id FROM search_document
            WHERE conversation_id = new.id AND message_id IS NULL
        );
    END""",
    """CREATE TRIGGER search_title_deleted BEFORE DELETE ON search_document
    WHEN old.message_id IS NULL BEGIN
        DELETE FROM search_title WHERE rowid = old.id;
    END""",
)


def upgrade() -> None:
    """Make the tables and columns; what is there counts as titled by its first words."""
    op.create_table(
        "folder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_folder"),
    )
    op.create_table(
        "preset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=False),
        sa.Column("model_choice", _JSON, nullable=False),
        sa.Column("parameters", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_preset"),
    )
    op.create_table(
        "conversation_tag",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "tag", name="pk_conversation_tag"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name="fk_conversation_tag_conversation_id_conversation",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_conversation_tag_tag", "conversation_tag", ["tag"])
    _extend_conversation()
    if op.get_context().dialect.name == "sqlite":
        for statement in _TITLES:
            op.execute(statement)


def _extend_conversation() -> None:
    for column in (
        sa.Column("folder_id", sa.Uuid(), nullable=True),
        sa.Column("titled_by", sa.String(20), nullable=False, server_default="words"),
        sa.Column("parameters", _JSON, nullable=False, server_default="{}"),
    ):
        op.add_column("conversation", column)
    op.create_index("ix_conversation_folder_id", "conversation", ["folder_id"])
    op.create_index("ix_conversation_deleted_at", "conversation", ["deleted_at"])
