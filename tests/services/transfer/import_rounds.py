"""Run by test_importer: imports that are killed at random moments.

Usage: import_rounds.py HOME FILE ROUNDS. Each round forks a child that imports the file, kills it
after a random time, the last one at its end, opens the profile as the next start does, prints what is left there, and
empties it.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

from desktop.services.backups import Backups
from desktop.services.transfer.importer import Importer
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.organising import OrganisingRepository


async def import_all(paths: Paths, path: Path, report: int) -> None:
    database = await Database.open(paths)
    importer = Importer(ArchiveRepository(database), Backups(database, paths.backups))
    preview = await importer.preview(path, lambda *_: None)
    os.write(report, b"begun\n")
    await importer.run(preview, {each.id for each in preview.candidates}, lambda *_: None)
    os.write(report, b"ended\n")
    await asyncio.Event().wait()


async def left_after_a_start(paths: Paths) -> int:
    database = await Database.open(paths)
    archive = ArchiveRepository(database)
    await Importer(archive, Backups(database, paths.backups)).take_back_unfinished()
    ids = await archive.ids()
    with closing(schema.connect(paths.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute(
            "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
        )
    organising = OrganisingRepository(database)
    await organising.trash(ids)
    await organising.erase(ids)
    await database.close()
    return len(ids)


def one_round(paths: Paths, path: Path, seconds: float | None) -> int:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        asyncio.run(import_all(paths, path, writing))
    os.close(writing)
    with os.fdopen(reading) as reports:
        assert reports.readline() == "begun\n"
        if seconds is None:
            assert reports.readline() == "ended\n"
        else:
            time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return asyncio.run(left_after_a_start(paths))


def main(home: str, path: str, rounds: int) -> None:
    randomness = random.Random(17)
    paths = Paths.resolve(Path(home))
    waits = [randomness.uniform(0, 0.25) for _ in range(rounds - 1)]
    print(json.dumps([one_round(paths, Path(path), each) for each in (*waits, None)]))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
