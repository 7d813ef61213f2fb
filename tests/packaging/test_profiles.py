"""Profiles of other versions: older ones open, newer ones are refused and left as they are (P-03)."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.storage import schema
from tests.packaging.debian import HOME, Debian, until
from tests.packaging.program import opened, rows, running, screen

pytestmark = pytest.mark.timeout(900)

CONVERSATION, MESSAGE = "0" * 31 + "1", "0" * 31 + "2"
TIME = "2026-01-02 03:04:05.000000"
FIRST = (
    f"""INSERT INTO conversation VALUES ('{CONVERSATION}', 'Kept', 0, 0, NULL, '{MESSAGE}',
    '{{}}', '', '', '{TIME}', '{TIME}')""",
    f"""INSERT INTO message VALUES ('{MESSAGE}', '{CONVERSATION}', NULL, 0, 'user', 'complete',
    'Is it kept?', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', '{TIME}')""",
)


def make_profile(
    revision: str, monkeypatch: pytest.MonkeyPatch, debian: Debian, *, name: str = "of"
) -> str:
    """Make a profile as the version with that schema left it; return its home."""
    home = f"{HOME}/{name}-{revision}"
    folder = f"{home}/.local/share/parley"
    debian.run("mkdir", "-p", folder)
    database = debian.inside(f"{folder}/parley.db")
    monkeypatch.setattr(schema, "HEAD", schema.REVISIONS[0])
    schema.create(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement in FIRST:
            connection.execute(statement)
    monkeypatch.setattr(schema, "HEAD", revision)
    schema.upgrade(database)
    debian.run("chown", "-R", "1000:1000", home, as_root=True)
    return home


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_profile_of_each_version_before_opens(
    revision: str, installed: Debian, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = schema.REVISIONS[-1]
    home = make_profile(revision, monkeypatch, installed)
    database = f"{home}/.local/share/parley/parley.db"
    place = installed.inside(database)

    with opened(installed, {"HOME": home}, database):
        version = "SELECT version_num FROM alembic_version"
        until(lambda: rows(place, version) == [(newest,)], "the newest schema")

    assert rows(place, "SELECT title FROM conversation") == [("Kept",)]
    assert rows(place, "SELECT text FROM message") == [("Is it kept?",)]
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]
    copies = list((place.parent / "backups").glob("*"))
    assert bool(copies) == (revision != newest) or len(copies) == 1


def test_a_newer_profile_is_refused_and_left_as_it_is(
    furnished: Debian, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_profile(schema.REVISIONS[-1], monkeypatch, furnished, name="newer-than")
    folder = furnished.inside(f"{home}/.local/share/parley")
    with closing(sqlite3.connect(folder / "parley.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = _sum(folder / "parley.db")

    with screen(furnished) as seen:
        env = seen.env | {"HOME": home}
        with running(furnished, "parley", env=env) as app:
            seen.dismiss(app)
            assert app.returncode == 1

    assert _sum(folder / "parley.db") == before
    assert not list(folder.glob("parley.db-*"))


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
