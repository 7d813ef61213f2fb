"""The index follows what is stored: imported, deleted, restored, and cut short by a kill."""

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desktop.core.ids import ConversationId
from desktop.core.passages import Scope, Unembedded
from desktop.services.backups import Backups
from desktop.services.library import Library
from desktop.services.meaning import embedding, indexing
from desktop.services.meaning.state import Phase
from desktop.services.transfer.importer import Importer
from desktop.storage.orm.passages import EmbeddingModelRow, EmbeddingRow
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.organising import OrganisingRepository
from tests.llm.scripted_server import ScriptedServer
from tests.services.meaning.home import Home, open_home
from tests.services.meaning.test_faults import PATH, answering
from tests.services.transfer.conftest import MakeZip, make_zip, put_in
from tests.services.transfer.test_claude import conversation, said

__all__ = ["make_zip"]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    scripted.on(PATH, answering())
    async with scripted.listening() as port:
        scripted.url = f"http://127.0.0.1:{port}/v1"
        yield scripted


def sent(server: ScriptedServer) -> list[str]:
    return [text for request in server.requests for text in request.json["input"]]


async def agree(home: Home, server: ScriptedServer) -> None:
    await home.set_up(server.url, "fish")
    await home.indexing.agree(history=True)


async def found(home: Home, text: str) -> list[str]:
    """Return what is found that means the same; other vectors of this server are far away."""
    hits = await home.search.search(text, Scope(), 5)
    return [hit.passage.text for hit in hits if hit.score > 0.8]


async def erase(home: Home, talk: ConversationId) -> None:
    organising = OrganisingRepository(home.database)
    await organising.trash([talk])
    await organising.erase([talk])


async def ready(home: Home, *, done: int) -> None:
    home.indexing.notice()
    await home.until_true(lambda state: state.phase is Phase.READY and state.done == done)


async def in_the_file(home: Home) -> int:
    index = await home.search.index()
    assert index is not None
    return (await index._opened()).live


async def test_what_is_imported_is_indexed(
    home: Home, server: ScriptedServer, own_home: Path, make_zip: MakeZip
) -> None:
    await home.say("one fish")
    await agree(home, server)
    async with home.running():
        await ready(home, done=1)
        backups = Backups(home.database, Paths.resolve(own_home).backups)
        importer = Importer(ArchiveRepository(home.database), backups)
        talk = conversation(said("1", "human", "Which soup?"), said("2", "assistant", "Leek."))
        await put_in(importer, make_zip([talk]))
        await ready(home, done=3)

        assert await found(home, "Leek.") == ["Leek."]
        await put_in(importer, make_zip([talk], name="again.zip"))
        await ready(home, done=3)
    assert sent(server).count("Which soup?") == 1


async def test_what_is_deleted_leaves_the_index_at_once(
    home: Home, server: ScriptedServer, tmp_path: Path
) -> None:
    """Also while the indexing is paused: erasing needs no server."""
    (tmp_path / "a.md").write_text("a document")
    library = Library(home.library)
    library.on_changed = home.indexing.notice
    collection = await library.create("Papers")
    await library.add(collection, [tmp_path / "a.md"])
    _, messages = await home.say("one fish", "two fish")
    whole, _ = await home.say("red fish", "blue fish")
    await agree(home, server)
    async with home.running():
        await ready(home, done=5)
        assert await found(home, "a document") == ["a document"]
        await home.indexing.pause(True)

        await BranchRepository(home.database).remove(messages[1], with_replies=False)
        await erase(home, whole)
        await library.delete(collection)
        for gone in ("two fish", "red fish", "a document"):
            assert await found(home, gone) == []
        async with asyncio.timeout(20):
            while await in_the_file(home) != 1:
                home.indexing.notice()
                await asyncio.sleep(0.02)

    model = (await home.embeddings.models())[0]
    assert await home.embeddings.count(model.id) == 1
    [rows] = home.folder.rglob("rows.i8")
    data = rows.read_bytes()
    assert sum(any(data[start : start + 16]) for start in range(0, len(data), 16)) == 1


async def test_what_was_deleted_before_the_start_leaves_the_index_unasked(
    home: Home, server: ScriptedServer
) -> None:
    await home.say("one fish")
    gone, _ = await home.say("two fish")
    await agree(home, server)
    async with home.running():
        await ready(home, done=2)
    await erase(home, gone)
    later = Home(home.database, home.folder)
    await later.indexing.pause(True)
    async with later.running():
        await later.until(Phase.PAUSED)
        async with asyncio.timeout(20):
            while later.search._index is None:
                await asyncio.sleep(0.02)
        assert await in_the_file(later) == 1


