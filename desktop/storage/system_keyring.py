"""The operating system's keyring, with the backend chosen by us and never by the environment.

A keyring may wait for the user or hang with its daemon, so every call has a thread of its own
that nobody waits for longer than the deadline, not even the end of the program.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, TypeVar

from desktop.core.errors import VaultError
from desktop.storage.vault_errors import keyring_locked, keyring_silent, no_keyring

_Result = TypeVar("_Result")

_SERVICE = "Parley"
_FROM_ENVIRONMENT = "KEYRING_PROPERTY_"


class Entries(Protocol):
    """What we use of a keyring's backend."""

    viable: bool

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store an entry."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry."""
        ...


@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of keyring: the module and class in `keyring.backends`, and its name for users."""

    module: str
    cls: str
    label: str


_LINUX = (
    Backend("SecretService", "Keyring", "Secret Service"),
    Backend("kwallet", "DBusKeyring", "KWallet"),
    Backend("libsecret", "Keyring", "libsecret"),
)
_BY_PLATFORM = {
    "darwin": (Backend("macOS", "Keyring", "macOS Keychain"),),
    "win32": (Backend("Windows", "WinVaultKeyring", "Windows Credential Manager"),),
}


def platform_backends() -> tuple[Backend, ...]:
    """Return the keyrings that this platform may have, in the order of preference."""
    return _BY_PLATFORM.get(sys.platform, _LINUX)


class SystemKeyring:
    """Reads and writes entries of one service, "Parley"; `deadline` is in seconds."""

    def __init__(
        self, backends: Sequence[Backend] | None = None, *, deadline: float = 15.0
    ) -> None:
        self._backends = tuple(backends) if backends is not None else platform_backends()
        self._deadline = deadline

    def label(self, name: str) -> str:
        """Return what users call the backend."""
        return next((known.label for known in self._backends if known.module == name), name)

    async def find(self, preferred: str | None = None) -> str | None:
        """Return the name of the backend that works here, `preferred` if it does."""
        order = sorted(self._backends, key=lambda known: known.module != preferred)
        return await self._run(lambda: next((b.module for b in order if _works(b)), None))

    async def get(self, name: str, account: str) -> str | None:
        """Return the entry of `account`; None when there is none.

        Raises:
            KeyringLocked: it is locked, fails or does not answer in time.
            NoKeyring: that backend is not here.
        """
        backend = self._backend(name)
        return await self._run(lambda: _made(backend).get_password(_SERVICE, account))

    async def set(self, name: str, account: str, value: str) -> None:
        """Store an entry. Raises as `get` does."""
        backend = self._backend(name)
        await self._run(lambda: _made(backend).set_password(_SERVICE, account, value))

    async def delete(self, name: str, account: str) -> None:
        """Remove an entry. Raises as `get` does."""
        backend = self._backend(name)
        await self._run(lambda: _made(backend).delete_password(_SERVICE, account))

    def _backend(self, name: str) -> Backend:
        for known in self._backends:
            if known.module == name:
                return known
        raise no_keyring()

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Result | VaultError] = loop.create_future()

        def deliver(outcome: _Result | VaultError) -> None:
            if not answer.done():
                answer.set_result(outcome)

        def run() -> None:
            outcome: _Result | VaultError = keyring_locked()
            try:
                outcome = work()
            except _expected_errors() as error:
                outcome = _translated(error)
            finally:
                with suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(deliver, outcome)

        threading.Thread(target=run, name="keyring", daemon=True).start()
        try:
            outcome = await asyncio.wait_for(answer, self._deadline)
        except TimeoutError as error:
            raise keyring_silent() from error
        if isinstance(outcome, VaultError):
            raise outcome
        return outcome


def _works(backend: Backend) -> bool:
    try:
        return bool(_class(backend).viable)
    except ImportError:
        return False


def _class(backend: Backend) -> type[Entries]:
    return getattr(import_module(f"keyring.backends.{backend.module}"), backend.cls)


def _made(backend: Backend) -> Entries:
    made = _class(backend)()
    for variable in os.environ:  # keyring lets the environment set any attribute
        if variable.startswith(_FROM_ENVIRONMENT):
            vars(made).pop(variable.removeprefix(_FROM_ENVIRONMENT).lower(), None)
    return made


def _expected_errors() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    known = (KeyringError, ImportError, OSError, RuntimeError, ValueError)
    try:
        from secretstorage.exceptions import SecretStorageException
    except ImportError:
        return known
    return (*known, SecretStorageException)


def _translated(error: Exception) -> VaultError:
    from keyring.errors import NoKeyringError

    return no_keyring() if isinstance(error, NoKeyringError | ImportError) else keyring_locked()
