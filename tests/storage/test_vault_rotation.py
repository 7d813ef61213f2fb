"""New master keys for what is sealed already: rotated, moved, locked with a passphrase, set aside."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import (
    DataNotWritable,
    MasterKeyGone,
    MasterKeyWrong,
    PassphraseNeeded,
    WrongPassphrase,
)
from desktop.storage import passphrase
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace, VaultState
from desktop.storage.master_key import MasterKeys
from desktop.storage.passphrase import PassphraseLock
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault import Vault

ROUNDS = Path(__file__).with_name("rotation_rounds.py")
ROOT = Path(__file__).resolve().parents[2]
SECRET = "sk-canary-0123456789"
PHRASE = "correct horse"
OPENAI = {"slot": "llm/completions", "origin": "https://api.openai.com"}


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys at a cost that fits a test; one test has the real one."""
    monkeypatch.setattr(passphrase, "_COST", {"n": 2**4, "r": 8, "p": 1})


def reopened(paths: Paths, database: Database) -> Vault:
    vault = Vault(paths, keyring=SystemKeyring(()))
    vault.attach(database)
    return vault


async def sealed_in(paths: Paths, database: Database, place: KeyPlace) -> Vault:
    vault = reopened(paths, database)
    await vault.choose(place, passphrase=PHRASE if place is KeyPlace.PHRASE else "")
    token = await vault.seal(SECRET, **OPENAI)
    await put(database, {"model": "m", "api_key_encrypted": token, "others": [{"k": token}]})
    return vault


async def put(database: Database, value: dict[str, Any]) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("llm", "completions_config", value)


async def row(database: Database) -> dict[str, Any]:
    async with database.read() as session:
        value = await SystemConfigRepository(session).get("llm", "completions_config")
    assert value is not None
    return value


async def vault_rows(database: Database) -> dict[str, dict[str, Any]]:
    async with database.read() as session:
        return await SystemConfigRepository(session).all("vault")


async def opened(vault: Vault, database: Database) -> str | None:
    return await vault.unseal((await row(database))["api_key_encrypted"], **OPENAI)


async def test_a_rotation_seals_everything_anew_and_drops_the_old_key(
    paths: Paths, database: Database
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PRIVATE_FILE)
    before, old = await row(database), json.loads(paths.key_file.read_text())

    await vault.rotate()

    after, new = await row(database), json.loads(paths.key_file.read_text())
    assert after["model"] == "m"
    assert after["api_key_encrypted"] != before["api_key_encrypted"]
    assert after["others"][0]["k"] != before["others"][0]["k"]
    assert list(new["keys"]) == [new["current"]] != [old["current"]]
    assert (await vault_rows(database))["master"]["key"]["id"] == new["current"]
    for each in (vault, reopened(paths, database)):
        assert await opened(each, database) == SECRET
    with pytest.raises(MasterKeyWrong):
        await vault.unseal(before["api_key_encrypted"], **OPENAI)


async def test_what_none_of_the_keys_opens_is_left_as_it_is(
    paths: Paths, database: Database
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PRIVATE_FILE)
    foreign = MasterKeys.generate().cipher().encrypt(b"theirs").decode()
    await put(database, {**await row(database), "foreign": foreign})

    await vault.rotate()

    assert (await row(database))["foreign"] == foreign
    assert await opened(vault, database) == SECRET


async def test_a_lost_key_is_not_rotated(paths: Paths, database: Database) -> None:
    await sealed_in(paths, database, KeyPlace.PRIVATE_FILE)
    before = await row(database)
    paths.key_file.unlink()
    vault = reopened(paths, database)

    with pytest.raises(MasterKeyGone):
        await vault.rotate()

    assert await row(database) == before
    assert not paths.key_file.exists()


async def test_a_new_key_that_can_not_be_kept_changes_nothing(
    paths: Paths, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PRIVATE_FILE)
    before, kept = await row(database), paths.key_file.read_text()

    def full(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DataNotWritable):
        await vault.rotate()

    assert (await row(database), paths.key_file.read_text()) == (before, kept)
    assert [path.name for path in paths.config.iterdir()] == ["master.key"]
    assert await opened(reopened(paths, database), database) == SECRET


async def test_keys_move_to_a_passphrase_and_back(paths: Paths, database: Database) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PRIVATE_FILE)

    await vault.rotate(KeyPlace.PHRASE, passphrase=PHRASE)
    assert await opened(vault, database) == SECRET
    assert not paths.key_file.exists()
    assert vault.where() == "in Parley's own data, locked with your passphrase"

    await vault.rotate(KeyPlace.PRIVATE_FILE)
    assert await opened(reopened(paths, database), database) == SECRET
    assert (await vault_rows(database))["master"]["key"]["wrapped"] == ""


