"""Which files are opened, and that no other is ever touched."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from desktop.core.errors import (
    BackupFailed,
    DamagedDatabase,
    DataNotWritable,
    DiskFull,
    NewerDatabase,
    NotOurDatabase,
    ParleyError,
)
from desktop.storage import schema
from desktop.storage.backup import back_up, backups
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository


async def _refused(paths: Paths, error: type[ParleyError], says: str) -> None:
    before = paths.database.read_bytes()
    with pytest.raises(error, match=says) as caught:
        await Database.open(paths)

    assert str(paths.database) in caught.value.message
    assert caught.value.cure
    assert paths.database.read_bytes() == before
    assert backups(paths.backups) == []


async def test_a_new_database_is_private_ours_and_whole(paths: Paths) -> None:
    database = await Database.open(paths)
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
    assert schema.revision_of(database.path) == schema.HEAD
    with closing(schema.connect(database.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    await database.close()

    assert [path.name for path in paths.data.iterdir() if path.is_file()] == ["parley.db"]


async def test_every_connection_keeps_the_promises(database: Database) -> None:
    wanted = {"foreign_keys": 1, "synchronous": 2, "busy_timeout": 5000, "journal_mode": "wal"}
    async with database.read() as session:
        for pragma, value in wanted.items():
            connection = await session.connection()
            found = (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar()
            assert (pragma, found) == (pragma, value)

    def of_the_thread(session: Session) -> dict[str, object]:
        ask = session.connection().exec_driver_sql
        return {pragma: ask(f"PRAGMA {pragma}").scalar() for pragma in wanted}

    assert await database.change(of_the_thread) == wanted


async def test_an_empty_file_is_not_initialised(paths: Paths) -> None:
    paths.create()
    paths.database.touch()

    await _refused(paths, NotOurDatabase, "0 bytes")


async def test_a_text_file_is_left_alone(paths: Paths) -> None:
    paths.create()
    paths.database.write_text("dear diary\n" * 1000)

    await _refused(paths, NotOurDatabase, "not a database")


async def test_another_programs_database_is_left_alone(paths: Paths) -> None:
    paths.create()
    with closing(sqlite3.connect(paths.database)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")

    await _refused(paths, NotOurDatabase, "another program")


async def test_a_newer_database_is_left_alone(paths: Paths, database: Database) -> None:
    await database.close()
    with closing(schema.connect(paths.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    await _refused(paths, NewerDatabase, "newer Parley")


async def test_a_database_without_a_version_is_called_damaged(
    paths: Paths, database: Database
) -> None:
    await database.close()
    with closing(schema.connect(paths.database)) as connection:
        connection.execute("DELETE FROM alembic_version")

    await _refused(paths, DamagedDatabase, "damaged")


async def test_a_damaged_database_is_named_so(paths: Paths, database: Database) -> None:
    await database.close()
    content = bytearray(paths.database.read_bytes())
    content[100:4096] = b"\xa5" * 3996
    paths.database.write_bytes(content)

    await _refused(paths, DamagedDatabase, "damaged")


async def test_a_journal_without_its_database_is_not_swept_away(paths: Paths) -> None:
    paths.create()
    journal = paths.database.with_name("parley.db-wal")
    journal.write_bytes(b"the last words of a database")

    with pytest.raises(DamagedDatabase, match="only its journal"):
        await Database.open(paths)

    assert journal.read_bytes() == b"the last words of a database"
    assert not paths.database.exists()


async def test_a_read_only_directory_gets_no_traceback(
    small_disk: Path, remount_read_only: Callable[[], None]
) -> None:
    paths = Paths.resolve(small_disk)
    await (await Database.open(paths)).close()
    remount_read_only()

    with pytest.raises(DataNotWritable, match=str(small_disk)):
        await Database.open(paths)


async def test_a_database_that_only_the_owner_may_write_is_refused_to_others(
    tmp_path: Path,
) -> None:
    """Root passes every file mode, so the check runs as nobody."""
    if os.geteuid() != 0:
        pytest.skip("only root can become nobody")
    code = (
        "import os, sqlite3, sys\n"
        "from pathlib import Path\n"
        "from desktop.storage import schema\n"
        "from desktop.storage.database import _check_writable\n"
        "from desktop.storage.paths import Paths\n"
        "home = Path(sys.argv[1]); path = home / 'parley.db'\n"
        "schema.create(path); path.chmod(0o644)\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: _check_writable(path)\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    result = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=False
    )

    assert result.stdout.startswith("DataNotWritable"), result.stderr


async def test_no_space_for_a_new_database(small_disk: Path) -> None:
    paths = Paths.resolve(small_disk)
    _fill(small_disk)

    with pytest.raises(DiskFull, match="no space"):
        await Database.open(paths)

    assert not paths.database.exists()


async def test_no_space_for_a_write_leaves_what_was_there(small_disk: Path) -> None:
    database = await Database.open(Paths.resolve(small_disk))
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "kept", {"value": 1})
    ballast = _fill(small_disk)

    with pytest.raises(DiskFull, match="no space") as caught:
        async with database.write() as session:
            await SystemConfigRepository(session).put("app", "big", {"value": "x" * 500_000})
    ballast.unlink()
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "later", {"value": 2})
        rows = await SystemConfigRepository(session).all("app")
    await database.close()

    assert "intact" in caught.value.cure
    assert rows == {"kept": {"value": 1}, "later": {"value": 2}}


async def test_d16_a_backup_without_space_keeps_the_older_ones(small_disk: Path) -> None:
    paths = Paths.resolve(small_disk)
    database = await Database.open(paths)
    kept = back_up(paths.database, paths.backups, "before-test")
    _fill(small_disk)

    with pytest.raises(BackupFailed, match="no space") as caught:
        back_up(paths.database, paths.backups, "before-test")
    await database.close()

    assert caught.value.cure
    assert list(paths.backups.iterdir()) == [kept.path]


async def test_two_processes_make_one_database(paths: Paths) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from desktop.storage.database import Database; from desktop.storage.paths import Paths\n"
        "async def main():\n"
        "    print('ready', flush=True); sys.stdin.readline()\n"
        "    await (await Database.open(Paths.resolve(Path(sys.argv[1])))).close()\n"
        "asyncio.run(main()); print('opened')\n"
    )
    command = [sys.executable, "-c", code, str(paths.data)]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outcomes = [process.communicate("go\n", 30) for process in processes]

    assert [out for out, _ in outcomes] == ["opened\n"] * 3, outcomes
    assert schema.revision_of(paths.database) == schema.HEAD


async def test_opening_at_head_is_fast(paths: Paths, database: Database) -> None:
    await database.close()
    took: list[float] = []
    for _ in range(5):
        start = time.process_time()
        again = await Database.open(paths)
        took.append(time.process_time() - start)
        await again.close()

    assert min(took) < 0.06


def _fill(directory: Path) -> Path:
    ballast = directory / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return ballast
