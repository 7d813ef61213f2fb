"""The vault: users' keys, sealed with a master key that is kept outside the database.

Above all: no new master key is made while anything is sealed with another, and nothing
sealed is ever deleted. Without its key it stays where it is until the key comes back.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from cryptography.fernet import MultiFernet
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.errors import (
    KeyringLocked,
    MasterKeyGone,
    MasterKeyWrong,
    NoKeyring,
    SecretMoved,
    VaultError,
)
from desktop.storage import key_file
from desktop.storage.master_key import MasterKeys, check_token, seal, unseal, verified
from desktop.storage.paths import Paths
from desktop.storage.system_keyring import SystemKeyring, no_keyring
from desktop.storage.vault_record import (
    KeyPlace,
    MasterRecord,
    VaultRecord,
    has_sealed,
    read_record,
    retire,
    write_record,
)

__all__ = ["KeyPlace", "Vault", "VaultState"]


class VaultState(StrEnum):
    """What can be done with keys right now."""

    OK = "ok"
    NEW = "new"  # nothing is sealed yet; there is a place to keep the first key
    NO_KEYRING = "no_keyring"
    LOCKED = "locked"
    KEY_GONE = "key_gone"
    KEY_WRONG = "key_wrong"
    BACKEND_CHANGED = "backend_changed"
    SESSION_ONLY = "session_only"


class KeyringChanged(NoKeyring):
    """There is a keyring, but not the one that the master key was put in."""


class Sessions(Protocol):
    """What the vault needs of the database."""

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Give a session to read with."""
        ...

    def write(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Give a session that commits at its end."""
        ...


class Vault:
    """Seals and opens keys; `place` is where a first master key goes, by default the keyring.

    Seal before opening a session to write in: the first seal writes to the database itself.
    """

    def __init__(
        self, paths: Paths, *, place: KeyPlace | None = None, keyring: SystemKeyring | None = None
    ) -> None:
        self._key_file = paths.key_file
        self._default = place
        self._keyring = keyring or SystemKeyring()
        self._sessions: Sessions | None = None
        self._cipher: MultiFernet | None = None
        self._session_only: dict[str, tuple[str, str]] = {}
        self._opening = asyncio.Lock()
        self._where = "nowhere yet"

    def attach(self, database: Sessions) -> None:
        """Use `database` for the vault's record."""
        self._sessions = database

    def where(self) -> str:
        """Say where keys are kept, as last seen, to complete "Keys are kept …"."""
        return self._where

    async def state(self) -> VaultState:
        """Return what can be done with keys right now; asks the keyring."""
        record = await self._record()
        if self._is_session_only(record):
            return VaultState.SESSION_ONLY
        try:
            if record.key is not None:
                await self._open(record.key)
                return VaultState.OK
            await self._refuse_if_sealed()
            await self._first_place(record)
        except VaultError as error:
            return _state_of(error)
        return VaultState.NEW

    async def choose(self, place: KeyPlace) -> None:
        """Keep keys in `place` from now on, and remember it.

        Raises:
            VaultError: keys are sealed with a master key that is kept elsewhere.
        """
        async with self._connected().write() as session:
            record = await read_record(session)
            key = record.key
            if key is not None and place not in {key.place, KeyPlace.SESSION}:
                if await has_sealed(session):
                    raise _kept_elsewhere()
                await retire(session, key)
                key = None
            await write_record(session, VaultRecord(place, key))
        self._cipher = None
        self._default = place

    async def seal(self, secret: str, *, slot: str, origin: str) -> str | None:
        """Seal `secret` for one row and one address; None when it is kept for this session only.

        `slot` names the row, `origin` the address as `desktop.core.connection.origin` does.

        Raises:
            NoKeyring: the user has to choose a place first.
            KeyringLocked: the keyring is locked or does not answer.
            MasterKeyGone, MasterKeyWrong: what is sealed can't be opened; nothing was changed.
        """
        record = await self._record()
        if self._is_session_only(record):
            self._session_only[slot] = (origin, secret)
            return None
        async with self._opening:
            cipher = await self._open_or_create(record)
        self._where = self._place_name(await self._record())
        self._session_only.pop(slot, None)
        return seal(cipher, secret, slot=slot, origin=origin)

    async def unseal(self, token: str | None, *, slot: str, origin: str) -> str | None:
        """Return the secret for this row and address; None when there is none.

        A secret that was given for this session only comes before the stored one.

        Raises:
            SecretMoved: it was sealed for another row or another address.
            MasterKeyGone, MasterKeyWrong, KeyringLocked, NoKeyring: it can't be opened now.
        """
        if slot in self._session_only:
            sealed_for, secret = self._session_only[slot]
            return _unmoved(secret, (slot, sealed_for), (slot, origin))
        if token is None:
            return None
        record = await self._record()
        if record.key is None:
            raise _gone()
        async with self._opening:
            cipher = await self._open(record.key)
        sealed_slot, sealed_for, secret = unseal(cipher, token)
        return _unmoved(secret, (sealed_slot, sealed_for), (slot, origin))

    def forget(self, slot: str) -> None:
        """Drop what is kept for this session only in `slot`; what is sealed stays."""
        self._session_only.pop(slot, None)

    def _connected(self) -> Sessions:
        if self._sessions is None:
            raise RuntimeError("The vault is not attached to a database.")
        return self._sessions

    async def _record(self) -> VaultRecord:
        async with self._connected().read() as session:
            record = await read_record(session)
        self._where = self._place_name(record)
        return record

    def _is_session_only(self, record: VaultRecord) -> bool:
        return KeyPlace.SESSION in {record.place, self._default}

    async def _open_or_create(self, record: VaultRecord) -> MultiFernet:
        if record.key is not None:
            return await self._open(record.key)
        await self._refuse_if_sealed()
        return await self._create(await self._first_place(record))

    async def _open(self, key: MasterRecord) -> MultiFernet:
        if self._cipher is None:
            kept = await self._kept(key)
            if kept is None:
                raise _gone()
            self._cipher = verified(MasterKeys.parse(kept), key.check)
        return self._cipher

    async def _kept(self, key: MasterRecord) -> str | None:
        if key.place is KeyPlace.PRIVATE_FILE:
            return await asyncio.to_thread(key_file.read, self._key_file)
        backend = await self._keyring.find(key.backend)
        if backend is None:
            raise no_keyring()
        if backend != key.backend:
            raise _keyring_changed(self._keyring.label(key.backend), self._keyring.label(backend))
        return await self._keyring.get(backend, _account(key.profile))

    async def _refuse_if_sealed(self) -> None:
        async with self._connected().read() as session:
            if await has_sealed(session):
                raise _gone()

    async def _first_place(self, record: VaultRecord) -> tuple[KeyPlace, str]:
        """Return where a first master key can go: the place and the keyring's backend."""
        place = record.place or self._default or KeyPlace.KEYRING
        if place is KeyPlace.PRIVATE_FILE:
            return place, ""
        backend = await self._keyring.find()
        if backend is None:
            raise no_keyring()
        return place, backend

    async def _create(self, first: tuple[KeyPlace, str]) -> MultiFernet:
        place, backend = first
        profile = uuid4().hex
        keys = await self._keep(MasterKeys.generate(), backend, profile)
        check = check_token(keys.cipher())
        mine = MasterRecord(place, backend, profile, keys.current, check)
        agreed = await self._agree(mine)
        if agreed is not mine and place is KeyPlace.KEYRING:
            with suppress(VaultError):  # it sealed nothing; left behind it does no harm
                await self._keyring.delete(backend, _account(profile))
        return await self._open(agreed)

    async def _keep(self, keys: MasterKeys, backend: str, profile: str) -> MasterKeys:
        if not backend:
            kept = await asyncio.to_thread(key_file.create, self._key_file, keys.dump())
            return MasterKeys.parse(kept)
        await self._keyring.set(backend, _account(profile), keys.dump())
        return keys

    async def _agree(self, mine: MasterRecord) -> MasterRecord:
        """Record the first master key; return another process's if that came first."""
        async with self._connected().write() as session:
            record = await read_record(session)
            if record.key is not None:
                return record.key
            if await has_sealed(session):
                raise _gone()
            await write_record(session, replace(record, key=mine))
        return mine

    def _place_name(self, record: VaultRecord) -> str:
        if self._is_session_only(record):
            return "for this session only, in memory"
        if record.key is None:
            return "nowhere yet"
        if record.key.place is KeyPlace.PRIVATE_FILE:
            return f"in a private file ({self._key_file})"
        return f"in the system keyring ({self._keyring.label(record.key.backend)})"


def _account(profile: str) -> str:
    return f"master-key-{profile}"


def _unmoved(secret: str, sealed_for: tuple[str, str], wanted: tuple[str, str]) -> str:
    if sealed_for == wanted:
        return secret
    raise SecretMoved(
        "The saved key was entered for another provider or another address.",
        cure="Enter the key again to use it here.",
    )


def _state_of(error: VaultError) -> VaultState:
    match error:
        case KeyringChanged():
            return VaultState.BACKEND_CHANGED
        case NoKeyring():
            return VaultState.NO_KEYRING
        case KeyringLocked():
            return VaultState.LOCKED
        case MasterKeyWrong():
            return VaultState.KEY_WRONG
        case _:
            return VaultState.KEY_GONE


def _gone() -> MasterKeyGone:
    return MasterKeyGone(
        "The master key that opens the saved keys is gone.",
        cure="Bring back the keyring or the key file it was in; the saved keys stay as they are.",
    )


def _keyring_changed(before: str, present: str) -> KeyringChanged:
    return KeyringChanged(
        f"The saved keys belong to {before}, but this system now offers {present}.",
        cure=f"Start {before} again; the saved keys stay as they are.",
    )


def _kept_elsewhere() -> VaultError:
    return VaultError(
        "Saved keys belong to a master key that is kept elsewhere.",
        cure="Bring that back first, or keep keys for this session only.",
    )
