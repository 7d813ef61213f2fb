"""Run by test_vault_keyring inside a D-Bus session of its own: the steps of one scenario.

Usage: keyring_scenario.py HOME STEP...; prints one JSON value a step.
"""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from keyring.backends.SecretService import Keyring

from desktop.core.errors import ParleyError
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault import Vault

SEALED = ("llm", "completions_config")
OPENAI = {"slot": "llm/completions", "origin": "https://api.openai.com"}


class Scenario:
    """One profile: its vault, made anew by `restart`, over the real Secret Service."""

    def __init__(self, paths: Paths, database: Database, deadline: float) -> None:
        self._paths = paths
        self._database = database
        self._deadline = deadline
        self.restart()

    def restart(self) -> None:
        self._vault = Vault(self._paths, keyring=SystemKeyring(deadline=self._deadline))
        self._vault.attach(self._database)

    async def state(self) -> str:
        return await self._vault.state()

    async def where(self) -> str:
        return self._vault.where()

    async def seal(self) -> str:
        token = await self._vault.seal(f"sk-of-{self._paths.data.name}", **OPENAI)
        async with self._database.write() as session:
            await SystemConfigRepository(session).put(*SEALED, {"api_key_encrypted": token})
        return str(token)

    async def token(self) -> str | None:
        async with self._database.read() as session:
            value = await SystemConfigRepository(session).get(*SEALED)
        return None if value is None else value["api_key_encrypted"]

    async def rotate(self) -> None:
        await self._vault.rotate()

    async def move(self, place: str) -> None:
        await self._vault.rotate(KeyPlace(place))

    async def kill_rotations(self, points: str) -> Any:
        """Kill a rotation at so many steps, each in a profile of its own."""
        home = self._paths.data / "rounds"
        code = (
            "import sys; from pathlib import Path; from tests.storage import rotation_rounds as r;"
            "from desktop.storage.system_keyring import SystemKeyring; keyring = r.KeyPlace.KEYRING;"
            f"r.main(Path(sys.argv[1]), keyring, keyring, {int(points)}, SystemKeyring())"
        )
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(home), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await child.communicate()
        return json.loads(out)

    async def unseal(self) -> str | None:
        return await self._vault.unseal(await self.token(), **OPENAI)

    async def record(self) -> dict[str, Any]:
        async with self._database.read() as session:
            value = await SystemConfigRepository(session).get("vault", "master")
        assert value is not None
        return value["key"]

    async def other_backend(self) -> None:
        async with self._database.write() as session:
            repository = SystemConfigRepository(session)
            value = await repository.get("vault", "master")
            assert value is not None
            value["key"] = {**value["key"], "backend": "kwallet"}
            await repository.put("vault", "master", value)

    async def entry(self) -> str | None:
        return Keyring().get_password("Parley", await self._account())

    async def delete_entry(self) -> None:
        Keyring().delete_password("Parley", await self._account())

    async def entries(self) -> int:
        collection = Keyring().get_preferred_collection()
        return len(list(collection.search_items({"service": "Parley"})))

    async def set_entry(self, value: str) -> None:
        Keyring().set_password("Parley", await self._account(), value)

    async def freeze(self) -> None:
        daemon = _daemon()
        (Path.home() / "frozen").write_text(str(daemon))
        os.kill(daemon, signal.SIGSTOP)

    async def thaw(self) -> None:
        os.kill(_daemon(), signal.SIGCONT)

    async def longest_pause(self) -> float:
        """Return the longest time, in seconds, that the loop stood still while unsealing."""
        task = asyncio.ensure_future(self.unseal())
        longest, last = 0.0, time.perf_counter()
        while not task.done():
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
        await asyncio.gather(task, return_exceptions=True)
        return longest

    async def _account(self) -> str:
        return f"master-key-{(await self.record())['profile']}"


def _daemon() -> int:
    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    question = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
    with open_dbus_connection() as connection:
        return int(connection.send_and_get_reply(question, timeout=20).body[0])


async def main(home: str, steps: list[str]) -> None:
    paths = Paths.resolve(Path(home))
    database = await Database.open(paths)
    scenario = Scenario(paths, database, float(os.environ.get("DEADLINE", "15")))
    for step in steps:
        name, _, argument = step.partition("=")
        try:
            method = getattr(scenario, name)
            outcome = method(*([argument] if "=" in step else []))
            value = await outcome if asyncio.iscoroutine(outcome) else outcome
        except ParleyError as error:
            value = type(error).__name__
        print(json.dumps(value), flush=True)
    await database.close()


asyncio.run(main(sys.argv[1], sys.argv[2:]))
