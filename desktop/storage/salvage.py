"""What can still be read of a damaged database, added to a good one."""

import sqlite3
from collections.abc import Collection, Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.storage import schema

_NOT_COPIED = ("sqlite_", "search_", "alembic_")
_SINGLE_STEPS = 300  # more rows than fit on a page
_LAST = 2**40

# What both have stays as the good database has it, unless the damaged one is further.
_NEWER = {
    "conversation": "excluded.updated_at > conversation.updated_at",
    "message": "message.status IN ('pending', 'streaming', 'interrupted')",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """How many rows were taken over that the good database did not have, or only in part."""

    conversations: int = 0
    messages: int = 0


def salvage(damaged: Path, target: Path) -> Salvaged:
    """Add to `target`, a database of this version, the rows of `damaged` that can be read.

    A message whose conversation or question can't be read is kept: it gets a conversation of
    its own, or becomes the beginning of one.

    Raises:
        sqlite3.Error: `target` failed; `damaged` may be anything.
    """
    uri = f"{damaged.absolute().as_uri()}?mode=ro"
    with closing(schema.connect(target)) as good:
        good.execute("PRAGMA foreign_keys=OFF")
        good.execute("BEGIN IMMEDIATE")
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as source:
            source.text_factory = _readable_text
            taken = {table: _take_over(source, good, table) for table in _tables(good)}
        _mend(good)
        good.execute("COMMIT")
    return Salvaged(conversations=taken["conversation"], messages=taken["message"])


def _readable_text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return [name for (name,) in found.fetchall() if not name.startswith(_NOT_COPIED)]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    try:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    except sqlite3.DatabaseError:
        return []


def _take_over(source: sqlite3.Connection, good: sqlite3.Connection, table: str) -> int:
    known = set(_columns(source, table))
    columns = [column for column in _columns(good, table) if column in known]
    if not columns:
        return 0
    insert, taken = _insert(table, columns), 0
    for row in _readable_rows(source, table, columns):
        with suppress(sqlite3.IntegrityError):  # its damage goes further than can be read
            taken += max(0, good.execute(insert, row).rowcount)
    return taken


def _insert(table: str, columns: Collection[str]) -> str:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    values = ("INTO", table, "(", names, ") VALUES (", marks, ")")
    if table not in _NEWER:
        return " ".join(("INSERT OR IGNORE", *values))
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    newer = ("ON CONFLICT(id) DO UPDATE SET", changes, "WHERE", _NEWER[table])
    return " ".join(("INSERT", *values, *newer))


def _readable_rows(
    source: sqlite3.Connection, table: str, columns: list[str]
) -> Generator[tuple[object, ...]]:
    """Read by row number and step over what fails: row by row at first, then ever further."""
    names = ", ".join(("rowid", *columns))
    # The names are those of our own tables.
    query = f"SELECT {names} FROM {table} WHERE rowid >= ? ORDER BY rowid"  # noqa: S608
    position = failures = 0
    while position < _LAST:
        try:
            for rowid, *row in source.execute(query, (position,)):
                position, failures = rowid + 1, 0
                yield tuple(row)
            return
        except sqlite3.DatabaseError:
            failures += 1
            position += 2 ** max(0, failures - _SINGLE_STEPS)


def _mend(good: sqlite3.Connection) -> None:
    _give_conversations(good)
    good.execute(
        "UPDATE message SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM message)"
    )
    good.execute(
        "UPDATE conversation SET leaf_id = (SELECT id FROM message "
        "WHERE message.conversation_id = conversation.id ORDER BY created_at DESC LIMIT 1) "
        "WHERE leaf_id NOT IN (SELECT id FROM message)"
    )
    while violations := good.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, *_ in violations:
            good.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 - SQLite names it


def _give_conversations(good: sqlite3.Connection) -> None:
    orphans = good.execute(
        "SELECT conversation_id, min(created_at), max(created_at), max(id) FROM message "
        "WHERE conversation_id NOT IN (SELECT id FROM conversation) GROUP BY conversation_id"
    )
    for conversation, created_at, updated_at, leaf in orphans.fetchall():
        values = _defaults(good, "conversation") | {
            "id": conversation,
            "title": f"Rescued on {datetime.now(UTC).astimezone():%d %B %Y}",
            "leaf_id": leaf,
            "created_at": created_at,
            "updated_at": updated_at,
        }
        good.execute(_insert("conversation", values), tuple(values.values()))


def _defaults(connection: sqlite3.Connection, table: str) -> dict[str, object]:
    empty = {"TEXT": "", "JSON": "{}", "BOOLEAN": 0, "INTEGER": 0}
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return {
        name: empty.get(kind)
        for _, name, kind, is_required, default, _ in columns
        if is_required and default is None
    }
