"""Embeddings: a key of their own, or that of completions where it is one of OpenAI's."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import InvalidSetting
from desktop.llm.factory import LLMProvider
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange, KeyAction
from desktop.storage.vault import KeyPlace
from tests.services.settings_home import SettingsHome

KEY = "sk-canary-0123456789abcdefWXYZ"
OTHER_KEY = "sk-canary-9876543210fedcbaQRST"
MODEL = "text-embedding-3-small"
GATEWAY = "https://gateway.example/v1"
SHARED = EmbeddingsChange(model=MODEL, same_key=True)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


def completions(provider: LLMProvider = LLMProvider.OPENAI, **values: Any) -> CompletionsChange:
    return CompletionsChange(provider=provider, model="m", **values)


async def test_the_same_key_is_shared(home: SettingsHome) -> None:
    await home.service.update(completions=completions(api_key=KEY), embeddings=SHARED)

    view = (await home.service.get()).embeddings

    assert await home.embeddings_key() == KEY
    assert view is not None
    assert (view.same_key, view.key_hint, view.model) == (True, "WXYZ", MODEL)


async def test_a_key_saved_before_can_be_shared_later(home: SettingsHome) -> None:
    await home.service.update_completions(completions(api_key=KEY))

    await home.service.update_embeddings(SHARED)

    assert await home.embeddings_key() == KEY


async def test_a_shared_key_follows_when_it_is_replaced(home: SettingsHome) -> None:
    await home.service.update(completions=completions(api_key=KEY), embeddings=SHARED)

    await home.service.update_completions(completions(api_key=OTHER_KEY))

    assert await home.embeddings_key() == OTHER_KEY


async def test_a_shared_key_is_removed_everywhere(home: SettingsHome) -> None:
    await home.service.update(completions=completions(api_key=KEY), embeddings=SHARED)

    await home.service.update_completions(completions(api_key=KeyAction.REMOVE))

    assert await home.embeddings_key() == ""


async def test_an_own_key_stays_when_that_of_completions_changes(home: SettingsHome) -> None:
    own = EmbeddingsChange(model=MODEL, api_key=OTHER_KEY)
    await home.service.update(completions=completions(api_key=KEY), embeddings=own)

    await home.service.update_completions(completions(api_key=KEY + "new"))

    assert await home.embeddings_key() == OTHER_KEY
    view = (await home.service.get()).embeddings
    assert view is not None
    assert not view.same_key


async def test_embeddings_go_on_when_completions_move_to_another_provider(
    home: SettingsHome,
) -> None:
    await home.service.update(completions=completions(api_key=KEY), embeddings=SHARED)

    await home.service.update_completions(completions(LLMProvider.ANTHROPIC, api_key=OTHER_KEY))

    view = (await home.service.get()).embeddings
    assert await home.embeddings_key() == KEY
    assert view is not None
    assert (view.same_key, view.api_key_set) == (False, True)


@pytest.mark.parametrize(
    ("change", "embeddings"),
    [
        (completions(LLMProvider.ANTHROPIC, api_key=KEY), SHARED),
        (
            completions(LLMProvider.OPENAI_COMPATIBLE, api_key=KEY, endpoint="localhost:8080"),
            SHARED,
        ),
        (
            completions(api_key=KEY),
            EmbeddingsChange(model=MODEL, same_key=True, endpoint=GATEWAY),
        ),
        (completions(api_key=KeyAction.REMOVE), SHARED),
    ],
    ids=["anthropic", "compatible", "another address", "no key"],
)
async def test_a_key_that_is_not_openais_is_not_shared(
    home: SettingsHome, change: CompletionsChange, embeddings: EmbeddingsChange
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        await home.service.update(completions=change, embeddings=embeddings)

    assert caught.value.field == "embeddings.same_key"
    assert await home.row("llm", "embeddings_config") is None
    assert await home.row("llm", "completions_config") is None


async def test_a_shared_key_goes_through_the_same_gateway(home: SettingsHome) -> None:
    await home.service.update(
        completions=completions(api_key=KEY, endpoint=GATEWAY),
        embeddings=EmbeddingsChange(model=MODEL, same_key=True, endpoint=GATEWAY),
    )

    assert await home.embeddings_key() == KEY


async def test_a_key_is_needed(home: SettingsHome) -> None:
    with pytest.raises(InvalidSetting) as caught:
        await home.service.update_embeddings(EmbeddingsChange(model=MODEL))

    assert caught.value.field == "embeddings.api_key"


async def test_the_key_of_embeddings_is_not_sent_to_another_address(home: SettingsHome) -> None:
    await home.service.update_embeddings(EmbeddingsChange(model=MODEL, api_key=KEY))

    with pytest.raises(InvalidSetting, match="goes nowhere else") as caught:
        await home.service.update_embeddings(EmbeddingsChange(model=MODEL, endpoint=GATEWAY))

    assert caught.value.field == "embeddings.api_key"


async def test_an_absent_key_means_unchanged(home: SettingsHome) -> None:
    await home.service.update_embeddings(EmbeddingsChange(model=MODEL, api_key=KEY))

    await home.service.update_embeddings(EmbeddingsChange(model="text-embedding-3-large"))

    row = await home.row("llm", "embeddings_config")
    assert row is not None
    assert row["model"] == "text-embedding-3-large"
    assert await home.embeddings_key() == KEY


async def test_the_key_can_be_removed(home: SettingsHome) -> None:
    await home.service.update_embeddings(EmbeddingsChange(model=MODEL, api_key=KEY))

    await home.service.update_embeddings(EmbeddingsChange(model=MODEL, api_key=KeyAction.REMOVE))

    assert await home.embeddings_key() == ""
