"""The first page of the sidebar and the app's own settings, read before the first paint.

SQLAlchemy takes a third of a second to load, so this reads with the standard library.
"""

import json
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId
from desktop.storage.text import from_stored

_SETTINGS = "SELECT key, value_json FROM system_config WHERE category = 'app'"
_CONFIGURED = "SELECT 1 FROM system_config WHERE category = 'llm' AND key = 'completions_config'"
_CONVERSATIONS = """
    SELECT id, title, updated_at, pinned FROM conversation
    WHERE archived = 0 AND deleted_at IS NULL
    ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT 100
"""


@dataclass(frozen=True)
class StartState:
    """What the first paint shows; empty where there is nothing to read yet."""

    app: Mapping[str, Any] = field(default_factory=dict[str, Any])
    conversations: tuple[ConversationSummary, ...] = ()
    configured: bool = False


def read_start_state(database: Path) -> StartState:
    """Read the start state without changing anything.

    A missing, foreign or damaged file gives the empty state: `Database.open` reports it.
    """
    if not database.is_file() or not database.stat().st_size:
        return StartState()  # of an empty file SQLite would delete the journal
    uri = f"{database.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=0.1)) as connection:
            return _read(connection)
    except (sqlite3.Error, ValueError):
        return StartState()


def _read(connection: sqlite3.Connection) -> StartState:
    return StartState(
        app=dict(_settings(connection)),
        conversations=tuple(_summary(*row) for row in connection.execute(_CONVERSATIONS)),
        configured=connection.execute(_CONFIGURED).fetchone() is not None,
    )


def _settings(connection: sqlite3.Connection) -> Generator[tuple[str, Any]]:
    for key, value in connection.execute(_SETTINGS):
        with suppress(ValueError):
            yield key, json.loads(value)


def _summary(key: str, title: str, updated_at: str, pinned: int) -> ConversationSummary:
    return ConversationSummary(
        id=ConversationId(UUID(key)),
        title=from_stored(title),
        updated_at=datetime.fromisoformat(updated_at).replace(tzinfo=UTC),
        pinned=bool(pinned),
    )
