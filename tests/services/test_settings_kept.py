"""That nothing sealed and nothing of another version is lost, whatever is saved over it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import VaultError
from desktop.llm.factory import LLMProvider
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange, KeyAction
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import KeyPlace, Vault
from tests.services.settings_home import SettingsHome, no_local_model

OPENAI, ANTHROPIC, COMPATIBLE = LLMProvider
KEY = "sk-canary-0123456789abcdefWXYZ"
SESSION_KEY = "sk-canary-for-this-session-only"
SERVER = "https://one.example/v1"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


def openai(key: str | KeyAction = KeyAction.KEEP, model: str = "gpt-5") -> CompletionsChange:
    return CompletionsChange(provider=OPENAI, model=model, api_key=key)


async def tokens(home: SettingsHome) -> list[Any]:
    rows = [
        await home.row("llm", "completions_config"),
        await home.row("llm", "embeddings_config"),
        await home.row("llm_provider", "openai"),
    ]
    return [row["api_key_encrypted"] for row in rows if row is not None]


def restarted(home: SettingsHome) -> SettingsHome:
    vault = Vault(home.paths)
    vault.attach(home.database)
    return SettingsHome(home.paths, home.database, vault)


async def save_both(home: SettingsHome) -> None:
    embeddings = EmbeddingsChange(model="text-embedding-3-small", same_key=True)
    await home.service.update(completions=openai(KEY), embeddings=embeddings)


async def test_a_key_for_this_session_leaves_what_is_sealed(home: SettingsHome) -> None:
    await save_both(home)
    before = await tokens(home)
    await home.service.choose_key_place(KeyPlace.SESSION)

    embeddings = EmbeddingsChange(model="text-embedding-3-large", same_key=True)
    await home.service.update(completions=openai(SESSION_KEY), embeddings=embeddings)

    assert len(before) == 3
    assert await tokens(home) == before
    assert await home.key_in_use() == SESSION_KEY
    assert await home.embeddings_key() == SESSION_KEY
    view = (await restarted(home).service.get()).completions
    assert view is not None
    assert view.key_hint == KEY[-4:]


async def test_other_values_saved_in_a_session_leave_what_is_sealed(home: SettingsHome) -> None:
    await save_both(home)
    before = await tokens(home)
    await home.service.choose_key_place(KeyPlace.SESSION)

    await home.service.update_completions(openai(model="gpt-5-mini"))
    await home.service.update_completions(openai(SESSION_KEY))
    await home.service.update_completions(openai(model="gpt-5"))

    assert await tokens(home) == before
    assert await home.key_in_use() == SESSION_KEY


async def test_only_the_user_removes_what_is_sealed(home: SettingsHome) -> None:
    await home.service.update_completions(openai(KEY))
    await home.service.choose_key_place(KeyPlace.SESSION)
    await home.service.update_completions(openai(SESSION_KEY))

    await home.service.update_completions(openai(KeyAction.REMOVE))

    assert await tokens(home) == [None, None]
    assert await home.key_in_use() == ""


async def test_a_sealed_key_serves_its_server_while_another_has_one_for_the_session(
    home: SettingsHome,
) -> None:
    sealed = CompletionsChange(provider=COMPATIBLE, model="m", endpoint=SERVER, api_key=KEY)
    other = CompletionsChange(
        provider=COMPATIBLE, model="m", endpoint="https://two.example/v1", api_key=SESSION_KEY
    )
    await home.service.update_completions(sealed)
    await home.service.choose_key_place(KeyPlace.SESSION)
    await home.service.update_completions(other)

    await home.service.update_completions(
        CompletionsChange(provider=COMPATIBLE, model="m", endpoint=SERVER)
    )

    assert await home.key_in_use() == KEY


async def test_keys_of_the_session_are_sealed_once_there_is_a_place(tmp_path: Path) -> None:
    home = await SettingsHome.open(tmp_path / "other", KeyPlace.SESSION)
    await save_both(home)
    assert await tokens(home) == [None, None, None]
    assert "session" in (await home.service.get()).key_place

    await home.service.choose_key_place(KeyPlace.PRIVATE_FILE)

    assert all(token.startswith("gAAA") for token in await tokens(home))
    again = restarted(home)
    view = await again.service.get()
    assert view.completions is not None
    assert view.embeddings is not None
    assert (view.completions.key_hint, view.embeddings.same_key) == (KEY[-4:], True)
    assert view.remembered[OPENAI][0].key_hint == KEY[-4:]
    assert str(home.paths.key_file) in view.key_place
    await home.close()


async def test_a_sealed_key_gives_way_to_that_of_the_session(home: SettingsHome) -> None:
    await home.service.update_completions(openai(KEY))
    await home.service.choose_key_place(KeyPlace.SESSION)
    await home.service.update_completions(openai(SESSION_KEY))

    await home.service.choose_key_place(KeyPlace.PRIVATE_FILE)

    view = (await restarted(home).service.get()).completions
    assert view is not None
    assert view.key_hint == SESSION_KEY[-4:]


async def test_a_place_that_cannot_be_had_costs_no_key(home: SettingsHome) -> None:
    await home.service.update_completions(openai(KEY))
    await home.service.choose_key_place(KeyPlace.SESSION)
    await home.service.update_completions(openai(SESSION_KEY))

    with pytest.raises(VaultError, match="no keyring"):
        await home.service.choose_key_place(KeyPlace.KEYRING)

    assert await home.key_in_use() == SESSION_KEY
    assert "session" in (await home.service.get()).key_place


async def test_a_key_of_the_session_survives_a_write_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await SettingsHome.open(tmp_path / "other", KeyPlace.SESSION)
    await home.service.update_completions(openai(SESSION_KEY))
    put = SystemConfigRepository.put

    async def failing(self: SystemConfigRepository, category: str, key: str, value: Any) -> None:
        if category == "llm":
            raise OSError("the disk went away")
        await put(self, category, key, value)

    with monkeypatch.context() as patch:
        patch.setattr(SystemConfigRepository, "put", failing)
        with pytest.raises(OSError, match="the disk went away"):
            await home.service.choose_key_place(KeyPlace.PRIVATE_FILE)

    assert await home.key_in_use() == SESSION_KEY
    await home.close()


async def test_there_is_no_keyring_to_offer_here(home: SettingsHome) -> None:
    assert not await home.service.has_keyring()


async def put(home: SettingsHome, category: str, key: str, value: dict[str, Any]) -> None:
    """Store `value` as another version does, which has a master key."""
    await home.service.update_completions(
        CompletionsChange(provider=ANTHROPIC, model="claude-x", api_key=KEY)
    )
    async with home.database.write() as session:
        await SystemConfigRepository(session).put(category, key, value)


NEWER = {"provider": "openai", "api_key_encrypted": {"v": 2, "token": "gAAAAnewer"}, "v": 2}
ODD = {"provider": ["oracle"], "api_key_encrypted": "gAAAAodd"}


async def test_what_another_version_remembered_is_kept_as_it_is(home: SettingsHome) -> None:
    others = [ODD, "gAAAAbare", {"provider": "openai", "endpoint": SERVER, "reach": "far"}]
    await put(home, "llm_provider", "openai", {**NEWER, "others": others})

    await home.service.update_completions(openai(KEY))
    await home.service.update_completions(openai(model="gpt-5-mini"))

    row = await home.row("llm_provider", "openai")
    assert row is not None
    assert row["model"] == "gpt-5-mini"
    kept = [entry for entry in row["others"] if entry in (NEWER, ODD, "gAAAAbare")]
    assert len(kept) == 3
    (read,) = [entry for entry in row["others"] if entry not in kept]
    assert (read["endpoint"], read["reach"]) == (SERVER, "far")


async def test_others_that_are_no_list_are_kept(home: SettingsHome) -> None:
    await put(home, "llm_provider", "openai", {"others": {"far": "gAAAAfar"}})

    await home.service.update_completions(openai(KEY))

    row = await home.row("llm_provider", "openai")
    assert row is not None
    assert row["others"] == [{"far": "gAAAAfar"}]


@pytest.mark.parametrize("value", [NEWER, ODD])
async def test_completions_of_another_version_are_kept_beside(
    home: SettingsHome, value: dict[str, Any]
) -> None:
    await put(home, "llm", "completions_config", value)

    await home.service.update_completions(openai(KEY))
    await home.service.update_completions(openai(model="gpt-5-mini"))

    row = await home.row("llm_provider", "openai")
    assert row is not None
    assert row["others"] == [value]
    assert await home.key_in_use() == KEY


async def test_embeddings_of_another_version_are_kept_beside(home: SettingsHome) -> None:
    await put(home, "llm", "embeddings_config", NEWER)

    for model in ("text-embedding-3-small", "text-embedding-3-large"):
        await home.service.update_embeddings(EmbeddingsChange(model=model, api_key=KEY))

    row = await home.row("llm", "embeddings_config")
    assert row is not None
    assert (row["model"], row["others"]) == ("text-embedding-3-large", [NEWER])
    assert await home.embeddings_key() == KEY


async def test_saving_without_a_change_of_keys_needs_no_vault(home: SettingsHome) -> None:
    await home.service.update_completions(openai(KEY))
    hidden = home.paths.key_file.rename(home.paths.key_file.with_suffix(".away"))
    locked = SettingsService(home.database, restarted(home).vault, local=no_local_model)

    await locked.update_completions(openai(model="gpt-5-mini"))

    hidden.rename(home.paths.key_file)
    assert await home.key_in_use() == KEY


async def test_settings_are_shown_though_a_newer_version_keeps_the_keys(
    home: SettingsHome,
) -> None:
    await home.service.update_completions(openai(KEY))
    await put(home, "vault", "master", {"v": 9, "place": "moon", "key": None})

    view = (await restarted(home).service.get()).completions

    assert view is not None
    assert (view.model, view.api_key_set) == ("claude-x", True)
    assert view.key.problem is not None


async def test_what_the_window_does_not_show_stays_with_its_connection(home: SettingsHome) -> None:
    change = CompletionsChange(
        provider=LLMProvider.OPENAI_COMPATIBLE, model="m", endpoint="https://one.example/v1"
    )
    await home.service.update_completions(change)
    row = await home.row("llm", "completions_config")
    assert row is not None
    async with home.database.write() as session:
        repository = SystemConfigRepository(session)
        await repository.put("llm", "completions_config", {**row, "verbosity": "low"})

    await home.service.update_completions(replace(change, model="n"))
    same = await home.row("llm", "completions_config")
    await home.service.update_completions(replace(change, endpoint="https://two.example/v1"))
    other = await home.row("llm", "completions_config")

    assert same == {**row, "verbosity": "low", "model": "n"}
    assert other is not None
    assert "verbosity" not in other
