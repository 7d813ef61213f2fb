"""What the chat says of its sources, and what stays with a new chat until it is stored."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from desktop.core.ids import ConversationId
from desktop.core.sources import Attachment, SentPassage
from desktop.presenters.sources import PassagesPresenter, SourcesPresenter
from desktop.presenters.sources_view import PassageView, SourceChoice
from desktop.services.library import Library
from desktop.services.sources import Sources
from desktop.storage.paths import Paths
from desktop.storage.repositories.sources import SourceRepository
from tests.services.meaning.home import Home, open_home
from tests.services.test_sources import MILL, TAX, add_documents


class View:
    def __init__(self) -> None:
        self.names: Sequence[str] = ()
        self.words = ""
        self.choices: Sequence[SourceChoice] = ()
        self.remark = ""
        self.sent: Sequence[SentPassage] = ()
        self.number = 0
        self.passage: PassageView | None = None

    def show_attached(self, names: Sequence[str], what_leaves: str) -> None:
        self.names, self.words = names, what_leaves

    def offer_sources(self, choices: Sequence[SourceChoice], remark: str) -> None:
        self.choices, self.remark = choices, remark

    def show_passages(self, passages: Sequence[SentPassage], number: int) -> None:
        self.sent, self.number = passages, number

    def show_found(self, passage: SentPassage) -> None:
        self.sent = [passage]

    def show_passage(self, passage: PassageView) -> None:
        self.passage = passage


class Stage:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.view = View()
        self.sources = Sources(SourceRepository(home.database), home.passages, home.search)
        self.library = Library(home.library)
        self.current: ConversationId | None = None
        self.presenter = SourcesPresenter(
            self.view,
            self.sources,
            self.library,
            current=lambda: self.current,
            destination=self._destination,
        )

    async def _destination(self) -> str:
        return "gpt (api.openai.com)"


@pytest.fixture
async def stage(own_home: Path) -> AsyncIterator[Stage]:
    home = await open_home(Paths.resolve(own_home))
    yield Stage(home)
    await home.database.close()


async def test_the_choice_of_a_new_chat_goes_with_it(stage: Stage) -> None:
    attachment = await add_documents(stage.home, mill=MILL)
    [farm] = attachment.collections
    await stage.presenter.choose(farm, True)
    await stage.presenter.choose(None, True)

    assert stage.view.names == ["My history", "Farm"]
    assert stage.view.words == (
        "Up to 12 passages, about 3,000 tokens, of My history and Farm go with each question "
        "to gpt (api.openai.com). They are found by words, here."
    )

    conversation, _ = await stage.home.say("Hello")
    await stage.presenter.adopt(conversation)
    await stage.presenter.refresh()
    assert stage.view.names == []  # the next new chat begins without
    stage.current = conversation
    await stage.presenter.refresh()
    assert stage.view.names == ["My history", "Farm"]
    await stage.presenter.choose(None, False)
    assert await stage.sources.attached(conversation) == Attachment(collections=frozenset({farm}))


async def test_what_there_is_to_choose(stage: Stage) -> None:
    await add_documents(stage.home, mill=MILL)
    await stage.presenter.offer()

    assert [(each.name, each.chosen) for each in stage.view.choices] == [
        ("My history", False),
        ("Farm", False),
    ]
    assert stage.view.remark.splitlines() == [
        "Up to 12 passages go with each question to gpt (api.openai.com).",
        "Found by words only. No embeddings model is set up.",
    ]


async def test_a_passage_is_shown_in_its_place(stage: Stage) -> None:
    long = "\n\n".join((f"# Taxes\n\n{TAX * 30}", f"# Mill\n\n{MILL * 30}", f"# End\n\n{TAX * 30}"))
    attachment = await add_documents(stage.home, all=long)
    conversation, ids = await stage.home.say("Hello", "Hi")
    await stage.sources.attach(conversation, attachment)
    retrieved = await stage.sources.retrieve(conversation, "mill wheel revolutions")
    await stage.sources.store(ids[1], retrieved.passages)
    presenter = PassagesPresenter(stage.view, stage.sources, stage.library)
    await presenter.open(ids[1], 1)

    shown = stage.view.passage
    assert shown is not None
    assert MILL in shown.passage.text
    assert "Taxes" in shown.before
    assert "End" in shown.after
    assert shown.path.endswith("all.md")
    assert stage.view.number == 1

    [collection] = attachment.collections
    await stage.library.delete(collection)
    await presenter.show(1)
    assert stage.view.passage is not None
    assert stage.view.passage.passage == shown.passage
    assert (stage.view.passage.before, stage.view.passage.path) == ("", "")
