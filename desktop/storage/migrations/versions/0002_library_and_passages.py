"""Collections of documents, passages and their vectors, sources of answers.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A message is queued once it has settled, as the full-text index takes it. The vector of a
# text goes with the last passage that has this text.
_TRIGGERS = (
    """CREATE TRIGGER passage_queue_added AFTER INSERT ON message
    WHEN new.status NOT IN ('pending', 'streaming') AND new.role IN ('user', 'assistant') BEGIN
        INSERT OR IGNORE INTO passage_queue(message_id) VALUES (new.id);
    END""",
    """CREATE TRIGGER passage_queue_changed AFTER UPDATE OF text, status ON message
    WHEN new.status NOT IN ('pending', 'streaming') AND new.role IN ('user', 'assistant')
        AND (old.text IS NOT new.text OR old.status IN ('pending', 'streaming')) BEGIN
        INSERT OR IGNORE INTO passage_queue(message_id) VALUES (new.id);
    END""",
    """CREATE TRIGGER passage_deleted AFTER DELETE ON passage BEGIN
        DELETE FROM embedding WHERE hash = old.hash
        AND NOT EXISTS (SELECT 1 FROM passage WHERE hash = old.hash);
    END""",
    """CREATE VIRTUAL TABLE search_passage USING fts5(
        heading, text, content='passage', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )""",
    """CREATE TRIGGER search_passage_added AFTER INSERT ON passage
    WHEN new.document_id IS NOT NULL BEGIN
        INSERT INTO search_passage(rowid, heading, text) VALUES (new.id, new.heading, new.text);
    END""",
    """CREATE TRIGGER search_passage_deleted AFTER DELETE ON passage
    WHEN old.document_id IS NOT NULL BEGIN
        INSERT INTO search_passage(search_passage, rowid, heading, text)
        VALUES ('delete', old.id, old.heading, old.text);
    END""",
    """INSERT INTO passage_queue(message_id) SELECT id FROM message
    WHERE status NOT IN ('pending', 'streaming') AND role IN ('user', 'assistant')""",
)


def upgrade() -> None:
    """Make the tables and, on SQLite, the triggers that follow the messages."""
    _create_collections()
    _create_documents()
    _create_passages()
    _create_embeddings()
    _create_sources()
    if op.get_context().dialect.name == "sqlite":
        for statement in _TRIGGERS:
            op.execute(statement)


def _cascading(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _create_collections() -> None:
    op.create_table(
        "collection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection"),
    )
    op.create_table(
        "collection_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection_source"),
        sa.UniqueConstraint(
            "collection_id", "path", name="uq_collection_source_collection_id_path"
        ),
        _cascading("collection_source", "collection_id", "collection"),
    )


def _create_documents() -> None:
    texts = ("format", "title", "message", "cure")
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("notes", _JSON, nullable=False),
        sa.Column("places", _JSON, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("source_id", "path", name="uq_document_source_id_path"),
        _cascading("document", "collection_id", "collection"),
        _cascading("document", "source_id", "collection_source"),
    )
    op.create_index("ix_document_collection_id", "document", ["collection_id"])
    op.create_index("ix_document_status", "document", ["status"])


def _create_passages() -> None:
    op.create_table(
        "passage",
        sa.Column("id", _ID, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("position", "start", "end")),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(16), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("chunker", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
        _cascading("passage", "message_id", "message"),
        _cascading("passage", "document_id", "document"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passage_message_id", "passage", ["message_id"])
    op.create_index("ix_passage_document_id", "passage", ["document_id", "position"])
    op.create_index("ix_passage_hash", "passage", ["hash"])
    op.create_table(
        "passage_queue",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_passage_queue"),
        _cascading("passage_queue", "message_id", "message"),
    )


def _create_embeddings() -> None:
    op.create_table(
        "embedding_model",
        sa.Column("id", _ID, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("probe", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_embedding_model"),
    )
    op.create_table(
        "embedding",
        sa.Column("id", _ID, nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(16), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_embedding"),
        sa.UniqueConstraint("hash", "model_id", name="uq_embedding_hash_model_id"),
        _cascading("embedding", "model_id", "embedding_model"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_embedding_model_id", "embedding", ["model_id", "id"])


def _create_sources() -> None:
    op.create_table(
        "conversation_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_source"),
        sa.UniqueConstraint(
            "conversation_id",
            "collection_id",
            name="uq_conversation_source_conversation_id_collection_id",
        ),
        _cascading("conversation_source", "conversation_id", "conversation"),
        _cascading("conversation_source", "collection_id", "collection"),
    )
    op.create_table(
        "sent_passage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title", "place", "text")),
        *(
            sa.Column(name, sa.Uuid(), nullable=True)
            for name in ("document_id", "source_conversation_id", "source_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sent_passage"),
        sa.UniqueConstraint("message_id", "number", name="uq_sent_passage_message_id_number"),
        _cascading("sent_passage", "message_id", "message"),
    )
