"""Run by test_importer: imports a file and stops dead half-way, in the middle of all of it.

Arguments: home, file. It never ends by itself.
"""

import asyncio
import sys
import threading
from pathlib import Path

from desktop.services.backups import Backups
from desktop.services.transfer.importer import Importer
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository


def stop_half_way(done: int, total: int) -> None:
    if done >= total // 2:
        print("half", flush=True)
        threading.Event().wait()


async def main(home: Path, path: Path) -> None:
    paths = Paths.resolve(home)
    database = await Database.open(paths)
    importer = Importer(ArchiveRepository(database), Backups(database, paths.backups))
    preview = await importer.preview(path, lambda *_: None)
    await importer.run(preview, {each.id for each in preview.candidates}, stop_half_way)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
