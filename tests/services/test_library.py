"""Folders are followed: new, changed and vanished files, and folders that make trouble."""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.core.errors import DocumentError, DocumentFault
from desktop.core.ids import CollectionId
from desktop.core.library import DocumentStatus, Source
from desktop.services import folder_scan, looking
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


async def test_what_a_folder_has_beyond_the_limit_is_left_out_and_said(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_scan, "MAX_FILES", 300)
    for number in range(320):
        (tmp_path / f"{number}.txt").touch()
    collection = await library.create("All")
    await library.add(collection, [tmp_path])
    source = (await library.sources(collection))[0]
    await library.look(source)

    assert (await library.collections())[0].waiting == 300
    assert "more than 300 documents" in library.refused[source.id]


async def test_ten_thousand_files_are_followed(library: Library, tmp_path: Path) -> None:
    """As many as the suite has time for; `script/bench library` takes a hundred thousand."""
    first = tmp_path / "first.txt"
    first.write_text("text")
    folders = [tmp_path / "many" / f"{number}" for number in range(10)]
    for folder in folders:
        folder.mkdir(parents=True)
        for name in range(1000):
            os.link(first, folder / f"{name}.txt")
    told: list[int] = []
    library.on_changed = lambda: told.extend(each.found for each in library.looking.values())
    collection = await library.create("Many")
    await library.add(collection, [tmp_path / "many"])
    for name in range(1000):
        (folders[-1] / f"{name}.txt").unlink()
    (folders[-1] / "new.txt").touch()
    source = (await library.sources(collection))[0]
    await library.look(source)

    assert (await library.collections())[0].waiting == 9_001
    assert [each for each in told if 0 < each < 10_000], "progress is told"
    last = await library.documents(collection, offset=9_000)
    assert [each.path.name for each in last] == ["new.txt"]

    await library.delete(collection)
    assert await library._repository.known(source.id) == {}


async def test_two_thousand_files_are_added_one_by_one_and_looked_at_together(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{number:04}.txt" for number in range(2000)]
    for path in paths:
        path.touch()
    collection = await library.create("Many")
    await library.add(collection, [*paths, paths[0]])
    assert (await library.collections())[0].waiting == 2000

    for document in await library.documents(collection, limit=2):
        await library._repository.store(document.id, [], form="Text", title="", places=[], notes=[])
    os.utime(paths[0], ns=(1, 1))
    paths[1].unlink()
    looked: list[str] = []
    look = library.look

    async def counted(source: Source) -> None:
        looked.append(source.path.name)
        await look(source)

    monkeypatch.setattr(library, "look", counted)
    library._due.clear()
    await library._look_at_all(await library.sources(collection))

    assert looked == ["0000.txt", "0001.txt"]
    assert (await names(library, collection))["0000.txt"] is DocumentStatus.WAITING
    gone = next(each for each in await library.sources(collection) if each.path == paths[1])
    assert library.refused[gone.id].startswith("It is not there now")


async def test_what_takes_long_to_look_at_rests_longer(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("text")
    collection = await library.create("Slow")
    seconds = itertools.count(step=3.0)
    monkeypatch.setattr(looking, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    await library.add(collection, [tmp_path])
    source = (await library.sources(collection))[0]

    assert library._due[source.id] - time.monotonic() > 100


async def test_what_was_removed_wakes_nobody(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("text")
    collection = await library.create("One")
    await library.add(collection, [tmp_path])
    [source] = await library.sources(collection)
    await library.remove(source.id)
    rested = asyncio.Event()

    async def rest() -> None:
        rested.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(library, "_rest", rest)
    watching = asyncio.create_task(library.watch())
    await asyncio.wait_for(rested.wait(), 20)
    watching.cancel()

    assert library._due == {}


async def test_removing_ends_a_look(library: Library, tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number}.txt").touch()
    collection = await library.create("Going")

    def remove() -> None:
        if library.looking and not removing:
            [source] = library.looking
            removing.append(asyncio.create_task(library.remove(source)))

    removing: list[asyncio.Task[None]] = []
    library.on_changed = remove
    await library.add(collection, [tmp_path])
    await removing[0]

    assert await library.sources(collection) == []
    assert (await library.collections())[0].documents == 0


async def test_a_document_left_out_stays_out_until_it_is_taken_back(
    library: Library, tmp_path: Path
) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("text")
    collection = await library.create("Two")
    await library.add(collection, [tmp_path])
    unwanted = (await library.documents(collection))[0]
    await library.leave_out(unwanted.id)
    await library._repository.store(unwanted.id, [], form="", title="", places=[], notes=[])
    os.utime(unwanted.path, ns=(1, 1))
    for source in await library.sources(collection):
        await library.look(source)

    assert await names(library, collection) == {
        unwanted.path.name: DocumentStatus.LEFT_OUT,
        "b.md": DocumentStatus.WAITING,
    }
    found = (await library.collections())[0]
    assert (found.documents, found.listed) == (1, 2)

    await library.read_again(unwanted.id)
    assert set((await names(library, collection)).values()) == {DocumentStatus.WAITING}


async def test_a_file_that_changed_while_it_was_read_still_waits(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_text("text")
    collection = await library.create("One")
    await library.add(collection, [path])
    [before] = await library.documents(collection)
    os.utime(path, ns=(1, 1))
    for source in await library.sources(collection):
        await library.look(source)
    store = partial(
        library._repository.store, before.id, [], form="Markdown", title="", places=[], notes=[]
    )
    await store(modified=before.modified)
    assert await names(library, collection) == {"a.md": DocumentStatus.WAITING}

    await store(modified=1)
    assert await names(library, collection) == {"a.md": DocumentStatus.READY}


async def test_one_failed_document_is_read_again(library: Library, tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("text")
    collection = await library.create("Two")
    await library.add(collection, [tmp_path])
    for document in await library.documents(collection):
        error = DocumentError("It is damaged.", fault=DocumentFault.DAMAGED)
        await library._repository.fail(document.id, error)
    first = (await library.documents(collection))[0]
    await library.read_again(first.id)

    assert await names(library, collection) == {
        "a.md": DocumentStatus.WAITING,
        "b.md": DocumentStatus.FAILED,
    }


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
