"""The list of conversations and the model button, over real data."""

from collections.abc import Sequence
from datetime import UTC, datetime

from desktop.backend import Backend
from desktop.core.conversation import Conversation, ConversationSummary
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, new_conversation_id
from desktop.llm.factory import LLMProvider
from desktop.local.server import LocalConnection
from desktop.presenters.account import AccountPresenter
from desktop.presenters.sidebar import SidebarPresenter
from desktop.services.settings_values import CompletionsChange


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


class RecordingAccount:
    def __init__(self) -> None:
        self.model = self.title = self.detail = ""
        self.choices: Sequence[tuple[str, str]] = ()
        self.notices: list[ParleyError] = []

    def set_model(self, label: str) -> None:
        self.model = label

    def set_model_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        self.choices = choices

    def set_account(self, title: str, detail: str) -> None:
        self.title, self.detail = title, detail

    def show_notice(self, error: ParleyError) -> None:
        self.notices.append(error)


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


async def test_nothing_is_set_up(backend: Backend) -> None:
    view = RecordingAccount()

    config = await AccountPresenter(view, backend.settings, backend.connections).refresh()

    assert config is None
    assert (view.model, view.title) == ("", "Not connected")


async def test_the_model_can_be_changed_among_those_that_the_server_lists(
    backend: Backend, llama_server: LocalConnection
) -> None:
    await backend.settings.update_completions(
        CompletionsChange(
            provider=LLMProvider.OPENAI_COMPATIBLE,
            model=llama_server.model,
            endpoint=llama_server.endpoint,
            api_key=llama_server.api_key,
            max_tokens=77,
        )
    )
    view = RecordingAccount()
    presenter = AccountPresenter(view, backend.settings, backend.connections)
    await presenter.refresh()
    assert view.model == llama_server.model
    assert view.title == llama_server.endpoint.split("/")[2]
    assert "private file" in view.detail

    await presenter.list_models()
    assert [id_ for id_, _ in view.choices] == [llama_server.model]
    await presenter.choose_model("another")

    saved = (await backend.settings.get()).completions
    assert saved is not None
    assert (saved.model, saved.max_tokens, saved.api_key_set) == ("another", 77, True)
    assert view.model == "another"
