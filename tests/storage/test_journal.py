"""D-08: a journal that is missing, or is another database's, never passes for the right one."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import ParleyError
from desktop.services.health import Health, look_before_opening
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.instance import InstanceLock
from desktop.storage.journal import log_of, noted_use, read_mark, write_mark
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository


async def crashed(paths: Paths, folder: Path, *, writes: int = 3) -> Paths:
    """Return a copy of `paths` as a crash would leave it: with its log, marked as in use."""
    database = await Database.open(paths)
    await Health(paths, database).begin()
    for number in range(writes):
        async with database.write() as session:
            await SystemConfigRepository(session).put("app", "n", {"n": number})
    left = Paths.resolve(folder)
    left.create()
    for path in paths.data.iterdir():
        if path.is_file() and path.name != "parley.reserve":
            shutil.copy(path, left.data)
    await database.close()
    return left


def number_in(database: Path) -> int | None:
    with closing(schema.connect(database)) as connection:
        row = connection.execute("SELECT value_json FROM system_config WHERE key = 'n'").fetchone()
    return None if row is None else int(row[0].split(":")[1].strip(" }"))


def told(paths: Paths) -> ParleyError:
    remark = look_before_opening(paths)
    assert remark is not None
    assert remark.cure
    return remark


async def test_a_crash_leaves_a_journal_that_is_taken_over(paths: Paths, tmp_path: Path) -> None:
    left = await crashed(paths, tmp_path / "crashed")

    assert look_before_opening(left) is None
    assert number_in(left.database) == 2


async def test_many_restarts_of_the_log_are_still_ours(paths: Paths, tmp_path: Path) -> None:
    database = await Database.open(paths)
    await Health(paths, database).begin()
    before = read_mark(paths.session_mark)
    for number in range(5):
        async with database.write() as session:
            await SystemConfigRepository(session).put("app", "n", {"n": number})
        with closing(schema.connect(paths.database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(RESTART)")
    assert before is not None
    assert look_before_opening(paths) is None
    await database.close()


async def test_a_journal_of_another_database_is_put_aside(paths: Paths, tmp_path: Path) -> None:
    left = await crashed(paths, tmp_path / "crashed")
    other = await crashed(Paths.resolve(tmp_path / "other"), tmp_path / "other-crashed", writes=9)
    foreign = log_of(other.database).read_bytes()
    log_of(left.database).write_bytes(foreign)

    remark = told(left)

    assert "does not belong" in remark.message
    assert not log_of(left.database).exists()
    [aside] = (left.data / "quarantine").rglob("*-wal")
    assert aside.read_bytes() == foreign
    assert number_in(left.database) is None or number_in(left.database) != 8


async def test_a_journal_beside_a_database_that_was_closed_is_put_aside(
    paths: Paths, tmp_path: Path
) -> None:
    database = await Database.open(paths)
    health = Health(paths, database)
    await health.begin()
    await database.close()
    health.end()
    other = await crashed(Paths.resolve(tmp_path / "other"), tmp_path / "other-crashed")
    shutil.copy(log_of(other.database), log_of(paths.database))

    assert "does not belong" in told(paths).message


async def test_a_journal_that_is_gone_after_a_crash_is_missed(paths: Paths, tmp_path: Path) -> None:
    left = await crashed(paths, tmp_path / "crashed")
    log_of(left.database).unlink()

    assert "may be missing" in told(left).message


async def test_another_program_of_ours_leaves_no_false_alarm(paths: Paths, tmp_path: Path) -> None:
    left = await crashed(paths, tmp_path / "crashed")
    with noted_use(left):
        await (await Database.open(left)).close()

    assert look_before_opening(left) is None
    mark = read_mark(left.session_mark)
    assert mark is not None
    assert mark.clean


async def test_while_the_app_runs_its_mark_is_left_alone(paths: Paths, tmp_path: Path) -> None:
    left = await crashed(paths, tmp_path / "crashed")
    before = read_mark(left.session_mark)
    with InstanceLock(left), noted_use(left):
        assert read_mark(left.session_mark) == before


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "\0", '{"clean": 1, "salt": "x", "checked_at": 4}']
)
def test_a_mark_that_makes_no_sense_is_none(tmp_path: Path, content: str) -> None:
    mark = tmp_path / "session.json"
    mark.write_text(content)
    before = read_mark(mark)
    assert before is None

    (tmp_path / "parley.db-wal").write_bytes(os.urandom(64))
    assert look_before_opening(Paths(tmp_path, tmp_path, tmp_path, tmp_path)) is None


def test_a_mark_is_written_and_read(tmp_path: Path) -> None:
    from desktop.storage.journal import SessionMark

    mark = SessionMark(clean=False, salt=7)
    write_mark(tmp_path / "session.json", mark)

    assert read_mark(tmp_path / "session.json") == mark
