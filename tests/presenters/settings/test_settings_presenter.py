"""What the settings window shows, saves and asks, over a real service and database."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.errors import KeyringLocked, NoKeyring
from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from desktop.storage.vault import KeyPlace
from tests.presenters.settings.desk import Desk, make_desk, save
from tests.services.settings_home import SettingsHome

OPENAI, ANTHROPIC, COMPATIBLE = LLMProvider
KEY = "sk-canary-0123456789abcdefWXYZ"
OTHER_KEY = "sk-ant-canary-9876543210fedcbaQRST"


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


async def test_a_slow_keyring_is_named_while_it_is_waited_for(
    home: SettingsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CompletionsChange(provider=COMPATIBLE, model="m", api_key=KEY)
    await home.service.update_completions(replace(change, endpoint="http://127.0.0.1:9/v1"))
    unseal = home.vault.unseal

    async def slow(token: str | None, *, slot: str, origin: str) -> str | None:
        await asyncio.sleep(0.1)
        return await unseal(token, slot=slot, origin=origin)

    monkeypatch.setattr(home.vault, "unseal", slow)
    desk = await make_desk(home, patience=0.02)

    assert desk.form.waited
    assert desk.form.ready
    assert desk.form.error is None
    assert desk.form.completions.key.hint == "WXYZ"
    desk.presenter.discard()


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
