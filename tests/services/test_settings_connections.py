"""Trying connections before they are saved, over real servers on this computer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.core.errors import ErrorKind, InvalidSetting, LLMError
from desktop.llm.diagnosis import report
from desktop.llm.factory import LLMProvider
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange
from desktop.storage.vault import KeyPlace
from tests.presenters.settings.model_server import ModelServer
from tests.services.settings_home import SettingsHome

OPENAI, ANTHROPIC, COMPATIBLE = LLMProvider
KEY = "sk-canary-0123456789abcdefWXYZ"


@dataclass(frozen=True)
class Running:
    endpoint: str
    api_key: str
    model: str


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()


async def test_models_have_an_id_and_a_name(home: SettingsHome, server: ModelServer) -> None:
    models = await home.service.models(COMPATIBLE, "typed", server.endpoint)

    assert [model["id"] for model in models] == ["alpha", "beta"]
    assert all(model["display_name"] for model in models)
    assert server.keys_seen == ["typed"]


async def test_embedding_models_are_no_models_to_chat_with(
    home: SettingsHome, server: ModelServer
) -> None:
    server.models = ["gpt-5", "text-embedding-3-small"]

    chat = await home.service.models(OPENAI, KEY, server.endpoint)
    embeddings = await home.service.embedding_models(KEY, server.endpoint)

    assert "text-embedding-3-small" not in [model["id"] for model in chat]
    assert [model["id"] for model in embeddings] == ["text-embedding-3-small"]


async def test_without_a_key_the_saved_one_is_used_at_its_own_address_only(
    home: SettingsHome, server: ModelServer
) -> None:
    stranger = ModelServer()
    await stranger.start()
    await home.service.update_completions(
        CompletionsChange(provider=COMPATIBLE, model="alpha", api_key=KEY, endpoint=server.endpoint)
    )

    await home.service.models(COMPATIBLE, None, server.endpoint)
    await home.service.models(COMPATIBLE, None, stranger.endpoint)
    await home.service.models(COMPATIBLE, "", server.endpoint)

    await stranger.stop()
    assert server.keys_seen[0] == KEY
    assert KEY not in stranger.keys_seen
    assert KEY not in server.keys_seen[1:]


async def test_the_key_of_completions_serves_embeddings_when_it_is_the_same(
    home: SettingsHome, server: ModelServer
) -> None:
    await home.service.update_completions(
        CompletionsChange(provider=OPENAI, model="m", api_key=KEY, endpoint=server.endpoint)
    )

    await home.service.embedding_models(None, server.endpoint, same_key=True)

    assert server.keys_seen == [KEY]
    with pytest.raises(InvalidSetting):
        await home.service.embedding_models(None, server.endpoint)


async def test_embeddings_use_their_own_saved_key(home: SettingsHome, server: ModelServer) -> None:
    change = EmbeddingsChange(model="e", api_key=KEY, endpoint=server.endpoint)
    await home.service.update_embeddings(change)

    await home.service.embedding_models(None, server.endpoint)

    assert server.keys_seen == [KEY]


@pytest.mark.parametrize("provider", [OPENAI, ANTHROPIC])
async def test_without_any_key_nothing_is_asked(
    home: SettingsHome, server: ModelServer, provider: LLMProvider
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        await home.service.models(provider, None, server.endpoint)

    assert caught.value.field == "api_key"
    assert server.keys_seen == []


async def test_an_address_that_is_none_is_named(home: SettingsHome) -> None:
    with pytest.raises(InvalidSetting) as caught:
        await home.service.models(COMPATIBLE, None, "http:/nowhere")

    assert caught.value.field == "endpoint"


async def test_a_refused_key_is_told_apart_and_not_repeated(
    home: SettingsHome, server: ModelServer
) -> None:
    server.key = "another"

    with pytest.raises(LLMError) as caught:
        await home.service.models(OPENAI, KEY, server.endpoint)

    assert caught.value.kind is ErrorKind.AUTH
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value.__dict__)


async def test_the_local_model_is_started_for_its_list(tmp_path: Path, server: ModelServer) -> None:
    started: list[str] = []

    async def start(endpoint: str) -> Running:
        started.append(endpoint)
        return Running(server.endpoint, "key-of-this-run", "alpha")

    home = await SettingsHome.open(tmp_path / "other", KeyPlace.PRIVATE_FILE, local=start)
    models = await home.service.models(COMPATIBLE, None, "local://alpha")
    await home.close()

    assert started == ["local://alpha"]
    assert server.keys_seen == ["key-of-this-run"]
    assert models


async def test_a_test_tells_each_stage_and_keeps_the_key_to_itself(
    home: SettingsHome, server: ModelServer
) -> None:
    stages = [stage async for stage in home.service.test(OPENAI, KEY, "alpha", server.endpoint)]

    ended = {str(stage.name): stage for stage in stages if stage.state != "running"}
    assert ended["connect"].state == "ok"
    failed = [stage for stage in ended.values() if stage.state == "failed"]
    assert len(failed) == 1
    assert failed[0].cause
    assert KEY not in report(stages)


async def test_a_test_of_nothing_says_what_is_missing(home: SettingsHome) -> None:
    stages = [stage async for stage in home.service.test(COMPATIBLE, None, "", None)]

    (failed,) = [stage for stage in stages if stage.state == "failed"]
    assert failed.title == "Address"
    assert "missing" in failed.cause


async def test_embeddings_are_tested_too(home: SettingsHome, server: ModelServer) -> None:
    stages = home.service.test_embeddings(KEY, "text-embedding-3-small", server.endpoint)

    states = {str(stage.name): stage.state async for stage in stages}

    assert states["connect"] == "ok"
    assert "failed" in states.values()
