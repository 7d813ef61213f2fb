"""Whatever happens to the index's files, it is made anew from the database, unasked."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from desktop.storage.paths import Paths
from tests.llm.scripted_server import ScriptedServer
from tests.services.meaning.home import Home, open_home
from tests.services.meaning.test_faults import PATH, answering
from tests.services.meaning.test_following import agree, found, ready

TEXTS = [f"message number {number}" for number in range(40)]


@pytest.fixture
async def indexed(own_home: Path) -> AsyncIterator[Home]:
    """A home with an index, and its server gone: nothing can be embedded again."""
    home = await open_home(Paths.resolve(own_home))
    scripted = ScriptedServer()
    scripted.on(PATH, answering())
    async with scripted.listening() as port:
        scripted.url = f"http://127.0.0.1:{port}/v1"
        await home.say(*TEXTS)
        await agree(home, scripted)
        async with home.running():
            await ready(home, done=len(TEXTS))
        yield home
    await home.database.close()


def files(home: Home) -> Path:
    return next(home.folder.rglob("head.json")).parent


def cut(folder: Path) -> None:
    rows = folder / "rows.i8"
    rows.write_bytes(rows.read_bytes()[:100])


def zero_head(folder: Path) -> None:
    (folder / "head.json").write_bytes(bytes(100))


def zero_ids(folder: Path) -> None:
    (folder / "ids.i64").write_bytes(bytes(8 * len(TEXTS)))


def zero_rows(folder: Path) -> None:
    (folder / "rows.i8").write_bytes(bytes(16 * len(TEXTS)))


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_the_head(folder: Path) -> None:
    (folder / "head.json").unlink()


def shuffle(folder: Path) -> None:
    """As files of another database are that has as many vectors."""
    import numpy as np

    from desktop.vectors.index_file import IndexFile

    index = IndexFile.open(folder, 16)
    ids, rows = index.ids, np.array(index.rows[::-1], np.float32)
    index.clear()
    index.append(ids, rows)


@pytest.mark.parametrize(
    "harm", [cut, zero_head, zero_ids, zero_rows, lose, lose_the_head, shuffle]
)
async def test_a_damaged_index_is_made_anew(indexed: Home, harm: Callable[[Path], None]) -> None:
    harm(files(indexed))
    later = Home(indexed.database, indexed.folder)
    await later.search.refresh()
    await later.search.follow()

    for text in TEXTS[:3]:
        assert await found(later, text) == [text]
    index = await later.search.index()
    assert index is not None
    file = await index._opened()
    assert file.live == len(TEXTS)
    assert file.is_whole()
    assert await index._is_sound(file)


async def test_the_files_of_a_model_that_is_gone_go_too(indexed: Home) -> None:
    model = (await indexed.embeddings.models())[0]
    before = files(indexed)
    other = await indexed.embeddings.add_model(model.host, "other", 16, model.probe)
    await indexed.embeddings.activate(other.id)
    later = Home(indexed.database, indexed.folder)
    await later.search.refresh()

    assert await found(later, TEXTS[0]) == []
    assert not before.exists()
    assert files(later).parent == before.parent

    await indexed.embeddings.delete_model(other.id)
    await later.search.follow()
    assert list(indexed.folder.iterdir()) == []
