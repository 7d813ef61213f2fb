"""A long document is stored in parts, between which others write."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.core.chunks import Chunk
from desktop.core.library import Document, DocumentStatus, FileState
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories import library as module
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.passages import PassageRepository


@pytest.fixture
async def database(own_home: Path) -> AsyncIterator[Database]:
    opened = await Database.open(Paths.resolve(own_home))
    yield opened
    await opened.close()


async def add_document(library: LibraryRepository) -> Document:
    collection = await library.create("Long")
    await library.add_source(collection, Path("/x"))
    [source] = await library.sources()
    await library.found(source, [FileState(Path("/x/long.md"), 1, 1)])
    [document] = await library.documents(collection, 1)
    return document


def chunks(count: int, word: str = "part") -> list[Chunk]:
    return [Chunk(number, number + 1, "", f"{word} {number}", 2) for number in range(count)]


async def store(library: LibraryRepository, document: Document, found: list[Chunk]) -> None:
    await library.store(document.id, found, form="Markdown", title="", places=[], notes=[])


async def texts(database: Database, document: Document, around: str = "") -> list[str]:
    found = await PassageRepository(database).outline(document.id, around=around)
    return [passage.text for passage in found]


async def test_others_write_while_a_long_document_is_stored(database: Database) -> None:
    library = LibraryRepository(database)
    document = await add_document(library)
    storing = asyncio.create_task(store(library, document, chunks(3 * module._PART)))
    await asyncio.sleep(0)
    await library.create("Meanwhile")
    assert not storing.done()
    [one] = await library.documents(document.collection_id, 1)
    assert one.status is DocumentStatus.WAITING
    await storing
    [one] = await library.documents(document.collection_id, 1)

    assert one.status is DocumentStatus.READY
    assert (await texts(database, document))[:2] == ["part 0", "part 1"]
    near = await texts(database, document, "part 1200")
    assert (near[0], near[-1]) == ("part 700", "part 1499")


async def test_what_is_left_out_meanwhile_leaves_nothing(database: Database) -> None:
    library = LibraryRepository(database)
    document = await add_document(library)
    storing = asyncio.create_task(store(library, document, chunks(4 * module._PART)))
    await asyncio.sleep(0)
    await library.leave_out(document.id)
    await storing

    assert await texts(database, document) == []


async def test_the_new_text_takes_the_place_of_the_old(database: Database) -> None:
    library = LibraryRepository(database)
    document = await add_document(library)
    await store(library, document, chunks(module._PART + 5, "old"))
    await store(library, document, chunks(2, "new"))
    assert await texts(database, document) == ["new 0", "new 1"]
    await store(library, document, [])
    assert await texts(database, document) == []
