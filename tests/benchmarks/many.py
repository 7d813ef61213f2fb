"""A database of a million messages in fifty thousand conversations, made in bulk."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from desktop.storage import schema
from desktop.storage.paths import Paths

CONVERSATIONS = 50_000
MESSAGES = 1_000_000
_VOCABULARY = 30_000
_SENTENCES = 20_000
_SEED = 20_260_301

Row = tuple[object, ...]


def words() -> list[str]:
    """Return made-up words, the commonest first."""
    chooser = random.Random(_SEED)
    syllables = [c + v for c in "bcdfghklmnprstvz" for v in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < _VOCABULARY:
        found["".join(chooser.choices(syllables, k=chooser.randint(1, 4)))] = None
    return list(found)


def sentences() -> list[str]:
    """Return sentences in which words are as common as they are in speech (Zipf's law)."""
    chooser = random.Random(_SEED)
    vocabulary = words()
    weights = [1 / rank for rank in range(2, len(vocabulary) + 2)]
    return [
        " ".join(chooser.choices(vocabulary, weights, k=chooser.randint(8, 24)))
        for _ in range(_SENTENCES)
    ]


def make(home: Path, *, conversations: int = CONVERSATIONS, messages: int = MESSAGES) -> Path:
    """Make the database in `home` and return its path; a million messages take minutes."""
    paths = Paths.resolve(home)
    paths.create()
    schema.create(paths.database)
    with closing(sqlite3.connect(paths.database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        # Row by row the triggers would take an hour; the index is built once instead.
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'")
        dropped = list(triggers)
        for name, _ in dropped:
            connection.execute(f'DROP TRIGGER "{name}"')
        _fill(connection, conversations, messages)
        for _, sql in dropped:
            connection.execute(sql)
        connection.commit()
        connection.execute("PRAGMA optimize")
    return paths.database


def _fill(connection: sqlite3.Connection, conversations: int, messages: int) -> None:
    each = messages // conversations
    talk = _Talk(conversations, each)
    connection.executemany(
        "INSERT INTO conversation(id, title, pinned, archived, leaf_id, model_choice,"
        " system_prompt, draft, created_at, updated_at)"
        " VALUES (?, ?, ?, 0, ?, '{}', '', '', ?, ?)",
        talk.conversations(),
    )
    connection.executemany(
        "INSERT INTO message(id, conversation_id, parent_id, position, role, status, text,"
        " reasoning, model, warnings, created_at)"
        " VALUES (?, ?, ?, 0, ?, 'complete', ?, '', ?, '[]', ?)",
        talk.messages(),
    )
    connection.execute(
        "INSERT INTO search_document(conversation_id, message_id)"
        " SELECT id, NULL FROM conversation ORDER BY updated_at"
    )
    connection.execute(
        "INSERT INTO search_document(conversation_id, message_id)"
        " SELECT conversation_id, id FROM message ORDER BY rowid"
    )
    connection.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")
    connection.execute(
        "INSERT INTO search_title(rowid, title, conversation_id)"
        " SELECT document.id, title, conversation.id FROM search_document AS document"
        " JOIN conversation ON conversation.id = document.conversation_id"
        " WHERE message_id IS NULL"
    )
    connection.commit()


class _Talk:
    def __init__(self, count: int, each: int) -> None:
        self._count, self._each = count, each
        self._random = random.Random(_SEED)
        self._sentences = sentences()
        self._now = datetime.now(UTC)

    def conversations(self) -> Iterator[Row]:
        for number in range(self._count):
            at = self._at(number)
            title = " ".join(self._random.choice(self._sentences).split()[:6])
            pinned = number % 10_000 == 0
            yield (_id(1, number), title, pinned, _id(2, (number + 1) * self._each - 1), at, at)

    def messages(self) -> Iterator[Row]:
        for number in range(self._count * self._each):
            conversation, place = divmod(number, self._each)
            text = " ".join(self._random.choices(self._sentences, k=2 + place % 2 * 2))
            yield (
                _id(2, number),
                _id(1, conversation),
                _id(2, number - 1) if place else None,
                "assistant" if place % 2 else "user",
                text if number % 20 else f"{text}\n```python\nprint({number})\n```",
                "gpt-5" if place % 2 else None,
                self._at(conversation),
            )

    def _at(self, conversation: int) -> str:
        days = 1_500 * (1 - conversation / self._count)
        return f"{self._now - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"


def _id(kind: int, number: int) -> str:
    return UUID(int=(kind << 96) | number).hex
