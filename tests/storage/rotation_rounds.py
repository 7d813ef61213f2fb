"""Run by test_vault_rotation: kills a rotation of the master key at one step after another.

Usage: rotation_rounds.py HOME FROM TO POINTS; prints one JSON object.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Any

from desktop.storage import passphrase
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault import Vault

PHRASE = "correct horse"
SECRETS = {f"llm/row{number}": f"sk-canary-{number}" for number in range(4)}
ORIGIN = "https://api.openai.com"
TRACED = ("vault.py", "resealing.py", "master_key_places.py", "key_file.py", "atomic.py")


class Steps:
    """Counts the lines of the vault's code that run, and dies at one of them."""

    def __init__(self, deadly: int | None) -> None:
        self.count = 0
        self._deadly = deadly

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        path = Path(frame.f_code.co_filename)
        if path.name not in TRACED or path.parent.name != "storage":
            return None
        if event == "line":
            self.count += 1
            if self.count == self._deadly:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


async def with_vault(
    home: Path, work: Callable[[Vault, Database], Awaitable[Any]], keyring: SystemKeyring
) -> Any:
    paths = Paths.resolve(home)
    paths.create()
    vault = Vault(paths, keyring=keyring)
    database = await Database.open(paths, vault=vault)
    try:
        return await work(vault, database)
    finally:
        await database.close()


Work = Callable[[Vault, Database], Awaitable[Any]]


def sealing(place: KeyPlace) -> Work:
    async def work(vault: Vault, database: Database) -> None:
        await vault.choose(place, passphrase=PHRASE if place is KeyPlace.PHRASE else "")
        for slot, secret in SECRETS.items():
            token = await vault.seal(secret, slot=slot, origin=ORIGIN)
            async with database.write() as session:
                value = {"api_key_encrypted": token, "others": [{"api_key_encrypted": token}]}
                category, key = slot.split("/")
                await SystemConfigRepository(session).put(category, key, value)

    return work


def rotating(place: KeyPlace, steps: Steps) -> Work:
    async def work(vault: Vault, database: Database) -> int:
        await unlocked(vault)
        threading.settrace(steps.trace)
        sys.settrace(steps.trace)
        await vault.rotate(place, passphrase=PHRASE if place is KeyPlace.PHRASE else "")
        sys.settrace(None)
        return steps.count

    return work


async def opened(vault: Vault, database: Database) -> dict[str, Any]:
    await unlocked(vault)
    found: dict[str, Any] = {}
    for slot in SECRETS:
        async with database.read() as session:
            category, key = slot.split("/")
            value = await SystemConfigRepository(session).get(category, key)
        assert value is not None
        for token in (value["api_key_encrypted"], value["others"][0]["api_key_encrypted"]):
            found[slot] = await vault.unseal(token, slot=slot, origin=ORIGIN)
    return found


def surviving(place: KeyPlace) -> Work:
    async def work(vault: Vault, database: Database) -> None:
        assert await opened(vault, database) == SECRETS
        # What a crash left half done does not stand in the way of the next rotation.
        await rotating(place, Steps(None))(vault, database)
        assert await opened(vault, database) == SECRETS

    return work


async def unlocked(vault: Vault) -> None:
    if await vault.state() == "wants_passphrase":
        await vault.unlock(PHRASE)


def round_of(home: Path, place: KeyPlace, deadly: int, keyring: SystemKeyring) -> bool:
    """Return whether the child was killed; every key must be readable afterwards."""
    child = os.fork()
    if not child:
        asyncio.run(with_vault(home, rotating(place, Steps(deadly)), keyring))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    asyncio.run(with_vault(home, surviving(place), keyring))
    return os.WIFSIGNALED(status)


def main(home: Path, start: KeyPlace, end: KeyPlace, points: int, keyring: SystemKeyring) -> None:
    seeded, whole = home / "seeded", home / "whole"
    asyncio.run(with_vault(seeded, sealing(start), keyring))
    shutil.copytree(seeded, whole)
    total = asyncio.run(with_vault(whole, rotating(end, Steps(None)), keyring))
    killed = 0
    for point in range(points):
        place = home / f"round {point}"
        if start is KeyPlace.KEYRING:  # each profile has an entry of its own
            asyncio.run(with_vault(place, sealing(start), keyring))
        else:
            shutil.copytree(seeded, place)
        killed += round_of(place, end, 1 + point * total // points, keyring)
    print(json.dumps({"steps": total, "killed": killed}))


if __name__ == "__main__":
    directory, start, end, points = sys.argv[1:]
    passphrase._COST = {"n": 2**4, "r": 8, "p": 1}  # guesses need not be dear here
    main(Path(directory), KeyPlace(start), KeyPlace(end), int(points), SystemKeyring(()))
