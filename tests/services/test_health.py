"""The check of the pages: which one, when, and what it finds."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.services import health as service
from desktop.services.health import Health, warn_of_place
from desktop.storage.database import Database
from desktop.storage.journal import SessionMark, read_mark, write_mark
from desktop.storage.paths import Paths


@pytest.fixture
def paths(own_home: Path) -> Paths:
    return Paths.resolve(own_home)


@pytest.fixture
async def database(paths: Paths) -> AsyncIterator[Database]:
    opened = await Database.open(paths)
    yield opened
    await opened.close()


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Collect whether each check was a whole one."""
    made: list[bool] = []
    real = service.fault_in

    def noting(*args: object, full: bool, **rest: object) -> str | None:
        made.append(full)
        return real(*args, full=full, **rest)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(service, "fault_in", noting)
    return made


@pytest.mark.parametrize(
    ("clean", "days", "whole"),
    [(True, 1, False), (True, 8, True), (True, -400, True), (False, 1, True)],
)
async def test_the_whole_check_is_weekly_or_after_a_crash(
    paths: Paths, database: Database, checks: list[bool], clean: bool, days: int, whole: bool
) -> None:
    then = datetime.now(UTC) - timedelta(days=days)
    write_mark(paths.session_mark, SessionMark(clean=clean, checked_at=then))
    health = Health(paths, database)
    await health.begin()

    assert await health.check() is None

    assert checks == [whole]
    mark = read_mark(paths.session_mark)
    assert mark is not None
    assert mark.checked_at is not None
    assert (mark.checked_at != then) is whole
    assert not mark.clean
    await database.close()
    health.end()
    closed = read_mark(paths.session_mark)
    assert closed is not None
    assert closed.clean


async def test_what_a_crash_left_unfinished_is_removed(paths: Paths, database: Database) -> None:
    left = [paths.data / f".parley.db.abc.new{more}" for more in ("", "-journal")]
    for path in left:
        path.write_bytes(b"half a restored copy")

    await Health(paths, database).begin()

    assert not any(path.exists() for path in left)
    assert paths.database.exists()


async def test_damage_is_found_and_named(
    paths: Paths, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    health = Health(paths, database)
    await health.begin()
    await database.close()
    content = bytearray(paths.database.read_bytes())
    content[20_000:40_000] = b"\xa5" * 20_000
    paths.database.write_bytes(content)

    damage = await health.check()

    assert damage is not None
    assert "damaged" in damage.message
    assert "Parley can mend it" in damage.cure
    caplog.clear()


async def test_closing_ends_a_check(paths: Paths, database: Database) -> None:
    health = Health(paths, database)
    checking = asyncio.create_task(health.check())
    await asyncio.sleep(0)
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking


def test_an_ordinary_place_is_no_cause_for_a_warning(paths: Paths) -> None:
    assert warn_of_place(paths) is None
    synchronised = Paths.resolve(Path("/home/me/Dropbox/parley"))
    warning = warn_of_place(synchronised)
    assert warning is not None
    assert "Dropbox" in warning.message