async def test_keys_that_a_key_file_holds_for_something_else_stay_in_it(
    paths: Paths, database: Database
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PHRASE)
    other = MasterKeys.generate()
    paths.key_file.write_text(other.dump())

    await vault.rotate(KeyPlace.PRIVATE_FILE)

    assert other.current in json.loads(paths.key_file.read_text())["keys"]
    assert await opened(reopened(paths, database), database) == SECRET


async def test_a_passphrase_is_asked_for_after_a_restart(paths: Paths, database: Database) -> None:
    await sealed_in(paths, database, KeyPlace.PHRASE)
    vault = reopened(paths, database)

    assert await vault.state() is VaultState.WANTS_PHRASE
    with pytest.raises(PassphraseNeeded, match="passphrase"):
        await opened(vault, database)
    with pytest.raises(PassphraseNeeded):
        await vault.seal("sk-new", **OPENAI)
    with pytest.raises(WrongPassphrase):
        await vault.unlock("Correct horse")
    assert await vault.state() is VaultState.WANTS_PHRASE

    await vault.unlock(PHRASE)
    assert await vault.state() is VaultState.OK
    assert await opened(vault, database) == SECRET


async def test_a_passphrase_can_be_changed_and_the_old_one_opens_nothing(
    paths: Paths, database: Database
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PHRASE)

    await vault.rotate(KeyPlace.PHRASE, passphrase="another one")

    again = reopened(paths, database)
    with pytest.raises(WrongPassphrase):
        await again.unlock(PHRASE)
    await again.unlock("another one")
    assert await opened(again, database) == SECRET


async def test_a_rotation_under_a_passphrase_keeps_the_passphrase(
    paths: Paths, database: Database
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PHRASE)
    before = await row(database)

    await vault.rotate()

    again = reopened(paths, database)
    await again.unlock(PHRASE)
    assert await row(database) != before
    assert await opened(again, database) == SECRET


async def test_neither_passphrase_nor_master_key_is_on_disk(
    paths: Paths, database: Database
) -> None:
    vault = await sealed_in(paths, database, KeyPlace.PHRASE)
    assert vault._keys is not None
    master = vault._keys.keys[vault._keys.current]

    for path in paths.data.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in (PHRASE, master, SECRET):
            assert secret.encode() not in content, path
    assert not paths.key_file.exists()


@pytest.mark.parametrize(
    "wrapped",
    [
        "",
        "[]",
        '{"v": 2}',
        '{"v": 1, "kdf": "scrypt", "n": 1099511627776, "r": 8, "p": 1, "salt": "", "token": ""}',
        '{"v": 1, "kdf": "scrypt", "n": 16, "r": 8, "p": 1, "salt": "%", "token": ""}',
    ],
)
def test_a_damaged_lock_is_named(wrapped: str) -> None:
    with pytest.raises(MasterKeyWrong):
        PassphraseLock.of(wrapped, PHRASE)


def test_guessing_a_passphrase_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    lock = PassphraseLock.make("pässwörd 🔑")
    wrapped = lock.wrap(MasterKeys.generate())

    cost = json.loads(wrapped)
    assert 128 * cost["n"] * cost["r"] >= 128 * 2**20  # bytes of memory for each guess
    assert PassphraseLock.of(wrapped, "pässwörd 🔑").unwrap(wrapped)
    assert "pässwörd" not in repr(lock)
    assert lock.key not in repr(lock).encode()


async def test_starting_over_keeps_what_was_sealed_and_seals_what_is_new(
    paths: Paths, database: Database
) -> None:
    await sealed_in(paths, database, KeyPlace.PRIVATE_FILE)
    before = await row(database)
    lost = paths.key_file.rename(paths.config / "elsewhere")
    vault = reopened(paths, database)
    assert await vault.state() is VaultState.KEY_GONE

    await vault.start_over(KeyPlace.PRIVATE_FILE)

    assert await vault.state() is VaultState.NEW
    emptied = {"model": "m", "api_key_encrypted": None, "others": [{"k": None}]}
    assert await row(database) == emptied
    rows = await vault_rows(database)
    kept = [value for name, value in rows.items() if name.startswith("set-aside-")]
    assert [each["value"] for each in kept] == [before]
    assert [name for name in rows if name.startswith("retired-")]
    token = await vault.seal("sk-new", **OPENAI)
    assert await reopened(paths, database).unseal(token, **OPENAI) == "sk-new"
    assert lost.exists()


@pytest.mark.parametrize(
    ("start", "end", "points"),
    [("private_file", "private_file", 24), ("private_file", "passphrase", 12)],
)
def test_a_rotation_killed_at_any_step_loses_no_key(
    start: str, end: str, points: int, tmp_path: Path
) -> None:
    if sys.platform == "win32":
        pytest.skip("a process can't be forked there")
    result = subprocess.run(
        [sys.executable, str(ROUNDS), str(tmp_path), start, end, str(points)],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout)
    assert outcome["killed"] == points
    assert outcome["steps"] > points
