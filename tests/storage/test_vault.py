"""The vault without a keyring: what is sealed stays sealed, kept, and bound to its place."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator

import pytest

from desktop.core.errors import (
    MasterKeyGone,
    MasterKeyWrong,
    NoKeyring,
    SecretMoved,
    VaultError,
)
from desktop.storage.database import Database
from desktop.storage.master_key import MasterKeys
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault import KeyPlace, Vault, VaultState

SECRET = "sk-canary-0123456789"
OPENAI = {"slot": "llm/completions", "origin": "https://api.openai.com"}


def no_keyring() -> SystemKeyring:
    return SystemKeyring(())


@pytest.fixture
async def vault(paths: Paths, database: Database) -> Vault:
    """Give a vault that keeps its master key in the private file."""
    return _reopened(paths, database, KeyPlace.PRIVATE_FILE)


@pytest.fixture
async def token(vault: Vault, database: Database) -> AsyncIterator[str]:
    """Seal a secret and store it as the settings do; it must be there at the end as well."""
    sealed = await vault.seal(SECRET, **OPENAI)
    assert sealed is not None
    async with database.write() as session:
        value = {"provider": "openai", "api_key_encrypted": sealed}
        await SystemConfigRepository(session).put("llm", "completions_config", value)
    yield sealed
    async with database.read() as session:
        assert await SystemConfigRepository(session).get("llm", "completions_config") == value


def _reopened(paths: Paths, database: Database, place: KeyPlace | None = None) -> Vault:
    vault = Vault(paths, place=place, keyring=no_keyring())
    vault.attach(database)
    return vault


async def test_a_sealed_key_opens_after_a_restart(
    paths: Paths, database: Database, token: str
) -> None:
    vault = _reopened(paths, database)

    assert token.startswith("gAAA")
    assert await vault.unseal(token, **OPENAI) == SECRET
    assert await vault.state() is VaultState.OK
    assert vault.where() == f"in a private file ({paths.key_file})"


async def test_the_key_file_is_private_and_no_secret_is_on_disk(
    paths: Paths, vault: Vault, token: str
) -> None:
    assert stat.S_IMODE(paths.key_file.stat().st_mode) == 0o600
    assert [path.name for path in paths.config.iterdir()] == ["master.key"]
    master = json.loads(paths.key_file.read_text())
    assert set(master) == {"v", "current", "keys"}
    for path in paths.data.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
            if path != paths.key_file:
                assert master["keys"][master["current"]].encode() not in path.read_bytes(), path


async def test_neither_vault_nor_keys_show_a_secret(vault: Vault, token: str) -> None:
    keys = MasterKeys.generate()

    assert SECRET not in repr(vault)
    assert keys.keys[keys.current] not in repr(keys)


@pytest.mark.parametrize("secret", ["", "käse", "🔑" * 100, "x" * 10_000, "a\0b", "\ud800"])
async def test_any_secret_comes_back(secret: str, vault: Vault) -> None:
    sealed = await vault.seal(secret, **OPENAI)

    assert await vault.unseal(sealed, **OPENAI) == secret


async def test_no_token_is_no_secret(vault: Vault) -> None:
    assert await vault.unseal(None, **OPENAI) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"slot": "llm/embeddings", "origin": OPENAI["origin"]},
        {"slot": OPENAI["slot"], "origin": "https://evil.example"},
        {"slot": OPENAI["slot"], "origin": "http://api.openai.com"},
    ],
)
async def test_a_token_that_was_moved_is_refused(
    elsewhere: dict[str, str], vault: Vault, token: str
) -> None:
    with pytest.raises(SecretMoved, match="another") as caught:
        await vault.unseal(token, **elsewhere)

    assert "Enter the key again" in caught.value.cure
    assert SECRET not in str(caught.value)


async def test_two_rows_whose_tokens_were_swapped_are_both_refused(vault: Vault) -> None:
    other = {"slot": "llm/embeddings", "origin": OPENAI["origin"]}
    one, two = await vault.seal("sk-one", **OPENAI), await vault.seal("sk-two", **other)

    with pytest.raises(SecretMoved):
        await vault.unseal(two, **OPENAI)
    with pytest.raises(SecretMoved):
        await vault.unseal(one, **other)


@pytest.mark.parametrize("change", ["shorter", "altered", "garbage", "other alphabet"])
async def test_a_changed_token_is_not_opened(change: str, vault: Vault, token: str) -> None:
    changed = {
        "shorter": token[:-8],
        "altered": token[:40] + ("A" if token[40] != "A" else "B") + token[41:],
        "garbage": "gAAAnothing",
        "other alphabet": "gAAA💥",
    }[change]

    with pytest.raises(MasterKeyWrong):
        await vault.unseal(changed, **OPENAI)


async def test_a_key_that_is_gone_is_never_replaced(
    paths: Paths, database: Database, token: str
) -> None:
    hidden = paths.key_file.rename(paths.config / "elsewhere")
    vault = _reopened(paths, database)

    assert await vault.state() is VaultState.KEY_GONE
    with pytest.raises(MasterKeyGone, match="gone"):
        await vault.unseal(token, **OPENAI)
    with pytest.raises(MasterKeyGone):
        await vault.seal("sk-new", **OPENAI)
    assert not paths.key_file.exists()
    hidden.rename(paths.key_file)
    assert await vault.state() is VaultState.OK
    assert await vault.unseal(token, **OPENAI) == SECRET


async def test_sealed_keys_without_any_record_get_no_new_master_key(
    paths: Paths, database: Database, token: str
) -> None:
    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("DELETE FROM system_config WHERE category = 'vault'")
    paths.key_file.rename(paths.config / "elsewhere")
    vault = _reopened(paths, database, KeyPlace.PRIVATE_FILE)

    assert await vault.state() is VaultState.KEY_GONE
    with pytest.raises(MasterKeyGone):
        await vault.seal("sk-new", **OPENAI)
    assert not paths.key_file.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "x",
        "[]",
        '{"v": 2}',
        '{"v": 1, "current": "k", "keys": {}}',
        '{"v": 1, "current": "k", "keys": {"k": "short"}}',
        '{"v": 1, "current": "k", "keys": {"k": "ÄÖ"}}',
        '{"v": 1, "curr',
        MasterKeys.generate().dump(),
    ],
)
async def test_a_wrong_key_is_named_and_left_alone(
    content: str, paths: Paths, database: Database, token: str
) -> None:
    paths.key_file.write_text(content)
    vault = _reopened(paths, database)

    assert await vault.state() is VaultState.KEY_WRONG
    with pytest.raises(MasterKeyWrong):
        await vault.unseal(token, **OPENAI)
    with pytest.raises(MasterKeyWrong):
        await vault.seal("sk-new", **OPENAI)
    assert paths.key_file.read_text() == content


async def test_a_record_of_a_newer_version_is_left_alone(
    paths: Paths, database: Database, token: str
) -> None:
    value = {"v": 9, "place": "moon", "key": None}
    async with database.write() as session:
        await SystemConfigRepository(session).put("vault", "master", value)
    vault = _reopened(paths, database)

    with pytest.raises(MasterKeyWrong):
        await vault.unseal(token, **OPENAI)
    with pytest.raises(MasterKeyWrong):
        await vault.choose(KeyPlace.SESSION)
    assert await vault.state() is VaultState.KEY_WRONG
    async with database.read() as session:
        assert await SystemConfigRepository(session).get("vault", "master") == value


async def test_without_a_keyring_the_user_chooses_and_that_is_remembered(
    paths: Paths, database: Database
) -> None:
    vault = _reopened(paths, database)
    assert await vault.state() is VaultState.NO_KEYRING
    with pytest.raises(NoKeyring, match="no keyring") as caught:
        await vault.seal(SECRET, **OPENAI)
    assert "Choose" in caught.value.cure
    assert list(paths.config.iterdir()) == []

    await vault.choose(KeyPlace.PRIVATE_FILE)
    assert await vault.state() is VaultState.NEW
    again = _reopened(paths, database)
    sealed = await again.seal(SECRET, **OPENAI)
    assert await again.unseal(sealed, **OPENAI) == SECRET


async def test_keys_for_this_session_only_leave_no_trace(paths: Paths, database: Database) -> None:
    vault = _reopened(paths, database)
    await vault.choose(KeyPlace.SESSION)

    assert await vault.seal(SECRET, **OPENAI) is None
    assert await vault.unseal(None, **OPENAI) == SECRET
    assert await vault.state() is VaultState.SESSION_ONLY
    assert "session" in vault.where()
    with pytest.raises(SecretMoved):
        await vault.unseal(None, slot=OPENAI["slot"], origin="https://evil.example")
    again = _reopened(paths, database)
    assert await again.state() is VaultState.SESSION_ONLY
    assert await again.unseal(None, **OPENAI) is None
    assert list(paths.config.iterdir()) == []


async def test_session_only_after_a_loss_keeps_what_was_sealed(
    paths: Paths, database: Database, token: str
) -> None:
    hidden = paths.key_file.rename(paths.config / "elsewhere")
    vault = _reopened(paths, database)
    await vault.choose(KeyPlace.SESSION)
    await vault.seal("sk-for-now", **OPENAI)
    assert await vault.unseal(token, **OPENAI) == "sk-for-now"

    hidden.rename(paths.key_file)
    again = _reopened(paths, database)
    assert await again.unseal(token, **OPENAI) == SECRET
    await again.choose(KeyPlace.PRIVATE_FILE)
    assert await again.state() is VaultState.OK


async def test_the_place_can_not_change_under_sealed_keys(
    paths: Paths, database: Database, vault: Vault, token: str
) -> None:
    with pytest.raises(VaultError, match="kept elsewhere"):
        await vault.choose(KeyPlace.KEYRING)

    assert await vault.unseal(token, **OPENAI) == SECRET


async def test_a_master_key_that_seals_nothing_is_retired_not_forgotten(
    paths: Paths, database: Database, vault: Vault
) -> None:
    await vault.seal(SECRET, **OPENAI)  # never stored
    await vault.choose(KeyPlace.KEYRING)
    async with database.read() as session:
        rows = await SystemConfigRepository(session).all("vault")

    assert paths.key_file.exists()
    assert sorted(row for row in rows if row.startswith("retired-"))
    assert rows["master"]["key"] is None


async def test_an_unattached_vault_is_a_mistake_of_ours(paths: Paths) -> None:
    with pytest.raises(RuntimeError, match="attached"):
        await Vault(paths).seal(SECRET, **OPENAI)


async def test_a_master_key_that_is_gone_but_sealed_nothing_is_made_anew(
    paths: Paths, database: Database, vault: Vault
) -> None:
    await vault.seal(SECRET, **OPENAI)  # never stored
    paths.key_file.unlink()
    again = _reopened(paths, database, KeyPlace.PRIVATE_FILE)

    assert await again.state() is VaultState.NEW
    sealed = await again.seal(SECRET, **OPENAI)
    assert await again.unseal(sealed, **OPENAI) == SECRET
    assert await again.state() is VaultState.OK


async def test_first_seals_at_once_use_one_key(
    paths: Paths, database: Database, vault: Vault
) -> None:
    tokens = await asyncio.gather(*(vault.seal(SECRET, **OPENAI) for _ in range(5)))
    again = _reopened(paths, database)

    assert {await again.unseal(token, **OPENAI) for token in tokens} == {SECRET}


async def test_sealing_inside_a_write_is_refused_rather_than_stuck(
    database: Database, vault: Vault
) -> None:
    async with database.write():
        with pytest.raises(RuntimeError, match="inside"):
            await vault.seal(SECRET, **OPENAI)

    assert await vault.seal(SECRET, **OPENAI)


async def test_the_vault_opens_keys_inside_a_read(database: Database, vault: Vault) -> None:
    token = await vault.seal(SECRET, **OPENAI)
    async with database.read(), database.write():
        assert await vault.unseal(token, **OPENAI) == SECRET
