"""What is saved, how it lies in the database, and that no key is lost or leaked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import InvalidSetting, KeyringLocked, NoKeyring
from desktop.llm.factory import LLMProvider
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange, KeyAction
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import KeyPlace, Vault
from tests.services.settings_home import SettingsHome, no_local_model

OPENAI, ANTHROPIC, COMPATIBLE = LLMProvider
KEY = "sk-canary-0123456789abcdefWXYZ"
OTHER_KEY = "sk-ant-canary-9876543210fedcbaQRST"
SERVER = "https://one.example/v1"
OTHER_SERVER = "https://two.example/v1"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


def openai(**values: Any) -> CompletionsChange:
    return replace(CompletionsChange(provider=OPENAI, model="gpt-5"), **values)


def anthropic(**values: Any) -> CompletionsChange:
    return replace(CompletionsChange(provider=ANTHROPIC, model="claude-sonnet-5"), **values)


def compatible(endpoint: str, **values: Any) -> CompletionsChange:
    change = CompletionsChange(provider=COMPATIBLE, model="m", endpoint=endpoint)
    return replace(change, **values)


async def test_the_row_has_exactly_the_shape_that_others_rely_on(home: SettingsHome) -> None:
    await home.service.update_completions(openai(api_key=KEY, max_tokens=1000, temperature=0.5))

    row = await home.row("llm", "completions_config")

    assert row is not None
    assert row.pop("api_key_encrypted").startswith("gAAA")
    assert row == {
        "provider": "openai",
        "model": "gpt-5",
        "endpoint": None,
        "max_tokens": 1000,
        "temperature": 0.5,
    }


async def test_the_embeddings_row_has_exactly_the_shape_that_others_rely_on(
    home: SettingsHome,
) -> None:
    await home.service.update_embeddings(
        EmbeddingsChange(model="text-embedding-3-small", api_key=KEY)
    )

    row = await home.row("llm", "embeddings_config")

    assert row is not None
    assert row.pop("api_key_encrypted").startswith("gAAA")
    assert row == {"model": "text-embedding-3-small", "endpoint": None}


async def test_a_view_masks_the_key(home: SettingsHome) -> None:
    await home.service.update_completions(openai(api_key=KEY))

    view = await home.service.get()

    assert view.completions is not None
    assert view.completions.api_key_set
    assert view.completions.key_hint == "WXYZ"
    assert KEY not in repr(view)
    assert str(home.paths.key_file) in view.key_place


async def test_four_characters_of_a_short_key_would_give_too_much_away(home: SettingsHome) -> None:
    await home.service.update_completions(compatible(SERVER, api_key="secret"))

    view = (await home.service.get()).completions

    assert view is not None
    assert (view.api_key_set, view.key_hint) == (True, "")


async def test_no_file_contains_the_bytes_of_a_key(home: SettingsHome) -> None:
    await home.service.update(
        completions=openai(api_key=KEY),
        embeddings=EmbeddingsChange(model="text-embedding-3-small", same_key=True),
    )
    await home.service.update_completions(anthropic(api_key=OTHER_KEY))
    await home.close()

    files = [path for path in home.paths.data.rglob("*") if path.is_file()]

    assert home.paths.database in files
    for path in files:
        content = path.read_bytes()
        assert KEY.encode() not in content, path
        assert OTHER_KEY.encode() not in content, path


async def test_an_absent_key_means_unchanged(home: SettingsHome) -> None:
    await home.service.update_completions(openai(api_key=KEY))

    await home.service.update_completions(openai(model="gpt-5-mini"))

    assert await home.key_in_use() == KEY


async def test_other_settings_can_be_saved_while_the_key_cannot_be_opened(
    home: SettingsHome,
) -> None:
    await home.service.update_completions(openai(api_key=KEY))
    hidden = home.paths.key_file.rename(home.paths.key_file.with_suffix(".away"))
    locked = SettingsService(home.database, reopened(home), local=no_local_model)

    await locked.update_completions(openai(model="gpt-5-mini"))

    view = (await locked.get()).completions
    hidden.rename(home.paths.key_file)
    assert view is not None
    assert view.model == "gpt-5-mini"
    assert view.api_key_set
    assert view.key.problem is not None
    assert await home.key_in_use() == KEY


def reopened(home: SettingsHome) -> Vault:
    vault = Vault(home.paths, place=KeyPlace.PRIVATE_FILE)
    vault.attach(home.database)
    return vault


async def test_what_is_pasted_around_a_key_is_taken_off(home: SettingsHome) -> None:
    await home.service.update_completions(openai(api_key=f' "Bearer {KEY}"\n'))

    assert await home.key_in_use() == KEY


async def test_switching_providers_back_and_forth_loses_nothing(home: SettingsHome) -> None:
    await home.service.update_completions(openai(api_key=KEY, temperature=0.2))
    await home.service.update_completions(anthropic(api_key=OTHER_KEY))
    await home.service.update_completions(compatible(SERVER, api_key=KeyAction.REMOVE))

    remembered = (await home.service.get()).remembered
    assert [view.model for view in remembered[OPENAI]] == ["gpt-5"]
    assert remembered[OPENAI][0].temperature == 0.2
    assert remembered[ANTHROPIC][0].key_hint == "QRST"
    assert remembered[COMPATIBLE][0].endpoint == SERVER

    await home.service.update_completions(openai())
    assert await home.key_in_use() == KEY
    await home.service.update_completions(anthropic())
    assert await home.key_in_use() == OTHER_KEY


async def test_compatible_servers_keep_a_key_each(home: SettingsHome) -> None:
    await home.service.update_completions(compatible(SERVER, api_key=KEY))
    await home.service.update_completions(compatible(OTHER_SERVER, api_key=OTHER_KEY))

    await home.service.update_completions(compatible(SERVER))

    assert await home.key_in_use() == KEY
    views = (await home.service.get()).remembered[COMPATIBLE]
    assert [(view.endpoint, view.key_hint) for view in views] == [
        (SERVER, "WXYZ"),
        (OTHER_SERVER, "QRST"),
    ]


async def test_the_local_model_needs_no_key_and_costs_no_other(home: SettingsHome) -> None:
    await home.service.update_completions(compatible(SERVER, api_key=KEY))

    await home.service.update_completions(compatible("local://smollm2-135m-instruct"))

    row = await home.row("llm", "completions_config")
    assert row is not None
    assert row["endpoint"] == "local://smollm2-135m-instruct"
    assert row["api_key_encrypted"] is None
    await home.service.update_completions(compatible(SERVER))
    assert await home.key_in_use() == KEY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (compatible(SERVER), compatible(OTHER_SERVER)),
        (openai(), openai(endpoint="https://gateway.example/v1")),
        (anthropic(endpoint="https://gateway.example"), anthropic()),
    ],
    ids=["server", "to a gateway", "from a gateway"],
)
async def test_a_key_is_not_sent_to_another_address(
    home: SettingsHome, before: CompletionsChange, after: CompletionsChange
) -> None:
    await home.service.update_completions(replace(before, api_key=KEY))

    with pytest.raises(InvalidSetting, match="goes nowhere else") as caught:
        await home.service.update_completions(after)

    assert caught.value.field == "api_key"
    assert await home.key_in_use() == KEY
    await home.service.update_completions(replace(after, api_key=OTHER_KEY))
    assert await home.key_in_use() == OTHER_KEY


async def test_a_server_without_a_key_stays_so_when_another_has_one(home: SettingsHome) -> None:
    await home.service.update_completions(compatible(SERVER, api_key=KEY))
    await home.service.update_completions(compatible(OTHER_SERVER, api_key=KeyAction.REMOVE))

    await home.service.update_completions(compatible(OTHER_SERVER, model="another"))

    assert await home.key_in_use() == ""


async def test_a_keyring_that_does_not_open_is_asked_once(
    home: SettingsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.service.update_completions(anthropic(api_key=OTHER_KEY))
    await home.service.update_completions(openai(api_key=KEY))
    asked: list[str] = []

    async def locked(token: str | None, *, slot: str, origin: str) -> str:
        asked.append(slot)
        raise KeyringLocked("The keyring is locked.", cure="Unlock it.")

    with monkeypatch.context() as patch:
        patch.setattr(home.vault, "unseal", locked)
        view = await home.service.get()

    assert len(asked) == 1
    assert view.completions is not None
    assert isinstance(view.completions.key.problem, KeyringLocked)
    assert view.key_place == ""


async def test_another_path_on_the_same_server_keeps_the_key(home: SettingsHome) -> None:
    await home.service.update_completions(compatible("https://one.example/v1", api_key=KEY))

    await home.service.update_completions(compatible("https://one.example/v2"))

    assert await home.key_in_use() == KEY


async def test_the_providers_own_address_is_stored_as_none(home: SettingsHome) -> None:
    change = openai(api_key=KEY, endpoint="https://api.openai.com/v1/chat/completions")
    await home.service.update_completions(change)

    row = await home.row("llm", "completions_config")

    assert row is not None
    assert row["endpoint"] is None


async def test_a_key_can_be_removed(home: SettingsHome) -> None:
    await home.service.update_completions(openai(api_key=KEY))

    await home.service.update_completions(openai(api_key=KeyAction.REMOVE))

    view = await home.service.get()
    assert view.completions is not None
    assert not view.completions.api_key_set
    assert not view.remembered[OPENAI][0].api_key_set


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (openai(), "api_key"),
        (openai(api_key="sk-with space-inside"), "api_key"),
        (openai(api_key="sk-\u043f\u0440\u0438\u0432\u0435\u0442"), "api_key"),
        (openai(api_key=KEY, model="  "), "model"),
        (openai(api_key=KEY, model="a\nb"), "model"),
        (openai(api_key=KEY, endpoint="http://"), "endpoint"),
        (openai(api_key=KEY, max_tokens=0), "max_tokens"),
        (openai(api_key=KEY, temperature=2.5), "temperature"),
        (compatible(""), "endpoint"),
        (compatible("ftp://one.example"), "endpoint"),
    ],
)
async def test_what_cannot_be_used_is_named_and_nothing_is_saved(
    home: SettingsHome, change: CompletionsChange, field: str
) -> None:
    embeddings = EmbeddingsChange(model="text-embedding-3-small", api_key=KEY)

    with pytest.raises(InvalidSetting) as caught:
        await home.service.update(completions=change, embeddings=embeddings)

    assert caught.value.field == field
    assert await home.row("llm", "completions_config") is None
    assert await home.row("llm", "embeddings_config") is None
    assert await home.row("llm_provider", str(change.provider)) is None


async def test_a_problem_with_embeddings_saves_no_completions_either(home: SettingsHome) -> None:
    with pytest.raises(InvalidSetting) as caught:
        await home.service.update(
            completions=openai(api_key=KEY), embeddings=EmbeddingsChange(model="", api_key=KEY)
        )

    assert caught.value.field == "embeddings.model"
    assert await home.row("llm", "completions_config") is None


async def test_all_problems_are_told_at_once(home: SettingsHome) -> None:
    problems = await home.service.problems(
        completions=compatible("", model="", api_key="two words"),
        embeddings=EmbeddingsChange(model="", api_key="drei W\u00f6rter"),
    )

    assert [problem.field for problem in problems] == [
        "api_key",
        "endpoint",
        "model",
        "embeddings.api_key",
        "embeddings.model",
    ]


async def test_a_write_that_fails_changes_no_row(
    home: SettingsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.service.update_completions(openai(api_key=KEY))
    before = await home.row("llm", "completions_config")
    put = SystemConfigRepository.put

    async def failing(self: SystemConfigRepository, category: str, key: str, value: Any) -> None:
        await put(self, category, key, value)
        if category == "llm_provider":
            raise OSError("the disk went away")

    monkeypatch.setattr(SystemConfigRepository, "put", failing)
    with pytest.raises(OSError, match="the disk went away"):
        await home.service.update_completions(openai(api_key=OTHER_KEY))

    assert await home.row("llm", "completions_config") == before
    assert await home.key_in_use() == KEY


async def test_without_a_keyring_the_user_is_asked_and_nothing_is_saved(tmp_path: Path) -> None:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.KEYRING)

    with pytest.raises(NoKeyring):
        await home.service.update_completions(openai(api_key=KEY))

    assert await home.row("llm", "completions_config") is None
    await home.service.choose_key_place(KeyPlace.PRIVATE_FILE)
    await home.service.update_completions(openai(api_key=KEY))
    assert await home.key_in_use() == KEY
    await home.close()


async def test_a_key_for_this_session_is_on_no_disk_and_gone_after(tmp_path: Path) -> None:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.SESSION)
    await home.service.update_completions(openai(api_key=KEY))

    view = (await home.service.get()).completions
    row = await home.row("llm", "completions_config")

    assert view is not None
    assert row is not None
    assert (view.api_key_set, view.key_hint) == (True, "WXYZ")
    assert row["api_key_encrypted"] is None
    await home.service.update_completions(openai(model="gpt-5-mini"))
    assert await home.key_in_use() == KEY
    await home.service.update_completions(openai(api_key=KeyAction.REMOVE))
    assert await home.key_in_use() == ""
    await home.close()


async def test_a_row_of_another_version_counts_as_none(home: SettingsHome) -> None:
    async with home.database.write() as session:
        repository = SystemConfigRepository(session)
        await repository.put("llm", "completions_config", {"provider": "oracle", "model": 7})
        await repository.put("llm_provider", "openai", {"others": "many"})

    view = await home.service.get()

    assert view.completions is None
    assert view.remembered[OPENAI] == ()


async def test_the_apps_own_settings_are_kept_beside(home: SettingsHome) -> None:
    assert await home.service.app("window") == {}

    await home.service.set_app("window", {"theme": "dark"})

    assert await home.service.app("window") == {"theme": "dark"}
