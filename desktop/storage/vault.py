"""The vault: users' keys, sealed with a master key that is kept outside the database.

Above all: no new master key is made while anything is sealed with another, and nothing
sealed is ever deleted. Without its key it stays where it is until the key comes back.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

from cryptography.fernet import MultiFernet
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.errors import MasterKeyGone, MasterKeyWrong, NoKeyring, VaultError
from desktop.storage.key_place import KeyPlace, VaultState
from desktop.storage.master_key import MasterKeys, seal, unseal, verified, wrong_key
from desktop.storage.master_key_places import MasterKeyPlaces
from desktop.storage.paths import Paths
from desktop.storage.resealing import reseal, set_aside
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault_errors import kept_elsewhere, master_key_gone, secret_moved, state_of
from desktop.storage.vault_record import (
    MasterRecord,
    VaultRecord,
    has_sealed,
    read_record,
    retire,
    write_record,
)

__all__ = ["KeyPlace", "Vault", "VaultState"]


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
        self._default = place
        self._places = MasterKeyPlaces(paths.key_file, keyring or SystemKeyring())
        self._sessions: Sessions | None = None
        self._keys: MasterKeys | None = None
        self._session_only: dict[str, tuple[str, str]] = {}
        self._opening = asyncio.Lock()
        self._where = "nowhere yet"

    def attach(self, database: Sessions) -> None:
        """Use `database` for the vault's record."""
        self._sessions = database

    def where(self) -> str:
        """Complete the sentence "Keys are kept …", as `state`, `seal` or `unseal` last saw it."""
        return self._where

    async def state(self) -> VaultState:
        """Return what can be done with keys right now; asks the keyring."""
        try:
            record = await self._record()
            if self._is_session_only(record):
                return VaultState.SESSION_ONLY
            if await self._opened(record) is not None:
                return VaultState.OK
            await self._places.backend(self._first_place(record))
        except VaultError as error:
            return state_of(error)
        return VaultState.NEW

    async def choose(self, place: KeyPlace, *, passphrase: str = "") -> None:
        """Keep keys in `place` from now on, and remember it; `passphrase` is for that place.

        Raises:
            KeptElsewhere: keys are sealed with another master key; see `rotate`.
        """
        async with self._connected().write() as session:
            record = await read_record(session)
            key = record.key
            stays = key is not None and place is key.place and not passphrase
            if key is not None and not stays and place is not KeyPlace.SESSION:
                if await has_sealed(session):
                    raise kept_elsewhere()
                await retire(session, key)
                key = None
            await write_record(session, VaultRecord(place, key))
        await self._settle_in(place, passphrase)

    async def start_over(self, place: KeyPlace, *, passphrase: str = "") -> None:
        """Set aside all that is sealed, and keep what is entered from now on at `place`.

        What was set aside stays in the database, and so does the record of its master key.
        """
        async with self._connected().write() as session:
            record = await read_record(session)
            await set_aside(session, uuid4().hex[:8])
            if record.key is not None:
                await retire(session, record.key)
            await write_record(session, VaultRecord(place))
        await self._settle_in(place, passphrase)

    async def unlock(self, passphrase: str) -> None:
        """Open the keys that are locked with a passphrase.

        Raises:
            WrongPassphrase: it was another passphrase.
            MasterKeyGone: none are locked with one.
        """
        async with self._opening:
            record = await self._record()
            if record.key is None or record.key.place is not KeyPlace.PHRASE:
                raise master_key_gone()
            await self._places.unlock(record.key, passphrase)

    async def rotate(self, place: KeyPlace | None = None, *, passphrase: str = "") -> None:
        """Seal everything with a new master key, and keep that at `place`, if one is given.

        Stopped at any step, by a crash too, it leaves every key readable: the old master key
        goes only after all is sealed with the new one. `passphrase` locks the new one, where
        that is its place; without it the one in use does.

        Raises:
            MasterKeyGone, MasterKeyWrong, KeyringLocked, NoKeyring: what is sealed can't be
                opened, or the new key not be kept; nothing was changed.
        """
        async with self._opening:
            record = await self._record()
            if record.key is None:
                raise master_key_gone()
            await self._open(record.key)
            assert self._keys is not None, "opened keys are kept"
            if passphrase:
                await self._places.use_passphrase(passphrase)
            await self._rotate(record, record.key, self._keys.with_new(), place or record.key.place)

    async def seal(self, secret: str, *, slot: str, origin: str) -> str | None:
        """Seal `secret` for one row and one address; None when it is kept for this session only.

        `slot` names the row, `origin` the address as `desktop.core.connection.origin` does.
        What is kept for this session in `slot` stays until `forget`: the token may yet fail
        to be written.

        Raises:
            NoKeyring: the user has to choose a place first.
            KeyringLocked: the keyring is locked or does not answer.
            MasterKeyGone, MasterKeyWrong: what is sealed can't be opened; nothing was changed.
        """
        async with self._opening:
            record = await self._record()
            if self._is_session_only(record):
                self._session_only[slot] = (origin, secret)
                return None
            cipher = await self._opened(record) or await self._create(record)
        return seal(cipher, secret, slot=slot, origin=origin)

    async def unseal(self, token: str | None, *, slot: str, origin: str) -> str | None:
        """Return the secret for this row and address; None when there is none.

        A secret that was given for this session only comes before the stored one.

        Raises:
            SecretMoved: it was sealed for another row or another address.
            MasterKeyGone, MasterKeyWrong, KeyringLocked, NoKeyring: it can't be opened now.
        """
        if slot in self._session_only and (token is None or self.holds(slot, origin)):
            sealed_for, secret = self._session_only[slot]
            return _unmoved(secret, (slot, sealed_for), (slot, origin))
        if token is None:
            return None
        record = await self._record()
        if record.key is None:
            raise master_key_gone()
        cipher = await self._open(record.key)
        sealed_slot, sealed_for, secret = unseal(cipher, token)
        return _unmoved(secret, (sealed_slot, sealed_for), (slot, origin))

    def holds(self, slot: str, origin: str) -> bool:
        """Tell whether a secret for this row and address is kept for this session only."""
        return slot in self._session_only and self._session_only[slot][0] == origin

    async def is_session_only(self) -> bool:
        """Tell whether new secrets are kept for this session only; asks no keyring."""
        with suppress(MasterKeyWrong):  # a newer version's record: sealing will say so
            return self._is_session_only(await self._record())
        return False

    async def has_keyring(self) -> bool:
        """Tell whether the system offers a keyring to keep keys in.

        Raises:
            KeyringLocked: it does not answer in time.
        """
        try:
            await self._places.backend(KeyPlace.KEYRING)
        except NoKeyring:
            return False
        return True

    def forget(self, slot: str) -> None:
        """Drop what is kept for this session only in `slot`; what is sealed stays."""
        self._session_only.pop(slot, None)

    def reread(self) -> None:
        """Look for the master key again when it is next needed: the database is another one."""
        self._keys = None

    def _connected(self) -> Sessions:
        if self._sessions is None:
            raise RuntimeError("The vault is not attached to a database.")
        return self._sessions

    async def _record(self) -> VaultRecord:
        async with self._connected().read() as session:
            record = await read_record(session)
        if self._is_session_only(record):
            self._where = "for this session only, in memory"
        elif record.key is not None:
            self._where = self._places.describe(record.key)
        return record

    def _is_session_only(self, record: VaultRecord) -> bool:
        return KeyPlace.SESSION in {record.place, self._default}

    def _first_place(self, record: VaultRecord) -> KeyPlace:
        return record.place or self._default or KeyPlace.KEYRING

    async def _opened(self, record: VaultRecord) -> MultiFernet | None:
        """Return the cipher; None when there is no master key and nothing that needs it."""
        if record.key is not None:
            with suppress(MasterKeyGone):
                return await self._open(record.key)
        await self._refuse_if_sealed()
        return None

    async def _open(self, key: MasterRecord) -> MultiFernet:
        if self._keys is None:
            kept = await self._places.find(key)
            if kept is None:
                raise master_key_gone()
            verified(kept, key.check)
            self._keys = kept
        return self._keys.cipher()

    async def _refuse_if_sealed(self) -> None:
        async with self._connected().read() as session:
            if await has_sealed(session):
                raise master_key_gone()

    async def _create(self, record: VaultRecord) -> MultiFernet:
        mine = await self._places.create(self._first_place(record))
        agreed = await self._agree(mine, instead_of=record.key)
        if agreed != mine:
            await self._places.discard(mine)
        self._where = self._places.describe(agreed)
        return await self._open(agreed)

    async def _rotate(
        self, record: VaultRecord, old: MasterRecord, keys: MasterKeys, place: KeyPlace
    ) -> None:
        new = await self._keep_beside(old, keys, place)
        async with self._connected().write() as session:
            if await read_record(session) != record:
                raise wrong_key()  # another process changed it meanwhile
            await reseal(session, keys)
            await write_record(session, VaultRecord(place, new))
        self._keys, self._default = keys.alone(), place
        self._where = self._places.describe(new)
        if place is old.place:
            await self._places.keep(new, keys.alone())
        else:
            await self._places.remove(old)

    async def _keep_beside(
        self, old: MasterRecord, keys: MasterKeys, place: KeyPlace
    ) -> MasterRecord:
        """Keep the new key so that the old one is still found where it was."""
        if place is not old.place:
            return await self._places.move(place, keys.alone())
        # Under a passphrase the key stands in the record, which is written with what it seals.
        in_record = place is KeyPlace.PHRASE
        return await self._places.keep(old, keys.alone() if in_record else keys)

    async def _settle_in(self, place: KeyPlace, passphrase: str) -> None:
        self._keys, self._default = None, place
        if not passphrase:
            return
        async with self._opening:
            await self._places.use_passphrase(passphrase)
            record = await self._record()
            if record.key is None:  # later the passphrase would have to be asked for again
                await self._create(record)

    async def _agree(self, mine: MasterRecord, *, instead_of: MasterRecord | None) -> MasterRecord:
        """Record the first master key; return another process's if that came first."""
        async with self._connected().write() as session:
            record = await read_record(session)
            if record.key is not None and record.key != instead_of:
                return record.key
            if await has_sealed(session):
                raise master_key_gone()
            if record.key is not None:
                await retire(session, record.key)
            await write_record(session, replace(record, key=mine))
        return mine


def _unmoved(secret: str, sealed_for: tuple[str, str], wanted: tuple[str, str]) -> str:
    if sealed_for != wanted:
        raise secret_moved()
    return secret
