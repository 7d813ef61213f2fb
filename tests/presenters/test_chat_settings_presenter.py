"""A conversation's own settings: kept, sent, shown; presets; titles by the model."""

from dataclasses import replace

import pytest

from desktop.core.chat_settings import ChatSettings, settings_of
from desktop.core.conversation import TitledBy
from desktop.presenters.chat_settings import ChatSettingsPresenter
from desktop.services.context import ContextUse
from desktop.services.own_settings import adjusted, own_model, source_of
from desktop.services.titles import Titles
from desktop.storage.repositories.chat_settings import ChatSettingsRepository
from desktop.storage.repositories.organising import OrganisingRepository
from tests.presenters.chat_desk import Desk


class RecordingSettingsView:
    def __init__(self) -> None:
        self.model = ""
        self.own = False
        self.use = ContextUse()

    def set_model(self, label: str) -> None:
        self.model = label

    def mark_settings(self, own: bool) -> None:
        self.own = own

    def show_context(self, use: ContextUse) -> None:
        self.use = use


@pytest.fixture
def view() -> RecordingSettingsView:
    return RecordingSettingsView()


@pytest.fixture
def presenter(view: RecordingSettingsView, desk: Desk) -> ChatSettingsPresenter:
    repository = ChatSettingsRepository(desk.database)
    return ChatSettingsPresenter(view, desk.chat, desk.conversations, repository, desk.connections)


async def test_a_new_chat_takes_its_settings_and_keeps_them(
    desk: Desk, presenter: ChatSettingsPresenter, view: RecordingSettingsView
) -> None:
    await presenter.save(ChatSettings(system_prompt="Be brief.", max_tokens=3, temperature=0.0))
    assert view.own
    desk.own = presenter.settings
    await desk.presenter.send("Say hello.")
    await desk.work.finish()

    assert desk.view.last.finish_reason == "length"
    assert desk.presenter.current is not None
    stored = await desk.conversations.get(desk.presenter.current)
    assert stored is not None
    assert settings_of(stored) == presenter.settings
    presenter.show(stored)
    await presenter.refresh()
    assert view.use.tokens > 0

    await presenter.save(replace(presenter.settings, model="other"))
    stored = await desk.conversations.get(stored.id)
    assert stored is not None
    kept = settings_of(stored)
    assert (kept.system_prompt, kept.max_tokens, kept.model) == ("Be brief.", 3, "other")
    assert view.model == "other"
    assert not await presenter.choose_model("third")  # this run uses one model only


async def test_what_does_not_fit_is_left_out_and_said_in_the_answer(
    desk: Desk, presenter: ChatSettingsPresenter, view: RecordingSettingsView
) -> None:
    config = await desk.connections.config()
    assert config is not None
    desk.chat._windows._learned["127.0.0.1", config.model] = 200
    await desk.presenter.send("word " * 140)
    await desk.work.finish()
    assert not any("oldest" in warning for warning in desk.view.last.warnings)

    await desk.presenter.send("Say hello.")
    await desk.work.finish()

    [warning] = [each for each in desk.view.last.warnings if "oldest" in each]
    assert "not sent: the model reads 200 tokens" in warning
    presenter.show(desk.shown)
    await presenter.refresh()
    assert (view.use.window, view.use.cut > 0) == (200, True)


async def test_a_model_belongs_to_whom_it_was_chosen_from(desk: Desk) -> None:
    config = await desk.connections.config()
    assert config is not None
    own = ChatSettings(model="mine", source=source_of(config), temperature=1.5)

    assert own_model(config, own) == "mine"
    assert adjusted(config, own).temperature == 1.5
    elsewhere = replace(config, endpoint="https://example.com/v1")
    assert own_model(elsewhere, own) == config.model
    assert adjusted(elsewhere, own).temperature == 1.5


async def test_presets_are_named_settings(presenter: ChatSettingsPresenter) -> None:
    brief = ChatSettings(system_prompt="Be brief.", reasoning_effort="low")
    await presenter.save_preset("Brief", ChatSettings())
    await presenter.save_preset("Brief", brief)
    await presenter.save_preset("Another", ChatSettings(temperature=1.0))
    presets = await presenter.presets()

    assert [preset.name for preset in presets] == ["Another", "Brief"]
    assert presets[1].settings == brief
    await presenter.remove_preset(presets[0].id)
    assert len(await presenter.presets()) == 1


async def test_the_model_titles_the_first_exchange_and_never_the_users_title(desk: Desk) -> None:
    organising = OrganisingRepository(desk.database)
    wanted = False

    async def are_wanted() -> bool:
        return wanted

    titles = Titles(desk.conversations, organising, desk.connections, are_wanted)
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    conversation = desk.presenter.current
    assert conversation is not None

    assert await titles.make(conversation) is None
    wanted = True
    title = await titles.make(conversation)

    stored = await desk.conversations.get(conversation)
    assert stored is not None
    if title is None:  # a small model says no title at times; then the words stay
        assert (stored.title, stored.titled_by) == ("Say hello.", TitledBy.WORDS)
        assert await organising.set_model_title(conversation, "Greeting")
    else:
        assert (stored.title, stored.titled_by) == (title, TitledBy.MODEL)
    await organising.rename(conversation, "Mine")
    assert await titles.make(conversation) is None
    assert not await organising.set_model_title(conversation, "Theirs")
    stored = await desk.conversations.get(conversation)
    assert stored is not None
    assert stored.title == "Mine"
