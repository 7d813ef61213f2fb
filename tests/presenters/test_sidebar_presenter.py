"""The list of conversations, over real data."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from desktop.backend import Backend
from desktop.core.changes import (
    AddFolder,
    Archive,
    Delete,
    EmptyTrash,
    Erase,
    Move,
    Pin,
    RemoveFolder,
    RenameFolder,
    Restore,
    Tag,
)
from desktop.core.conversation import Conversation
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId, new_conversation_id
from desktop.core.organising import Age, Folder, Group, Listing, Place, Span
from desktop.presenters.sidebar import SidebarPresenter
from desktop.presenters.sidebar_view import Pages


class RecordingSidebar:
    def __init__(self) -> None:
        self.listing = Listing()
        self.groups: Sequence[Group] = ()
        self.rows: list[ConversationSummary] = []
        self.folders: Sequence[Folder] = ()
        self.tags: Sequence[str] = ()
        self.selected: ConversationId | None = None
        self.marked = Listing()  # what was listed when the folders were shown

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.rows]

    def visible_pages(self) -> Sequence[int]:
        return [0]

    def show_list(self, listing: Listing, groups: Sequence[Group], pages: Pages) -> None:
        self.listing, self.groups, self.rows = listing, groups, list(pages[0])
        assert sum(group.count for group in groups) == len(self.rows)

    def show_page(self, number: int, rows: Sequence[ConversationSummary]) -> None:
        self.rows = list(rows)

    def show_folders(self, folders: Sequence[Folder], tags: Sequence[str]) -> None:
        self.folders, self.tags, self.marked = folders, tags, self.listing

    def select(self, conversation_id: ConversationId | None) -> bool:
        self.selected = conversation_id
        return any(row.id == conversation_id for row in self.rows)

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        raise AssertionError("the presenter has no business with it")


async def created(backend: Backend, title: str, *, days: int = 0) -> ConversationId:
    then = datetime.now(UTC) - timedelta(days=days)
    conversation = Conversation(
        id=new_conversation_id(), title=title, created_at=then, updated_at=then
    )
    await backend.conversations.create(conversation)
    return conversation.id


@pytest.fixture
def view() -> RecordingSidebar:
    return RecordingSidebar()


@pytest.fixture
def presenter(view: RecordingSidebar, backend: Backend) -> SidebarPresenter:
    return SidebarPresenter(view, backend.conversations, backend.organising, backend.branches)


async def test_conversations_are_listed_renamed_pinned_and_deleted(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    first = await created(backend, "Apples")
    second = await created(backend, "Pears")
    await presenter.refresh()
    assert view.titles == ["Pears", "Apples"]

    await presenter.change(Pin((first,), on=True))
    assert view.titles == ["Apples", "Pears"]
    await presenter.rename(second, "  Plums ")
    assert view.titles == ["Apples", "Plums"]
    await presenter.rename(second, "  ")
    assert view.titles == ["Apples", "Plums"]
    await presenter.change(Delete((second,)))
    assert view.titles == ["Apples"]
    await presenter.change(Restore((second,)))
    assert view.titles == ["Apples", "Plums"]


async def test_a_conversation_far_down_the_list_is_brought_into_it(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    first, second = await created(backend, "Apples", days=9), await created(backend, "Pears")
    pinned = await created(backend, "Plums", days=99)
    await presenter.change(Pin((pinned,), on=True))
    places = [
        await backend.organising.position(Listing(), each) for each in (pinned, second, first)
    ]
    assert places == [0, 1, 2]
    view.rows = []  # as if other pages were on screen

    await presenter.reveal(first)

    assert view.selected == first
    assert view.titles == ["Plums", "Pears", "Apples"]
    await presenter.reveal(new_conversation_id())  # not listed: nothing is read
    await presenter.reveal(None)
    assert view.selected is None


async def test_groups_say_how_old_and_how_many(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    for title, days in (("a", 0), ("b", 0), ("c", 1), ("d", 5), ("e", 20), ("f", 400)):
        await created(backend, title, days=days)
    pinned = await created(backend, "p", days=700)
    await presenter.change(Pin((pinned,), on=True))

    old = (datetime.now(UTC) - timedelta(days=400)).astimezone().date()
    assert [(group.span, group.count) for group in view.groups] == [
        (Span(Age.PINNED), 1),
        (Span(Age.TODAY), 2),
        (Span(Age.YESTERDAY), 1),
        (Span(Age.WEEK), 1),
        (Span(Age.MONTH), 1),
        (Span(Age.OLDER, old.replace(day=1)), 1),
    ]
    assert view.titles == ["p", "b", "a", "c", "d", "e", "f"]


async def test_folders_hold_conversations(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    first, second = await created(backend, "Apples"), await created(backend, "Pears")
    await presenter.change(AddFolder("  Fruit  ", (first,)))
    await presenter.change(AddFolder("   "))
    [fruit] = view.folders
    assert (fruit.name, fruit.count) == ("Fruit", 1)
    await presenter.change(Move((second,), fruit.id))
    await presenter.show(Listing(place=Place.FOLDER, folder_id=fruit.id, name="Fruit"))
    assert view.titles == ["Pears", "Apples"]
    assert view.rows[0].folder_id == fruit.id
    assert view.marked == view.listing

    await presenter.change(RenameFolder(fruit.id, "Orchard"))
    assert view.listing.name == view.folders[0].name == "Orchard"
    await presenter.change(Move((second,), None))
    assert view.titles == ["Apples"]
    await presenter.change(RemoveFolder(fruit.id))
    assert view.listing == Listing()
    assert view.folders == []
    assert view.titles == ["Pears", "Apples"]


async def test_tags_choose_conversations(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    first, second = await created(backend, "Apples"), await created(backend, "Pears")
    await presenter.change(Tag((first, second), " ripe ", on=True))
    await presenter.change(Tag((first,), "red", on=True))
    assert view.tags == ["red", "ripe"]
    await presenter.show(Listing(place=Place.TAG, name="red"))
    assert [(row.title, row.tags) for row in view.rows] == [("Apples", ("red", "ripe"))]

    await presenter.change(Tag((first,), "red", on=False))
    assert view.listing == Listing()
    assert view.tags == ["ripe"]


async def test_the_archive_and_the_trash_are_lists_of_their_own(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    first, second, third = [await created(backend, title) for title in "abc"]
    await presenter.change(Archive((first,), on=True))
    await presenter.change(Delete((second, third)))
    assert view.titles == []
    await presenter.show(Listing(place=Place.ARCHIVE))
    assert view.titles == ["a"]
    await presenter.show(Listing(place=Place.TRASH))
    assert sorted(view.titles) == ["b", "c"]
    assert view.rows[0].deleted

    await presenter.change(Erase((second, first)))  # the first is not in the trash
    assert view.titles == ["c"]
    await presenter.change(EmptyTrash())
    assert view.titles == []
    await presenter.show(Listing(place=Place.ARCHIVE))
    assert view.titles == ["a"]


async def test_a_duplicate_is_another_conversation(
    backend: Backend, view: RecordingSidebar, presenter: SidebarPresenter
) -> None:
    first = await created(backend, "Apples")
    await presenter.change(AddFolder("Fruit", (first,)))
    copy = await presenter.duplicate(first)

    assert copy is not None
    assert view.titles == ["Apples (copy)", "Apples"]
    assert view.rows[0].folder_id == view.folders[0].id
    assert await presenter.duplicate(new_conversation_id()) is None


async def test_statistics_count_what_was_said(backend: Backend) -> None:
    first = await created(backend, "Apples")
    await created(backend, "Pears")

    assert (await backend.statistics.of(())).conversations == 2
    one = await backend.statistics.of([first])
    assert (one.conversations, one.questions, one.first, one.models) == (1, 0, None, ())
