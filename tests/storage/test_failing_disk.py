"""A disk that fails in the middle: one plain error, nothing acknowledged is lost, work goes on."""

import json
import shutil
import subprocess
import sys
from contextlib import closing

import pytest

from desktop.storage import schema
from desktop.storage.paths import Paths

WRITER = """
import asyncio, json, sys
from pathlib import Path
from desktop.core.errors import StorageError
from desktop.storage.database import Database
from desktop.storage.orm.system_config import SystemConfigRow
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository

async def main():
    database = await Database.open(Paths.resolve(Path(sys.argv[1])))
    outcomes = {}
    for number in range(60):
        try:
            if number % 2:
                row = SystemConfigRow(category="app", key=str(number), value_json={"n": number})
                await database.change(lambda session: session.add(row))
            else:
                async with database.write() as session:
                    await SystemConfigRepository(session).put("app", str(number), {"n": number})
            outcomes[number] = "stored"
        except StorageError as error:
            outcomes[number] = f"{type(error).__name__}: {error.message}"
    await database.close()
    print(json.dumps(outcomes))

asyncio.run(main())
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("pwrite64:error=ENOSPC:when=150", "DiskFull: There is no space left"),
        ("fdatasync:error=EIO:when=30", "StorageError: The disk that holds"),
    ],
)
def test_d04_one_failing_call_fails_one_write(fault: str, says: str, paths: Paths) -> None:
    paths.create()
    schema.create(paths.database)
    call = fault.partition(":")[0]
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]
    command = [*strace, "-e", f"inject={fault}", sys.executable, "-c", WRITER, str(paths.data)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if "ptrace" in result.stderr.lower():
        pytest.skip("tracing processes is not allowed here")
    outcomes: dict[str, str] = json.loads(result.stdout)
    failed = {number: outcome for number, outcome in outcomes.items() if outcome != "stored"}

    assert result.stderr == ""
    assert len(failed) == 2, failed  # calls are counted by thread, and two threads write
    assert {int(number) % 2 for number in failed} == {0, 1}
    assert all(outcome.startswith(says) for outcome in failed.values())
    with closing(schema.connect(paths.database)) as connection:
        stored = {key for (key,) in connection.execute("SELECT key FROM system_config")}
        assert stored == set(outcomes) - set(failed)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
