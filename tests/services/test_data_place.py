"""What the page Data says of the disk."""

from pathlib import Path

from desktop.services.data_place import DataPlace
from desktop.storage.backup import back_up
from desktop.storage.database import Database
from desktop.storage.paths import Paths


async def test_the_database_is_measured_with_what_stands_beside_it(tmp_path: Path) -> None:
    paths = Paths.resolve(tmp_path)
    paths.create()
    database = await Database.open(paths)
    view = await DataPlace(paths).look()
    await database.close()

    log = paths.database.with_name("parley.db-wal")
    assert view.database == paths.database
    assert view.size > paths.database.stat().st_size or not log.exists()
    assert (view.backups_folder, view.log_folder) == (paths.backups, paths.log)


async def test_copies_come_newest_first_with_their_size(tmp_path: Path) -> None:
    paths = Paths.resolve(tmp_path)
    paths.create()
    database = await Database.open(paths)
    made = [back_up(paths.database, paths.backups, "by-hand") for _ in range(2)]
    (paths.backups / "notes.txt").write_text("mine")
    view = await DataPlace(paths).look()
    await database.close()

    assert list(view.backups) == made[::-1]


async def test_a_profile_without_a_file_yet_has_nothing(tmp_path: Path) -> None:
    view = await DataPlace(Paths.resolve(tmp_path / "nowhere")).look()

    assert (view.size, list(view.backups)) == (0, [])
