"""What the library's window says, and what its buttons do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from desktop.core.errors import DocumentError, DocumentFault, ErrorKind, LLMError, ParleyError
from desktop.core.ids import CollectionId
from desktop.core.passages import Amount
from desktop.presenters.index_words import index_view
from desktop.presenters.library import LibraryPresenter
from desktop.presenters.library_view import (
    PAGE,
    SOURCES,
    CollectionView,
    DocumentView,
    IndexView,
    Pages,
    SourceView,
)
from desktop.services.library import Library
from desktop.services.meaning.state import IndexState, Phase
from desktop.storage.paths import Paths
from desktop.ui.tasks import TaskScope
from tests.services.meaning.home import Home, open_home


class View:
    def __init__(self) -> None:
        self.index: IndexView | None = None
        self.collections: Sequence[CollectionView] = ()
        self.chosen: CollectionId | None = None
        self.sources: Sequence[SourceView] = ()
        self.documents: Sequence[DocumentView] = ()
        self.count = self.more_sources = 0
        self.pages: dict[int, Sequence[DocumentView]] = {}
        self.errors: list[ParleyError] = []

    def show_index(self, index: IndexView) -> None:
        self.index = index

    def show_collections(
        self, collections: Sequence[CollectionView], chosen: CollectionId | None
    ) -> None:
        self.collections, self.chosen = collections, chosen

    def visible_pages(self) -> Sequence[int]:
        return [0]

    def show_content(
        self,
        sources: Sequence[SourceView],
        pages: Pages,
        *,
        count: int,
        failed: int,
        more_sources: int = 0,
    ) -> None:
        self.sources, self.count, self.pages = sources, count, dict(pages)
        self.more_sources = more_sources
        self.documents = pages.get(0, ())

    def show_page(self, number: int, documents: Sequence[DocumentView]) -> None:
        self.pages[number] = documents

    def show_error(self, error: ParleyError) -> None:
        self.errors.append(error)


@pytest.fixture
async def home(own_home: Path) -> AsyncIterator[Home]:
    opened = await open_home(Paths.resolve(own_home))
    yield opened
    await opened.database.close()


def raised(error: BaseException) -> None:
    raise error


async def test_adding_to_no_collection_makes_one(home: Home, tmp_path: Path) -> None:
    view, work = View(), TaskScope(raised)
    folder = tmp_path / "Recipes"
    folder.mkdir()
    (folder / "bread.md").write_text("Bread")
    library = Library(home.library)
    presenter = LibraryPresenter(view, library, home.indexing, work, open_settings=lambda: None)
    presenter.add([folder])
    async with asyncio.timeout(20):
        while not await library.collections() or not (await library.collections())[0].documents:
            await asyncio.sleep(0.01)
    await presenter.refresh()
    await work.aclose()

    assert [(each.name, each.detail) for each in view.collections] == [
        ("Recipes", "1 document, 1 to read")
    ]
    assert [each.name for each in view.documents] == ["bread.md"]


async def test_without_a_model_the_button_opens_the_settings(home: Home) -> None:
    view, work, opened = View(), TaskScope(raised), list[bool]()
    presenter = LibraryPresenter(
        view,
        Library(home.library),
        home.indexing,
        work,
        open_settings=lambda: opened.append(True),
    )
    await presenter.refresh()
    presenter.act()
    await work.aclose()

    assert opened == [True]
    assert view.index is not None
    assert "finds words" in view.index.detail


async def shown(home: Home, work: TaskScope, *paths: Path) -> tuple[View, LibraryPresenter]:
    """Show a collection of `paths`."""
    library = Library(home.library)
    await library.add(await library.create("All"), paths)
    view = View()
    presenter = LibraryPresenter(view, library, home.indexing, work, open_settings=lambda: None)
    await presenter.refresh()
    return view, presenter


async def test_pages_are_read_as_they_are_asked_for(home: Home, tmp_path: Path) -> None:
    work = TaskScope(raised)
    for number in range(PAGE + 20):
        (tmp_path / f"{number:03}.md").touch()
    view, presenter = await shown(home, work, tmp_path)

    assert (view.count, list(view.pages)) == (PAGE + 20, [0])
    await presenter.load(1)
    assert [each.name for each in view.pages[1]] == [f"{PAGE + n:03}.md" for n in range(20)]
    await work.aclose()


async def test_of_many_files_added_by_themselves_the_first_are_listed(
    home: Home, tmp_path: Path
) -> None:
    work = TaskScope(raised)
    paths = [tmp_path / f"{number:03}.md" for number in range(SOURCES + 30)]
    for path in paths:
        path.touch()
    view, _ = await shown(home, work, *paths)

    assert (len(view.sources), view.more_sources, view.count) == (SOURCES, 30, SOURCES + 30)
    await work.aclose()


async def test_one_document_is_read_again_or_left_out(home: Home, tmp_path: Path) -> None:
    work = TaskScope(raised)
    folder, alone = tmp_path / "folder", tmp_path / "alone.md"
    folder.mkdir()
    for path in (folder / "bad.pdf", folder / "run.sh", alone):
        path.write_text("text")
    view, presenter = await shown(home, work, folder, alone)
    bad = next(each for each in view.documents if each.name == "bad.pdf")
    error = DocumentError("It is damaged.", fault=DocumentFault.DAMAGED, cure="Copy it again.")
    await home.library.fail(bad.id, error)
    await presenter.refresh()

    failed, *others = view.documents
    assert (failed.status, failed.why) == ("Failed", "It is damaged. Copy it again.")
    openable = {each.name for each in view.documents if each.file is not None}
    assert openable == {"bad.pdf", "alone.md"}, "the system might run a script"

    presenter.read_again(failed.id)
    for each in others:
        presenter.leave_out(each.id)
    async with asyncio.timeout(20):
        while [(each.name, each.status) for each in view.documents] != [
            ("run.sh", "Left out"),
            ("bad.pdf", "Waiting"),
        ]:
            await presenter.refresh()
    assert [each.name for each in view.sources] == ["folder"]
    await work.aclose()


STATE = IndexState(
    phase=Phase.OFFERED,
    model="embed",
    host="api.openai.com",
    left=Amount(1204, 310_420),
    price=1.5,
)


def state(**values: object) -> IndexState:
    from dataclasses import replace

    return replace(STATE, **values)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("now", "words", "action"),
    [
        (STATE, "1,204 passages (about 310,000 tokens) would be sent to embed", "Begin"),
        (STATE, "This costs about $1.50.", "Begin"),
        (state(price=0.001), "less than one cent", "Begin"),
        (state(price=None), "not known", "Begin"),
        (state(left=Amount(), phase=Phase.OFFERED), "What you write", "Begin"),
        (state(phase=Phase.MODEL_CHANGED, serving="old"), "use the index of old", "Embed again"),
        (state(phase=Phase.WORKING, to_read=3), "3 documents to read", "Pause"),
        (state(phase=Phase.PAUSED), "left", "Continue"),
        (state(phase=Phase.READY, done=9, skipped=2), "The server refused 2.", ""),
        (state(phase=Phase.MODEL_CHANGED, replaced=True), "search finds words only", "Embed again"),
        (state(phase=Phase.PAUSED), "(about 310,000 tokens), about $1.50, left.", "Continue"),
        (state(phase=Phase.PAUSED, sent_tokens=9, spent=0.0001), "less than one cent", "Continue"),
        (state(price=0.0), "This costs nothing.", "Begin"),
        (
            state(
                phase=Phase.WAITING,
                retry_seconds=12.0,
                error=LLMError("Too many.", kind=ErrorKind.RATE_LIMIT),
            ),
            "tried again in 12 s",
            "Try now",
        ),
    ],
)
def test_the_state_in_words(now: IndexState, words: str, action: str) -> None:
    view = index_view(now)

    assert words in view.detail
    assert view.action == action
