"""A large profile in the running app: it opens, is searched, and a huge message is whole."""

from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from desktop.core.search import SearchHit
from desktop.storage import schema
from desktop.storage.paths import Paths
from tests.end_to_end.conftest import RunningApp, until

CONVERSATIONS, EACH = 5_000, 20
HUGE = "filler words " * 1_600_000 + "needle and thread"

# Titles and texts name their number; the huge message goes on from the last conversation's end.
FILL = f"""
WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {CONVERSATIONS - 1})
INSERT INTO conversation(id, title, pinned, archived, leaf_id, model_choice, system_prompt, draft,
    created_at, updated_at)
SELECT printf('1%031x', n), 'Talk number ' || n, 0, 0, printf('2%031x', n * {EACH} + {EACH - 1}),
    '{{}}', '', '', at, at
FROM (SELECT n, strftime('%Y-%m-%d %H:%M:%f000', 'now', (n - {CONVERSATIONS}) || ' minutes') AS at
    FROM counted);
WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {CONVERSATIONS * EACH - 1})
INSERT INTO message(id, conversation_id, parent_id, position, role, status, text, reasoning,
    warnings, created_at)
SELECT printf('2%031x', n), printf('1%031x', n / {EACH}),
    iif(n % {EACH}, printf('2%031x', n - 1), NULL), 0, iif(n % 2, 'assistant', 'user'), 'complete',
    'word' || n || ' in a short sentence', '', '[]', '2026-01-01 00:00:00.000000'
FROM counted;
INSERT INTO search_document(conversation_id, message_id) SELECT id, NULL FROM conversation;
INSERT INTO search_document(conversation_id, message_id) SELECT conversation_id, id FROM message;
INSERT INTO search_index(search_index) VALUES ('rebuild');
"""


def fill(paths: Paths) -> None:
    """Make the profile in bulk: row by row the triggers would take far longer."""
    paths.create()
    schema.create(paths.database)
    with closing(schema.connect(paths.database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        drop = "".join(f'DROP TRIGGER "{name}";' for name, _ in triggers)
        again = ";".join(sql for _, sql in triggers)
        huge = "UPDATE message SET text = ? WHERE id = (SELECT leaf_id FROM conversation WHERE title = ?)"
        connection.executescript(f"BEGIN; {drop} {FILL} {again}; COMMIT;")
        connection.execute(huge, (HUGE, f"Talk number {CONVERSATIONS - 1}"))


def message_id(number: int) -> UUID:
    return UUID(f"2{number:031x}")


def found_ids(app: RunningApp) -> list[UUID | None]:
    """Return the messages that the list of results shows."""
    model = app.window.sidebar.results.results
    hits = [model.hit(row) for row in range(model.rowCount())]
    return [hit.message_id for hit in hits if isinstance(hit, SearchHit)]


@pytest.mark.qt_loop
async def test_d15_a_large_profile_opens_and_is_searched(app: RunningApp, own_home: Path) -> None:
    fill(Paths.resolve(own_home))
    await app.start()
    listed = app.window.sidebar.list.conversations
    await until(lambda: listed.rowCount() > CONVERSATIONS)
    assert (first := listed.summary(listed.index(1, 0))) is not None
    assert first.title == f"Talk number {CONVERSATIONS - 1}"

    search = app.find(QLineEdit, "searchEdit")
    QTest.keyClicks(search, "word47119 sentence")
    await until(lambda: found_ids(app) == [message_id(47119)])
    search.clear()
    QTest.keyClicks(search, "needle")
    await until(lambda: found_ids(app) == [message_id(CONVERSATIONS * EACH - 1)])
    QTest.keyClick(search, Qt.Key.Key_Down)
    QTest.keyClick(app.window.sidebar.results, Qt.Key.Key_Return)
    shown = app.window.chat.transcript
    await until(lambda: len(shown._messages) == EACH)
    assert shown._messages.text(EACH - 1) == HUGE
