"""What the settings window does next, over a real service, database and server."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import KeyringLocked, NoKeyring
from desktop.llm import LLMProvider
from desktop.presenters.settings import SettingsPresenter
from desktop.services.settings_values import CompletionsChange
from desktop.storage.vault import KeyPlace
from tests.presenters.model_server import ModelServer
from tests.presenters.settings_form import RecordingForm
from tests.services.settings_home import SettingsHome

OPENAI, ANTHROPIC, COMPATIBLE = LLMProvider
KEY = "sk-canary-0123456789abcdefWXYZ"
OTHER_KEY = "sk-ant-canary-9876543210fedcbaQRST"
SETTLE = 0.05


class Tasks:
    """Owns what the presenter starts; `settle` waits for it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        return task

    async def settle(self) -> None:
        while waiting := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(waiting, timeout=10)
        for task in self._tasks:
            assert task.cancelled() or task.exception() is None
        self._tasks.clear()


@dataclass
class Desk:
    """A presenter with its form, over a home of its own."""

    form: RecordingForm
    presenter: SettingsPresenter
    home: SettingsHome
    tasks: Tasks

    def type(self, **values: Any) -> None:
        """Type into the fields of completions."""
        self.form.completions.fields = replace(self.form.completions.fields, **values)
        if "api_key" in values or "remove_key" in values:
            self.presenter.completions_key_changed()
        if "endpoint" in values:
            self.presenter.completions_endpoint_changed()
        self.presenter.changed()

    def type_embeddings(self, **values: Any) -> None:
        """Type into the fields of embeddings."""
        self.form.embeddings.fields = replace(self.form.embeddings.fields, **values)
        if "api_key" in values:
            self.presenter.embeddings.key_changed()
        if "endpoint" in values:
            self.presenter.embeddings.endpoint_changed()
        if "same_key" in values:
            self.presenter.embeddings.same_key_chosen(values["same_key"])
        self.presenter.changed()

    def choose(self, provider: LLMProvider) -> None:
        """Choose a provider, as the combo box does: the other fields stand as they were."""
        self.form.completions.fields = replace(self.form.completions.fields, provider=provider)
        self.presenter.provider_chosen(provider)

    async def settle(self) -> None:
        """Wait until everything that was started has ended."""
        await self.tasks.settle()


async def make_desk(home: SettingsHome) -> Desk:
    form, tasks = RecordingForm(), Tasks()
    desk = Desk(form, SettingsPresenter(form, home.service, tasks, settle=SETTLE), home, tasks)
    await desk.presenter.load()
    return desk


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


@pytest.fixture
async def desk(home: SettingsHome) -> AsyncIterator[Desk]:
    desk = await make_desk(home)
    yield desk
    desk.presenter.discard()
    await desk.settle()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()


async def save(desk: Desk) -> None:
    desk.presenter.save()
    await desk.settle()


async def test_nothing_saved_is_an_empty_form_for_openai(desk: Desk) -> None:
    assert desk.form.ready
    assert desk.form.completions.fields.provider is OPENAI
    assert not desk.form.dirty
    assert desk.form.embeddings.fields.same_key
    assert desk.form.embeddings.reason == ""


async def test_what_is_saved_is_shown_masked(home: SettingsHome) -> None:
    change = CompletionsChange(provider=ANTHROPIC, model="claude-x", api_key=OTHER_KEY)
    await home.service.update_completions(replace(change, endpoint="http://127.0.0.1:9"))

    desk = await make_desk(home)

    completions = desk.form.completions
    assert completions.fields.provider is ANTHROPIC
    assert completions.fields.model == "claude-x"
    assert completions.fields.api_key == ""
    assert (completions.key.is_set, completions.key.hint) == (True, "QRST")
    assert "private file" in desk.form.place
    assert not desk.form.dirty
    desk.presenter.discard()


async def test_choosing_a_provider_clears_the_model(desk: Desk) -> None:
    desk.type(model="gpt-5")

    desk.choose(ANTHROPIC)

    assert desk.form.completions.fields == replace(
        desk.form.completions.fields, provider=ANTHROPIC, model="", api_key="", endpoint=""
    )


