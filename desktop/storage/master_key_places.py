"""The places that hold a master key: the keyring, a private file, a passphrase."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from desktop.core.errors import VaultError
from desktop.storage import key_file
from desktop.storage.key_place import KeyPlace
from desktop.storage.master_key import MasterKeys, check_token
from desktop.storage.passphrase import PassphraseLock
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault_errors import (
    keyring_changed,
    keyring_locked,
    no_keyring,
    passphrase_needed,
)
from desktop.storage.vault_record import MasterRecord


class MasterKeyPlaces:
    """Keeps master keys and finds them again. All methods raise `VaultError`."""

    def __init__(self, file: Path, keyring: SystemKeyring) -> None:
        self._file = file
        self._keyring = keyring
        self._lock: PassphraseLock | None = None

    async def backend(self, place: KeyPlace) -> str:
        """Return the keyring's backend that a first key would go to; '' for other places.

        Raises:
            NoKeyring: there is none here.
        """
        if place is not KeyPlace.KEYRING:
            return ""
        backend = await self._keyring.find()
        if backend is None:
            raise no_keyring()
        return backend

    async def use_passphrase(self, passphrase: str) -> None:
        """Lock the master keys to come with `passphrase`."""
        self._lock = await asyncio.to_thread(PassphraseLock.make, passphrase)

    async def unlock(self, record: MasterRecord, passphrase: str) -> None:
        """Open what `record` keeps under a passphrase.

        Raises:
            WrongPassphrase: it was another passphrase.
        """
        self._lock = await asyncio.to_thread(PassphraseLock.of, record.wrapped, passphrase)

    async def create(self, place: KeyPlace) -> MasterRecord:
        """Keep a new master key and return its record.

        Every key in a keyring has an entry of its own, so that no other is overwritten. A
        key file that is there already is used as it is.
        """
        record = MasterRecord(place, await self.backend(place), uuid4().hex, "", "")
        keys = MasterKeys.generate()
        if place is KeyPlace.PRIVATE_FILE:
            kept = await asyncio.to_thread(key_file.create, self._file, keys.dump())
            return _described(record, MasterKeys.parse(kept))
        return await self.keep(record, keys)

    async def move(self, place: KeyPlace, keys: MasterKeys) -> MasterRecord:
        """Keep `keys` at another place too, with whatever a key file holds already."""
        record = MasterRecord(place, await self.backend(place), uuid4().hex, "", "")
        if place is KeyPlace.PRIVATE_FILE:
            return await asyncio.to_thread(self._merge_into_file, record, keys)
        return await self.keep(record, keys)

    async def keep(self, record: MasterRecord, keys: MasterKeys) -> MasterRecord:
        """Put `keys` in the place of what `record` names; return the record of that."""
        match record.place:
            case KeyPlace.PRIVATE_FILE:
                await asyncio.to_thread(key_file.overwrite, self._file, keys.dump())
            case KeyPlace.PHRASE:
                record = replace(record, wrapped=self._passphrase_lock().wrap(keys))
            case _:
                await self._keep_in_keyring(record, keys)
        return _described(record, keys)

    async def find(self, record: MasterRecord) -> MasterKeys | None:
        """Return what is kept for `record`; None when its place has nothing."""
        match record.place:
            case KeyPlace.PHRASE:
                return self._passphrase_lock().unwrap(record.wrapped)
            case KeyPlace.PRIVATE_FILE:
                kept = await asyncio.to_thread(key_file.read, self._file)
            case _:
                kept = await self._find_in_keyring(record)
        return None if kept is None else MasterKeys.parse(kept)

    async def discard(self, record: MasterRecord) -> None:
        """Remove a key that seals nothing; left behind it would do no harm."""
        with suppress(VaultError):
            if record.place is KeyPlace.KEYRING:
                await self._keyring.delete(record.backend, _account(record.profile))

    async def remove(self, record: MasterRecord) -> None:
        """Remove the keys of a place that was left for another; they seal nothing any more."""
        if record.place is KeyPlace.PRIVATE_FILE:
            await asyncio.to_thread(key_file.remove, self._file)
        await self.discard(record)

    def describe(self, record: MasterRecord) -> str:
        """Complete the sentence "Keys are kept …"."""
        match record.place:
            case KeyPlace.PRIVATE_FILE:
                return f"in a private file ({self._file})"
            case KeyPlace.PHRASE:
                return "in Parley's own data, locked with your passphrase"
            case _:
                return f"in the system keyring ({self._keyring.label(record.backend)})"

    def _passphrase_lock(self) -> PassphraseLock:
        if self._lock is None:
            raise passphrase_needed()
        return self._lock

    def _merge_into_file(self, record: MasterRecord, keys: MasterKeys) -> MasterRecord:
        there = key_file.read(self._file)
        if there is not None:
            keys = MasterKeys(keys.current, {**MasterKeys.parse(there).keys, **keys.keys})
            key_file.overwrite(self._file, keys.dump())
        elif key_file.create(self._file, keys.dump()) != keys.dump():
            raise keyring_locked()
        return _described(record, keys)

    async def _find_in_keyring(self, record: MasterRecord) -> str | None:
        backend = await self._keyring.find(record.backend)
        if backend is None:
            raise no_keyring()
        if backend != record.backend:
            names = self._keyring.label(record.backend), self._keyring.label(backend)
            raise keyring_changed(*names)
        return await self._keyring.get(backend, _account(record.profile))

    async def _keep_in_keyring(self, record: MasterRecord, keys: MasterKeys) -> None:
        account = _account(record.profile)
        await self._keyring.set(record.backend, account, keys.dump())
        if await self._keyring.get(record.backend, account) != keys.dump():
            raise keyring_locked()


def _described(record: MasterRecord, keys: MasterKeys) -> MasterRecord:
    return replace(record, id=keys.current, check=check_token(keys.cipher()))


def _account(profile: str) -> str:
    return f"master-key-{profile}"
