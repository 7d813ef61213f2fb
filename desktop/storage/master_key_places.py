"""The places that hold a master key: the system's keyring and the private file."""

import asyncio
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from desktop.core.errors import VaultError
from desktop.storage import key_file
from desktop.storage.key_place import KeyPlace
from desktop.storage.master_key import MasterKeys, check_token
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault_errors import keyring_changed, keyring_locked, no_keyring
from desktop.storage.vault_record import MasterRecord


class MasterKeyPlaces:
    """Keeps master keys and finds them again. All methods raise `VaultError`."""

    def __init__(self, file: Path, keyring: SystemKeyring) -> None:
        self._file = file
        self._keyring = keyring

    async def backend(self, place: KeyPlace) -> str:
        """Return the keyring's backend that a first key would go to; '' for the file.

        Raises:
            NoKeyring: there is none here.
        """
        if place is KeyPlace.PRIVATE_FILE:
            return ""
        backend = await self._keyring.find()
        if backend is None:
            raise no_keyring()
        return backend

    async def create(self, place: KeyPlace) -> MasterRecord:
        """Keep a new master key and return its record.

        Every key in a keyring has an entry of its own, so that no other is overwritten. A
        key file that is there already is used as it is.
        """
        backend, profile = await self.backend(place), uuid4().hex
        keys = await self._keep(MasterKeys.generate(), backend, profile)
        return MasterRecord(place, backend, profile, keys.current, check_token(keys.cipher()))

    async def find(self, record: MasterRecord) -> str | None:
        """Return what is kept for `record`; None when its place has nothing."""
        if record.place is KeyPlace.PRIVATE_FILE:
            return await asyncio.to_thread(key_file.read, self._file)
        backend = await self._keyring.find(record.backend)
        if backend is None:
            raise no_keyring()
        if backend != record.backend:
            names = self._keyring.label(record.backend), self._keyring.label(backend)
            raise keyring_changed(*names)
        return await self._keyring.get(backend, _account(record.profile))

    async def discard(self, record: MasterRecord) -> None:
        """Remove a key that has sealed nothing; left behind it would do no harm."""
        if record.place is KeyPlace.KEYRING:
            with suppress(VaultError):
                await self._keyring.delete(record.backend, _account(record.profile))

    def describe(self, record: MasterRecord) -> str:
        """Complete the sentence "Keys are kept …"."""
        if record.place is KeyPlace.PRIVATE_FILE:
            return f"in a private file ({self._file})"
        return f"in the system keyring ({self._keyring.label(record.backend)})"

    async def _keep(self, keys: MasterKeys, backend: str, profile: str) -> MasterKeys:
        if not backend:
            kept = await asyncio.to_thread(key_file.create, self._file, keys.dump())
            return MasterKeys.parse(kept)
        await self._keyring.set(backend, _account(profile), keys.dump())
        if await self._keyring.get(backend, _account(profile)) != keys.dump():
            raise keyring_locked()
        return keys


def _account(profile: str) -> str:
    return f"master-key-{profile}"