async def test_choosing_a_provider_shows_what_is_remembered_for_it(home: SettingsHome) -> None:
    openai = CompletionsChange(provider=OPENAI, model="gpt-5", api_key=KEY)
    await home.service.update_completions(replace(openai, endpoint="http://127.0.0.1:9/v1"))
    await home.service.update_completions(
        CompletionsChange(
            provider=ANTHROPIC, model="claude-x", api_key=OTHER_KEY, endpoint="http://127.0.0.1:9"
        )
    )
    desk = await make_desk(home)

    desk.choose(OPENAI)

    completions = desk.form.completions
    assert (completions.fields.model, completions.key.hint) == ("gpt-5", "WXYZ")
    assert completions.fields.endpoint == "http://127.0.0.1:9/v1"
    desk.presenter.discard()


async def test_what_was_typed_waits_while_another_provider_is_looked_at(desk: Desk) -> None:
    desk.choose(COMPATIBLE)
    desk.type(endpoint="http://127.0.0.1:9/v1", api_key="half-typed")

    desk.choose(ANTHROPIC)
    desk.choose(COMPATIBLE)

    fields = desk.form.completions.fields
    assert (fields.endpoint, fields.api_key) == ("http://127.0.0.1:9/v1", "half-typed")


async def test_typing_fetches_the_models_once_it_rests(desk: Desk, server: ModelServer) -> None:
    desk.choose(COMPATIBLE)
    server.key = "right"
    desk.type(endpoint=server.endpoint)
    for length in range(1, 6):
        desk.type(api_key="right"[:length])

    await desk.settle()

    assert desk.form.completions.models == ["alpha", "beta"]
    assert desk.form.completions.note.text == "2 models"
    assert server.keys_seen == ["right"]


async def test_a_newer_fetch_wins_over_a_slow_one(desk: Desk, server: ModelServer) -> None:
    slow = ModelServer(models=["old"], delay=1)
    await slow.start()
    desk.choose(COMPATIBLE)
    desk.type(endpoint=slow.endpoint)
    async with asyncio.timeout(5):
        while not slow.keys_seen:
            await asyncio.sleep(0.01)

    desk.type(endpoint=server.endpoint)
    await desk.settle()

    assert desk.form.completions.models == ["alpha", "beta"]
    await slow.stop()


async def test_a_failed_refresh_keeps_the_list_and_says_why(
    desk: Desk, server: ModelServer
) -> None:
    desk.choose(COMPATIBLE)
    desk.type(endpoint=server.endpoint)
    await desk.settle()

    server.key = "changed"
    desk.presenter.completions.refresh_models()
    await desk.settle()

    note = desk.form.completions.note
    assert desk.form.completions.models == ["alpha", "beta"]
    assert note.problem
    assert note.text.endswith("The list is the earlier one.")


async def test_the_saved_key_fetches_too_but_only_from_its_own_address(
    home: SettingsHome, server: ModelServer
) -> None:
    server.key = "saved-for-this-server"
    await home.service.update_completions(
        CompletionsChange(
            provider=COMPATIBLE, model="alpha", api_key=server.key, endpoint=server.endpoint
        )
    )
    stranger = ModelServer()
    await stranger.start()
    desk = await make_desk(home)
    await desk.settle()
    assert desk.form.completions.models == ["alpha", "beta"]

    desk.type(endpoint=stranger.endpoint)
    await desk.settle()

    assert not desk.form.completions.key.is_set
    assert "saved-for-this-server" not in stranger.keys_seen
    assert stranger.keys_seen
    desk.presenter.discard()
    await stranger.stop()


async def test_a_key_that_cannot_be_one_is_named_at_its_field(desk: Desk) -> None:
    desk.type(api_key="sk-two words")

    await desk.settle()

    assert "space" in desk.form.completions.problems["api_key"].message


@pytest.mark.parametrize(
    ("key", "offered", "server"),
    [
        ("sk-ant-api03-abc", ANTHROPIC, ""),
        ("sk-or-v1-abc", COMPATIBLE, "OpenRouter"),
        ("sk-proj-abc", None, ""),
        ("something", None, ""),
    ],
)
async def test_a_key_tells_whose_it_is(
    desk: Desk, key: str, offered: LLMProvider | None, server: str
) -> None:
    desk.type(api_key=key)

    completions = desk.form.completions
    assert completions.offered is offered
    if offered is not None:
        assert completions.offered_server == server


