"""Which keyrings count, and that processes which start together agree on one master key."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.errors import NoKeyring
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.system_keyring import Backend, SystemKeyring, platform_backends
from desktop.storage.vault import Vault, VaultState


def test_two_processes_agree_on_one_master_key(paths: Paths) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from desktop.storage.database import Database; from desktop.storage.paths import Paths\n"
        "from desktop.storage.vault import KeyPlace, Vault\n"
        "async def main():\n"
        "    paths = Paths.resolve(Path(sys.argv[1]))\n"
        "    vault = Vault(paths, place=KeyPlace.PRIVATE_FILE)\n"
        "    database = await Database.open(paths, vault=vault)\n"
        "    print('ready', flush=True); sys.stdin.readline()\n"
        "    mine = await vault.seal('sk-mine', slot='s', origin='o')\n"
        "    print(mine, flush=True); theirs = sys.stdin.readline().strip()\n"
        "    print(await vault.unseal(theirs, slot='s', origin='o'))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", code, str(paths.data)]
    pipe = subprocess.PIPE
    one, two = (subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2))
    with one, two:
        tokens = [_after(process, "go", skip="ready") for process in (one, two)]
        assert one.communicate(tokens[1], 20)[0] == "sk-mine\n"
        assert two.communicate(tokens[0], 20)[0] == "sk-mine\n"


def _after(process: "subprocess.Popen[str]", line: str, *, skip: str) -> str:
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline().strip() == skip
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline()


def test_only_real_keyrings_are_ever_considered(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform in ("linux", "darwin", "win32", "freebsd14"):
        monkeypatch.setattr(sys, "platform", platform)
        modules = {backend.module for backend in platform_backends()}
        assert modules
        assert not modules & {"null", "fail", "chainer"}


async def test_a_backend_that_is_not_installed_counts_as_absent() -> None:
    keyring = SystemKeyring((Backend("no_such_backend", "Keyring", "Nothing"),))

    assert await keyring.find() is None
    with pytest.raises(NoKeyring):
        await keyring.get("no_such_backend", "account")
    with pytest.raises(NoKeyring):
        await keyring.get("never_listed", "account")


async def test_without_a_bus_this_system_has_no_keyring(
    paths: Paths, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have a keyring")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    vault = Vault(paths)
    vault.attach(database)

    assert await vault.state() is VaultState.NO_KEYRING
