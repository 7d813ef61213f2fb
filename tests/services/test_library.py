"""Folders are followed: new, changed and vanished files, and folders that make trouble."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.core.ids import CollectionId
from desktop.core.library import DocumentStatus
from desktop.services import library as library_module
from desktop.services.library import Library
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.library import LibraryRepository


@pytest.fixture
async def library(own_home: Path) -> AsyncIterator[Library]:
    database = await Database.open(Paths.resolve(own_home))
    yield Library(LibraryRepository(database))
    await database.close()


async def names(library: Library, collection: CollectionId) -> dict[str, DocumentStatus]:
    return {each.path.name: each.status for each in await library.documents(collection)}


async def test_a_folder_is_followed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "deep" / "node_modules").mkdir(parents=True)
    for name in ("a.md", "deep/b.txt", ".hidden.md", "picture.png", "~$a.docx"):
        (folder / name).write_text("text")
    (folder / "deep" / "node_modules" / "c.js").write_text("code")
    collection = await library.create("Papers")
    await library.add(collection, [folder])

    assert await names(library, collection) == {
        "a.md": DocumentStatus.WAITING,
        "b.txt": DocumentStatus.WAITING,
    }

    (folder / "a.md").unlink()
    (folder / "d.csv").write_text("1,2")
    for source in await library.sources(collection):
        await library.look(source)

    assert set(await names(library, collection)) == {"b.txt", "d.csv"}


async def test_only_changed_files_wait_to_be_read_again(library: Library, tmp_path: Path) -> None:
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    for path in paths:
        path.write_text("text")
    collection = await library.create("Two")
    await library.add(collection, paths)
    for document in await library.documents(collection):
        await library._repository.store(
            document.id, [], form="Markdown", title="", places=[], notes=[]
        )
    os.utime(paths[0], ns=(1, 1))
    for source in await library.sources(collection):
        await library.look(source)

    assert await names(library, collection) == {
        "a.md": DocumentStatus.WAITING,
        "b.md": DocumentStatus.READY,
    }


async def test_what_is_unplugged_is_kept_and_said(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / "a.md").write_text("text")
    collection = await library.create("Drive")
    await library.add(collection, [folder])
    folder.rename(tmp_path / "elsewhere")
    source = (await library.sources(collection))[0]
    await library.look(source)

    assert set(await names(library, collection)) == {"a.md"}
    assert library.refused[source.id].startswith("It is not there now")


async def test_a_folder_with_far_too_many_files_is_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "MAX_FILES", 300)
    for number in range(320):
        (tmp_path / f"{number}.txt").touch()
    collection = await library.create("All")
    await library.add(collection, [tmp_path])
    source = (await library.sources(collection))[0]

    assert await library.documents(collection) == []
    assert "more than 300 documents" in library.refused[source.id]


async def test_a_link_to_itself_ends(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "loop").symlink_to(tmp_path)
    collection = await library.create("Loop")
    await library.add(collection, [tmp_path])

    assert set(await names(library, collection)) >= {"a.md"}
    assert len(await library.documents(collection)) == 1


async def test_removing_and_deleting(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text")
    collection = await library.create("One")
    await library.add(collection, [tmp_path / "a.md"])
    await library.rename(collection, " Renamed ")
    assert [(each.name, each.documents) for each in await library.collections()] == [("Renamed", 1)]
    source = (await library.sources(collection))[0]
    await library.remove(source.id)
    assert await library.documents(collection) == []
    await library.delete(collection)

    assert await library.collections() == []
    assert (tmp_path / "a.md").exists()