async def test_taking_the_offer_takes_the_key_along(desk: Desk) -> None:
    desk.type(api_key="sk-or-v1-abc")

    desk.presenter.offered_provider_chosen(COMPATIBLE)

    fields = desk.form.completions.fields
    assert (fields.provider, fields.api_key) == (COMPATIBLE, "sk-or-v1-abc")
    assert fields.endpoint == "https://openrouter.ai/api/v1"
    assert desk.form.completions.offered is None
    desk.choose(OPENAI)
    assert desk.form.completions.fields.api_key == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("127.0.0.1:9", "http://127.0.0.1:9/v1"),
        ("http://127.0.0.1:9/v1/chat/completions", "http://127.0.0.1:9/v1"),
        ("http://127.0.0.1:9/v1", ""),
        ("http:/", ""),
    ],
)
async def test_the_effective_address_is_shown(desk: Desk, typed: str, shown: str) -> None:
    desk.choose(COMPATIBLE)

    desk.type(endpoint=typed)

    assert desk.form.completions.address == (shown, "")


async def test_plain_http_to_the_internet_is_warned_of(desk: Desk) -> None:
    desk.choose(COMPATIBLE)

    desk.type(endpoint="http://api.example.com/v1")

    assert "not encrypted" in desk.form.completions.address[1]


async def test_the_local_model_is_offered_without_starting_it(desk: Desk) -> None:
    desk.choose(COMPATIBLE)

    desk.type(endpoint="local://smollm2-135m-instruct")
    await desk.settle()

    assert desk.form.completions.models == ["smollm2-135m-instruct"]
    assert desk.form.completions.problems == {}


async def test_saving_stores_and_closes(desk: Desk) -> None:
    desk.type(api_key=KEY, model="gpt-5", max_tokens=512, temperature=0.3)
    assert desk.form.dirty

    await save(desk)

    assert desk.form.finished == [True]
    assert not desk.form.dirty
    assert desk.form.completions.fields.api_key == ""
    assert desk.form.completions.key.hint == "WXYZ"
    view = (await desk.home.service.get()).completions
    assert view is not None
    assert (view.model, view.max_tokens, view.temperature) == ("gpt-5", 512, 0.3)


async def test_every_problem_stands_at_its_field_and_nothing_is_saved(desk: Desk) -> None:
    desk.choose(COMPATIBLE)
    desk.type_embeddings(model="text-embedding-3-small")

    await save(desk)

    assert set(desk.form.completions.problems) == {"endpoint", "model"}
    assert set(desk.form.embeddings.problems) == {"api_key"}
    assert desk.form.went_to_problem
    assert desk.form.finished == []
    assert await desk.home.row("llm", "completions_config") is None


async def test_embeddings_that_nobody_touched_are_not_saved(desk: Desk) -> None:
    desk.type(api_key=KEY, model="gpt-5")

    await save(desk)

    assert await desk.home.row("llm", "embeddings_config") is None


async def test_both_sections_are_saved_together_with_one_key(desk: Desk) -> None:
    desk.type(api_key=KEY, model="gpt-5")
    desk.type_embeddings(model="text-embedding-3-small")

    await save(desk)

    assert await desk.home.embeddings_key() == KEY
    assert desk.form.embeddings.fields.same_key


async def test_a_key_can_be_removed(home: SettingsHome) -> None:
    change = CompletionsChange(provider=COMPATIBLE, model="m", api_key=KEY)
    await home.service.update_completions(replace(change, endpoint="http://127.0.0.1:9/v1"))
    desk = await make_desk(home)

    desk.type(remove_key=True)
    await save(desk)

    assert not desk.form.completions.key.is_set
    assert await home.key_in_use() == ""


@pytest.mark.parametrize(
    ("provider", "why"), [(ANTHROPIC, "Anthropic offers no"), (COMPATIBLE, "not an OpenAI key")]
)
async def test_the_same_key_is_unavailable_with_a_reason(
    desk: Desk, provider: LLMProvider, why: str
) -> None:
    desk.choose(provider)
    assert not desk.form.embeddings.fields.same_key
    assert why in desk.form.embeddings.reason

    desk.choose(OPENAI)
    assert desk.form.embeddings.fields.same_key
    assert desk.form.embeddings.reason == ""


