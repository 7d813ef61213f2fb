"""The list of conversations, over real data."""

from collections.abc import Sequence
from datetime import UTC, datetime

from desktop.backend import Backend
from desktop.core.conversation import Conversation, ConversationSummary
from desktop.core.ids import ConversationId, new_conversation_id
from desktop.presenters.sidebar import SidebarPresenter


class RecordingSidebar:
    def __init__(self) -> None:
        self.titles: list[str] = []
        self.searching = False
        self.selected: ConversationId | None = None

    def show_conversations(self, rows: Sequence[ConversationSummary], *, searching: bool) -> None:
        self.titles = [row.title for row in rows]
        self.searching = searching

    def select(self, conversation_id: ConversationId | None) -> None:
        self.selected = conversation_id

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        raise AssertionError("the presenter has no business with it")


async def created(backend: Backend, title: str) -> ConversationId:
    now = datetime.now(UTC)
    conversation = Conversation(
        id=new_conversation_id(), title=title, created_at=now, updated_at=now
    )
    await backend.conversations.create(conversation)
    return conversation.id


async def test_conversations_are_listed_searched_renamed_pinned_and_deleted(
    backend: Backend,
) -> None:
    view = RecordingSidebar()
    presenter = SidebarPresenter(view, backend.conversations)
    first = await created(backend, "Apples")
    second = await created(backend, "Pears")
    await presenter.refresh()
    assert view.titles == ["Pears", "Apples"]

    await presenter.pin(first, True)
    assert view.titles == ["Apples", "Pears"]
    await presenter.rename(second, "  Plums ")
    assert view.titles == ["Apples", "Plums"]
    await presenter.rename(second, "  ")
    assert view.titles == ["Apples", "Plums"]
    await presenter.search("plu")
    assert (view.titles, view.searching) == (["Plums"], True)
    await presenter.search("")
    await presenter.delete(second)
    assert (view.titles, view.searching) == (["Apples"], False)
    await presenter.restore(second)
    assert view.titles == ["Apples", "Plums"]