async def test_nothing_is_loaded_or_asked_where_nothing_changed(
    home: Home, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.say("one fish")
    await agree(home, server)
    async with home.running():
        await ready(home, done=1)
        asked = len(server.requests)
        for _ in range(3):
            told = len(home.states)
            home.indexing.notice()
            async with asyncio.timeout(20):
                while len(home.states) == told:
                    await asyncio.sleep(0.01)
        assert len(server.requests) == asked

        monkeypatch.setattr(embedding, "PROBE_SECONDS", 0.0)
        home.indexing.notice()
        async with asyncio.timeout(20):
            while len(server.requests) == asked:
                await asyncio.sleep(0.01)

    again = Home(home.database, home.folder)
    await again.search.follow()
    assert again.search._index is None, "loaded by the first search"


async def test_looking_for_what_was_not_told_of_is_cheap(
    home: Home, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while nothing happens any more but the cheap look."""
    monkeypatch.setattr(indexing, "LOOK_SECONDS", 0.01)
    events: list[str] = []
    missing, follow = home.embeddings.missing, home.search.follow

    async def counted(model_id: int, **how: Any) -> list[Unembedded]:
        events.append("all passages looked through")
        return await missing(model_id, **how)

    async def followed() -> None:
        events.append("looked")
        await follow()

    await home.say("one fish")
    await agree(home, server)
    monkeypatch.setattr(home.embeddings, "missing", counted)
    monkeypatch.setattr(home.search, "follow", followed)
    home.indexing.on_state = lambda _: events.append("told")
    async with home.running():
        await ready(home, done=1)
        async with asyncio.timeout(20):
            while events[-5:] != ["looked"] * 5:
                await asyncio.sleep(0.01)
        await home.say("two fish")
        await home.until_true(lambda state: state.done == 2)


async def test_the_trash_hides_and_gives_back(home: Home, server: ScriptedServer) -> None:
    talk, _ = await home.say("one fish")
    await home.say("two fish")
    await agree(home, server)
    organising = OrganisingRepository(home.database)
    async with home.running():
        await ready(home, done=2)
        await organising.trash([talk])
        home.indexing.notice()
        assert await found(home, "one fish") == []
        await organising.restore([talk])
        home.indexing.notice()
        assert await found(home, "one fish") == ["one fish"]
        await ready(home, done=2)

    assert sent(server).count("one fish") == 2, "once as a text, once as a question"


async def test_a_deleted_message_is_put_back_and_found_again(
    home: Home, server: ScriptedServer
) -> None:
    _, messages = await home.say("one fish", "two fish")
    branches = BranchRepository(home.database)
    await agree(home, server)
    async with home.running():
        await ready(home, done=2)
        removed = await branches.remove(messages[1], with_replies=False)
        assert removed is not None
        await ready(home, done=1)
        assert await found(home, "two fish") == []
        await branches.put_back(removed)
        await ready(home, done=2)
        assert await found(home, "two fish") == ["two fish"]


async def test_a_restored_backup_and_the_index_agree(
    home: Home, server: ScriptedServer, own_home: Path
) -> None:
    await home.say("one fish")
    await agree(home, server)
    backups = Backups(home.database, Paths.resolve(own_home).backups)
    async with home.running():
        await ready(home, done=1)
        copy = await backups.make("by-hand")
        await home.say("two fish")
        await ready(home, done=2)
        assert await found(home, "two fish") == ["two fish"]

        await backups.restore(copy)
        assert await found(home, "two fish") == []
        assert await found(home, "one fish") == ["one fish"]
        await home.say("red fish")
        await ready(home, done=2)
        assert await found(home, "red fish") == ["red fish"]
        assert await in_the_file(home) == 2


async def test_vectors_that_a_crash_left_of_a_former_model_are_deleted(
    home: Home, server: ScriptedServer
) -> None:
    await home.say(*(f"message number {number}" for number in range(20)))
    await agree(home, server)
    async with home.running():
        await ready(home, done=20)
    former = (await home.embeddings.models())[0]
    async with home.database.write() as session:
        row = await session.get(EmbeddingModelRow, former.id)
        assert row is not None
        row.state = "retired"
    assert await home.embeddings.models() == []
    async with home.running():
        await home.until_true(lambda state: state.phase is Phase.READY and state.done == 20)

    assert sent(server).count("message number 3") == 2
    async with home.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(EmbeddingRow)) == 20


CODE = """
import asyncio, sys
from pathlib import Path
from desktop.storage.paths import Paths
from tests.services.meaning.home import open_home

async def main():
    home = await open_home(Paths.resolve(Path(sys.argv[1])))
    await home.indexing.run()

asyncio.run(main())
"""
COUNT = 400
ROUNDS = 4


def stored(database: Path) -> set[str]:
    """Return the texts that have a vector."""
    statement = (
        "SELECT message.text FROM passage JOIN embedding ON embedding.hash = passage.hash "
        "JOIN message ON message.id = passage.message_id"
    )
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in connection.execute(statement)}
    finally:
        connection.close()


async def test_killed_at_any_moment_nothing_that_has_a_vector_is_sent_again(
    own_home: Path, server: ScriptedServer
) -> None:
    paths = Paths.resolve(own_home)
    home = await open_home(paths)
    texts = {f"message number {number}" for number in range(COUNT)}
    await home.say(*sorted(texts))
    await agree(home, server)
    await home.database.close()
    moments = random.Random(7)
    for _ in range(ROUNDS):
        before, known = len(sent(server)), stored(paths.database)
        child = subprocess.Popen(
            [sys.executable, "-c", CODE, str(own_home)], cwd=Path(__file__).parents[3]
        )
        try:
            wanted = before + 1 + moments.randrange(COUNT // ROUNDS // 2)
            async with asyncio.timeout(60):
                while len(sent(server)) < wanted:
                    await asyncio.sleep(0.002)
            await asyncio.sleep(moments.random() / 100)
        finally:
            child.kill()
            child.wait()
        assert not known & set(sent(server)[before:])
        if stored(paths.database) == texts:
            break
    home = await open_home(paths)
    known, before = stored(paths.database), len(sent(server))
    async with home.running():
        await ready(home, done=COUNT)
        assert await found(home, "message number 7") == ["message number 7"]
        assert await in_the_file(home) == COUNT
    await home.database.close()

    assert not known & set(sent(server)[before:])
    assert stored(paths.database) == texts
