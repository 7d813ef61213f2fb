"""The installed program on a screen: files handed to it, and looking for a newer version."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.debian import HOME, Debian, until
from tests.packaging.program import rows, running, screen
from tests.release_feed import release_feed

pytestmark = pytest.mark.timeout(900)

EXPORT = """{"conversations": [{"id": "0193b7a2-1111-7222-8333-444455556666", "title": "Leek soup",
"created_at": "2026-05-04T12:00:00+00:00", "updated_at": "2026-05-04T12:00:00+00:00",
"leaf_id": "0193b7a2-aaaa-7222-8333-444455556666",
"messages": [{"id": "0193b7a2-aaaa-7222-8333-444455556666", "role": "user", "status": "complete",
"created_at": "2026-05-04T12:00:00+00:00", "parts": [{"type": "text", "text": "How?"}]}]}]}"""


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """Where version 99 is announced, and a list that fills with what was asked for."""
    with release_feed(tmp_path) as served:
        yield served


def test_a_file_is_shown_in_the_window_that_is_open(furnished: Debian) -> None:
    home, folder = f"{HOME}/files", f"{HOME}/files/Füße"
    furnished.run("mkdir", "-p", folder)
    furnished.inside(f"{folder}/soup.parley.json").write_text(EXPORT, "utf-8")
    database = furnished.inside(f"{home}/.local/share/parley/parley.db")
    titles = "SELECT title FROM conversation"
    with screen(furnished) as seen:
        env = seen.env | {"HOME": home}
        with running(furnished, "parley", env=env) as app:
            seen.focus("Parley")
            until(database.exists, "the data")
            until(lambda: _second(furnished, env, folder) == 0, "the first window's answer")
            seen.focus("^Import")
            assert app.poll() is None
            assert rows(database, titles) == []
            seen.press("Escape")
            until(lambda: not seen.shows("^Import"), "the dialog's end")
        assert app.returncode == 0

    assert rows(database, titles) == []


def _second(debian: Debian, env: dict[str, str], folder: str) -> int:
    command = f"cd '{folder}' && exec parley soup.parley.json"
    return debian.run("sh", "-c", command, env=env, seconds=60).returncode


def test_nobody_is_asked_for_versions_before_the_user_wants_it(
    furnished: Debian, feed: tuple[str, list[str]]
) -> None:
    address, asked = feed
    home = f"{HOME}/updates"
    furnished.run("mkdir", home)
    database = furnished.inside(f"{home}/.local/share/parley/parley.db")
    with screen(furnished) as seen:
        env = seen.env | {"HOME": home, "PARLEY_UPDATE_FEED": address}
        with running(furnished, "parley", env=env) as app:
            seen.focus("Parley")
            until(database.exists, "the data")
            seen.press("ctrl+k")
            seen.type("updates")
            seen.press("Return")
            seen.focus("^Updates")
            assert asked == []
            seen.press("Return")
            until(lambda: asked == ["/feed.json"], "the question")
        assert app.returncode == 0
