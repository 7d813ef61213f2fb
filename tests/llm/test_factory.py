"""From stored rows and sealed keys to configurations."""

import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import desktop.llm
from desktop.core.errors import InvalidSetting, NotConfigured, SecretMoved
from desktop.llm import (
    CompletionsConfig,
    EmbeddingsConfig,
    LLMProvider,
    get_completions_config,
    get_embeddings_config,
    get_llm_client,
)
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import KeyPlace, Vault

OPENAI = "https://api.openai.com"
GATEWAY = "https://gateway.example.com"
KEY = "sk-proj-0123456789"


class Stored:
    """A real database with a real vault, whose master key is a file."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def completions(self, *, sealed_for: str | None = OPENAI, **changes: Any) -> None:
        row = {
            "provider": "openai",
            "model": "gpt-6-sol",
            "endpoint": None,
            "max_tokens": 4096,
            "temperature": 0.7,
            **changes,
        }
        await self._put("completions_config", row, sealed_for)

    async def embeddings(self, *, sealed_for: str | None = None, **changes: Any) -> None:
        await self._put("embeddings_config", {"model": "embed", **changes}, sealed_for)

    async def _put(self, key: str, row: dict[str, Any], sealed_for: str | None) -> None:
        if sealed_for and "api_key_encrypted" not in row:
            token = await self._vault.seal(KEY, slot=f"llm/{key}", origin=sealed_for)
            row["api_key_encrypted"] = token
        async with self._database.write() as session:
            await SystemConfigRepository(session).put("llm", key, row)

    async def row(self, key: str) -> dict[str, Any]:
        async with self._database.read() as session:
            return await SystemConfigRepository(session).get("llm", key) or {}

    async def completions_config(self) -> CompletionsConfig | None:
        async with self._database.read() as session:
            return await get_completions_config(session)

    async def embeddings_config(self) -> EmbeddingsConfig | None:
        async with self._database.read() as session:
            return await get_embeddings_config(session)


@pytest_asyncio.fixture
async def stored(tmp_path: Path) -> AsyncGenerator[Stored]:
    paths = Paths.resolve(tmp_path / "home")
    vault = Vault(paths, place=KeyPlace.PRIVATE_FILE)
    database = await Database.open(paths, vault=vault)
    yield Stored(database, vault)
    await database.close()


async def test_nothing_stored_is_no_configuration(stored: Stored) -> None:
    assert await stored.completions_config() is None
    assert await stored.embeddings_config() is None


async def test_a_stored_row_becomes_a_configuration(stored: Stored) -> None:
    await stored.completions(max_tokens=100, temperature=0.2)

    config = await stored.completions_config()

    assert config == CompletionsConfig(LLMProvider.OPENAI, KEY, "gpt-6-sol", None, 100, 0.2)
    assert KEY not in repr(config)


async def test_null_leaves_a_parameter_to_the_provider(stored: Stored) -> None:
    await stored.completions(max_tokens=None, temperature=None, api="chat", reasoning_effort="low")

    config = await stored.completions_config()

    assert config is not None
    assert (config.max_tokens, config.temperature) == (None, None)
    assert (config.api, config.reasoning_effort) == ("chat", "low")


async def test_what_a_row_is_silent_about_has_the_usual_value(stored: Stored) -> None:
    await stored.completions()
    row = await stored.row("completions_config")
    for name in ("max_tokens", "temperature", "endpoint"):
        row.pop(name)
    await stored._put("completions_config", row, None)

    config = await stored.completions_config()

    assert config == CompletionsConfig(LLMProvider.OPENAI, KEY, "gpt-6-sol")


async def test_a_server_without_key_has_an_empty_one(stored: Stored) -> None:
    await stored.completions(
        sealed_for=None, provider="openai_compatible", endpoint="http://localhost:11434"
    )

    config = await stored.completions_config()

    assert config is not None
    assert config.api_key == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"provider": "newer"}, "provider"),
        ({"provider": None}, "provider"),
        ({"model": ""}, "model"),
        ({"model": 3}, "model"),
        ({"temperature": "warm"}, "temperature"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_tokens": True}, "max_tokens"),
        ({"provider": "openai_compatible", "endpoint": None}, "endpoint"),
        ({"provider": "openai_compatible", "endpoint": "ftp://x"}, "endpoint"),
    ],
)
async def test_impossible_rows_name_the_field(
    stored: Stored, changes: dict[str, Any], field: str
) -> None:
    await stored.completions(**changes)

    with pytest.raises(InvalidSetting) as caught:
        await stored.completions_config()

    assert caught.value.field == field


async def test_k09_a_key_is_refused_at_another_address(stored: Stored) -> None:
    await stored.completions(endpoint="https://evil.example/v1")

    with pytest.raises(SecretMoved):
        await stored.completions_config()


async def test_k09_a_key_is_refused_in_another_row(stored: Stored) -> None:
    await stored.completions()
    row = await stored.row("completions_config")
    await stored.embeddings(api_key_encrypted=row["api_key_encrypted"])

    with pytest.raises(SecretMoved):
        await stored.embeddings_config()


async def test_embeddings_have_their_own_key(stored: Stored) -> None:
    await stored.embeddings(sealed_for=GATEWAY, endpoint=f"{GATEWAY}/v1")

    assert await stored.embeddings_config() == EmbeddingsConfig(KEY, "embed", f"{GATEWAY}/v1")


async def test_embeddings_can_share_the_completions_key(stored: Stored) -> None:
    await stored.completions()
    await stored.embeddings(same_key=True)

    assert await stored.embeddings_config() == EmbeddingsConfig(KEY, "embed")


async def test_a_shared_key_goes_to_the_gateway_it_belongs_to(stored: Stored) -> None:
    await stored.completions(sealed_for=GATEWAY, endpoint=GATEWAY)
    await stored.embeddings(same_key=True)

    assert await stored.embeddings_config() == EmbeddingsConfig(KEY, "embed", GATEWAY)


async def test_a_shared_key_is_not_sent_to_another_gateway(stored: Stored) -> None:
    await stored.completions()
    await stored.embeddings(same_key=True, endpoint="https://evil.example/v1")

    with pytest.raises(SecretMoved):
        await stored.embeddings_config()


async def test_a_key_of_another_provider_is_not_shared(stored: Stored) -> None:
    await stored.completions(
        provider="anthropic", model="claude-opus-5-5", sealed_for="https://api.anthropic.com"
    )
    await stored.embeddings(same_key=True)

    with pytest.raises(NotConfigured):
        await stored.embeddings_config()


def test_the_model_on_this_computer_has_to_run_first() -> None:
    config = CompletionsConfig(LLMProvider.OPENAI_COMPATIBLE, "", "demo", "local://demo")

    with pytest.raises(NotConfigured, match="not running"):
        get_llm_client(config)


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (CompletionsConfig(LLMProvider.OPENAI_COMPATIBLE, "", "m"), "endpoint"),
        (CompletionsConfig(LLMProvider.OPENAI, "sk-a\nb", "m"), "api_key"),
    ],
)
def test_impossible_configurations_make_no_client(config: CompletionsConfig, field: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        get_llm_client(config)

    assert caught.value.field == field


@pytest.mark.parametrize("name", desktop.llm.__all__)
def test_the_package_offers_what_it_promises(name: str) -> None:
    assert getattr(desktop.llm, name) is not None


def test_the_package_has_nothing_else() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = desktop.llm.Nonsense


def test_the_factory_imports_no_heavy_library() -> None:
    code = (
        "import sys, desktop.llm.factory, desktop.llm.models, desktop.llm.policy;"
        "heavy = {'openai', 'anthropic', 'sqlalchemy', 'httpx2', 'numpy', 'genai_prices'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(desktop.llm.__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"
