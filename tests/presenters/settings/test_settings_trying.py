"""What the settings window does while one types: fetches, offers, tests; over a real server."""

import asyncio

import pytest

from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from tests.presenters.settings.desk import Desk, make_desk
from tests.presenters.settings.model_server import ModelServer
from tests.services.settings_home import SettingsHome

OPENAI, ANTHROPIC, COMPATIBLE = LLMProvider
KEY = "sk-canary-0123456789abcdefWXYZ"
OTHER_KEY = "sk-ant-canary-9876543210fedcbaQRST"


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
    async with asyncio.timeout(20):
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
    async with asyncio.timeout(20):
        while "connect" not in desk.form.completions.stages:
            await asyncio.sleep(0.01)

    desk.presenter.completions.test.cancel()
    await asyncio.sleep(0.1)

    assert not desk.form.completions.testing
    assert "address" in desk.form.completions.stages
