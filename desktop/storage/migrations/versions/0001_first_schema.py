"""The first schema: settings, conversations as trees of messages, full-text search.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)

# FTS5 reads a document's text through the view, so that no text is stored twice. The map
# gives each document an integer of its own: SQLite may renumber the rowids of a table that
# has no integer key. A message is indexed once it has settled, not at each of its flushes.
_SEARCH = (
    """CREATE TABLE search_document (
        id INTEGER PRIMARY KEY,
        conversation_id CHAR(32) NOT NULL,
        message_id CHAR(32) UNIQUE
    )""",
    """CREATE UNIQUE INDEX ix_search_document_title ON search_document(conversation_id)
    WHERE message_id IS NULL""",
    """CREATE VIEW search_text AS
    SELECT document.id AS id, conversation.title AS text
    FROM search_document AS document
    JOIN conversation ON conversation.id = document.conversation_id
    WHERE document.message_id IS NULL
    UNION ALL
    SELECT document.id AS id, message.text AS text
    FROM search_document AS document
    JOIN message ON message.id = document.message_id
    WHERE message.status NOT IN ('pending', 'streaming')""",
    """CREATE VIRTUAL TABLE search_index USING fts5(
        text, content='search_text', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )""",
    """CREATE TRIGGER conversation_added AFTER INSERT ON conversation BEGIN
        INSERT INTO search_document(conversation_id) VALUES (new.id);
        INSERT INTO search_index(rowid, text) VALUES (last_insert_rowid(), new.title);
    END""",
    """CREATE TRIGGER conversation_renamed AFTER UPDATE OF title ON conversation
    WHEN old.title IS NOT new.title BEGIN
        INSERT INTO search_index(search_index, rowid, text)
        SELECT 'delete', id, old.title FROM search_document
        WHERE conversation_id = old.id AND message_id IS NULL;
        INSERT INTO search_index(rowid, text)
        SELECT id, new.title FROM search_document
        WHERE conversation_id = new.id AND message_id IS NULL;
    END""",
    """CREATE TRIGGER conversation_deleted BEFORE DELETE ON conversation BEGIN
        INSERT INTO search_index(search_index, rowid, text)
        SELECT 'delete', id, old.title FROM search_document
        WHERE conversation_id = old.id AND message_id IS NULL;
        DELETE FROM search_document WHERE conversation_id = old.id AND message_id IS NULL;
    END""",
    """CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
        INSERT INTO search_document(conversation_id, message_id)
        VALUES (new.conversation_id, new.id);
        INSERT INTO search_index(rowid, text)
        SELECT last_insert_rowid(), new.text
        WHERE new.status NOT IN ('pending', 'streaming');
    END""",
    """CREATE TRIGGER message_changing BEFORE UPDATE OF text, status ON message
    WHEN old.status NOT IN ('pending', 'streaming') BEGIN
        INSERT INTO search_index(search_index, rowid, text)
        SELECT 'delete', id, old.text FROM search_document WHERE message_id = old.id;
    END""",
    """CREATE TRIGGER message_changed AFTER UPDATE OF text, status ON message
    WHEN new.status NOT IN ('pending', 'streaming') BEGIN
        INSERT INTO search_index(rowid, text)
        SELECT id, new.text FROM search_document WHERE message_id = new.id;
    END""",
    """CREATE TRIGGER message_deleting BEFORE DELETE ON message
    WHEN old.status NOT IN ('pending', 'streaming') BEGIN
        INSERT INTO search_index(search_index, rowid, text)
        SELECT 'delete', id, old.text FROM search_document WHERE message_id = old.id;
    END""",
    """CREATE TRIGGER message_deleted AFTER DELETE ON message BEGIN
        DELETE FROM search_document WHERE message_id = old.id;
    END""",
)


def upgrade() -> None:
    """Make the tables and, on SQLite, the full-text index with its triggers."""
    _create_system_config()
    _create_conversation()
    _create_message()
    _create_message_indexes()
    if op.get_context().dialect.name == "sqlite":
        for statement in _SEARCH:
            op.execute(statement)


def _create_system_config() -> None:
    op.create_table(
        "system_config",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(50), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("value_json", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_system_config"),
        sa.UniqueConstraint("category", "key", name="uq_system_config_category_key"),
    )


def _create_conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.Column("leaf_id", sa.Uuid(), nullable=True),
        sa.Column("model_choice", _JSON, nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index(
        "ix_conversation_listing",
        "conversation",
        ["archived", "deleted_at", "pinned", "updated_at", "id"],
    )


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", _JSON, nullable=True),
        sa.Column("reasoning", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("usage", _JSON, nullable=True),
        sa.Column("error", _JSON, nullable=True),
        sa.Column("provider_state", _JSON, nullable=True),
        sa.Column("finish_reason", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("first_token_ms", sa.Integer(), nullable=True),
        sa.Column("warnings", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name="fk_message_conversation_id_conversation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["message.id"], name="fk_message_parent_id_message", ondelete="CASCADE"
        ),
    )


def _create_message_indexes() -> None:
    unfinished = sa.text("status IN ('pending', 'streaming')")
    op.create_index("ix_message_siblings", "message", ["conversation_id", "parent_id", "position"])
    op.create_index("ix_message_parent_id", "message", ["parent_id"])
    op.create_index(
        "ix_message_unfinished",
        "message",
        ["status"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