async def test_the_box_stays_unchecked_when_the_user_unchecked_it(desk: Desk) -> None:
    desk.type_embeddings(same_key=False)

    desk.choose(ANTHROPIC)
    desk.choose(OPENAI)

    assert not desk.form.embeddings.fields.same_key


async def test_another_gateway_needs_another_key(desk: Desk) -> None:
    desk.type_embeddings(endpoint="https://gateway.example/v1")

    assert not desk.form.embeddings.fields.same_key
    assert "own only" in desk.form.embeddings.reason


async def test_embedding_models_are_fetched_with_the_key_of_completions(
    desk: Desk, server: ModelServer
) -> None:
    server.models = ["text-embedding-3-small", "gpt-5"]
    server.key = KEY
    desk.type(endpoint=server.endpoint)
    desk.type_embeddings(endpoint=server.endpoint)
    assert desk.form.embeddings.fields.same_key

    desk.type(api_key=KEY)
    await desk.settle()

    assert "text-embedding-3-small" in desk.form.embeddings.models


async def test_without_a_keyring_the_user_chooses_and_then_it_is_saved(tmp_path: Path) -> None:
    home = await SettingsHome.open(tmp_path / "other", KeyPlace.KEYRING)
    desk = await make_desk(home)
    desk.type(api_key=KEY, model="gpt-5")

    await save(desk)
    assert isinstance(desk.form.asked_for_place, NoKeyring)
    assert desk.form.finished == []
    assert desk.form.completions.fields.api_key == KEY

    desk.presenter.choose_key_place(KeyPlace.PRIVATE_FILE)
    await desk.settle()
    assert desk.form.finished == [True]
    assert await home.key_in_use() == KEY
    await home.close()


async def test_what_belongs_to_no_field_is_shown_and_nothing_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*args: object, **values: object) -> str:
        raise KeyringLocked("The keyring is locked.", cure="Unlock it and save again.")

    desk.type(api_key=KEY, model="gpt-5")
    with monkeypatch.context() as patch:
        patch.setattr(desk.home.vault, "seal", locked)
        await save(desk)

    assert isinstance(desk.form.error, KeyringLocked)
    assert desk.form.completions.fields.api_key == KEY
    await save(desk)
    assert desk.form.finished == [True]


async def test_leaving_asks_when_something_is_not_saved(desk: Desk) -> None:
    desk.type(model="gpt-5")

    desk.presenter.leave()
    assert desk.form.asked_to_discard
    assert desk.form.finished == []

    desk.presenter.discard()
    assert desk.form.finished == [False]


async def test_leaving_unchanged_settings_asks_nothing(desk: Desk) -> None:
    desk.presenter.leave()

    assert desk.form.finished == [False]


async def test_the_test_shows_its_stages_and_a_report_without_the_key(
    desk: Desk, server: ModelServer
) -> None:
    server.key = "right-key-of-this-server"
    desk.choose(COMPATIBLE)
    desk.type(endpoint=server.endpoint, api_key="wrong-key-000000", model="alpha")

    desk.presenter.completions.test.start()
    await desk.settle()

    states = {name: stage.state for name, stage in desk.form.completions.stages.items()}
    assert states["address"] == "ok"
    assert states["connect"] == "ok"
    assert "failed" in states.values()
    assert not desk.form.completions.testing
    report = desk.presenter.completions.test.report()
    assert "API key: failed" in report
    assert "wrong-key-000000" not in report


async def test_a_test_can_be_cancelled(desk: Desk, server: ModelServer) -> None:
    server.delay = 30
    desk.choose(COMPATIBLE)
    desk.type(endpoint=server.endpoint, model="alpha")
    desk.presenter.completions.test.start()
    async with asyncio.timeout(5):
        while "connect" not in desk.form.completions.stages:
            await asyncio.sleep(0.01)

    desk.presenter.completions.test.cancel()
    async with asyncio.timeout(5):
        await asyncio.sleep(0.1)

    assert not desk.form.completions.testing
    assert "address" in desk.form.completions.stages
