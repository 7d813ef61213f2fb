"""What the quick switcher offers, over real data."""

from collections.abc import Sequence

from desktop.backend import Backend
from desktop.core.ids import ConversationId
from desktop.presenters.switcher import Choice, SwitcherPresenter
from desktop.storage.repositories.search import SearchRepository
from tests.presenters.test_sidebar_presenter import created


class RecordingSwitcher:
    def __init__(self) -> None:
        self.choices: Sequence[Choice] = ()

    def show_choices(self, text: str, choices: Sequence[Choice]) -> None:
        self.choices = choices

    @property
    def titles(self) -> list[str]:
        return [choice.title for choice in self.choices]


async def test_conversations_and_commands_are_found_and_acted_on(backend: Backend) -> None:
    view = RecordingSwitcher()
    opened: list[ConversationId] = []
    done: list[str] = []
    searched: list[str] = []
    presenter = SwitcherPresenter(
        view,
        backend.organising,
        SearchRepository(backend.database),
        commands=lambda: [Choice("command", "New chat", "Ctrl+N", lambda: done.append("new"))],
        open_=opened.append,
        search=searched.append,
    )
    soup = await created(backend, "Soup for two")
    await created(backend, "News of the day")

    await presenter.find("")
    assert view.titles == ["News of the day", "Soup for two", "New chat"]
    await presenter.find("new")
    assert view.titles == ["News of the day", "New chat", "Search all messages for “new”"]
    view.choices[1].act()
    await presenter.find("two so")
    assert view.titles == ["Soup for two", "Search all messages for “two so”"]
    view.choices[0].act()
    assert (opened, done) == ([soup], ["new"])

    await presenter.find(" nowhere ")
    assert view.titles == ["Nothing found", "Search all messages for “nowhere”"]
    view.choices[1].act()
    assert searched == ["nowhere"]
