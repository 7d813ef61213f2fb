"""Saved keys: opened for a use, masked for the eye, sealed again for a row."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from desktop.core.errors import SecretMoved, VaultError
from desktop.services.settings_records import SealedKey
from desktop.services.settings_values import NO_KEY, KeyView
from desktop.storage.vault import Vault

_HINT_LENGTH = 4
_SHORTEST_TO_HINT = 12  # of a shorter key, four characters would give away too much


class SavedKeys:
    """What the vault holds of the connections' keys."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def open(self, sealed: SealedKey) -> str | None:
        """Return the key; None when there is none.

        Raises:
            VaultError: it can't be opened now, or belongs to another row or address.
        """
        return await self._vault.unseal(sealed.token, slot=sealed.slot, origin=sealed.origin)

    async def is_set(self, sealed: SealedKey) -> bool:
        """Tell whether there is a key, also when it can't be opened now."""
        if sealed.token is not None:
            return True
        try:
            return bool(await self.open(sealed))
        except SecretMoved:
            return False

    async def find(self, keys: Sequence[SealedKey], origin: str) -> SealedKey | None:
        """Return the first key that was entered for `origin`."""
        for sealed in keys:
            if sealed.origin == origin and await self.is_set(sealed):
                return sealed
        return None

    async def elsewhere(self, keys: Sequence[SealedKey], origin: str) -> str:
        """Return the host that a key was entered for instead of `origin`; '' for none."""
        for sealed in keys:
            if sealed.origin != origin and await self.is_set(sealed):
                return host_of(sealed.origin)
        return ""

    async def is_one(self, left: SealedKey, right: SealedKey) -> bool:
        """Tell whether both are the same key; False when they can't be opened now."""
        if left.origin != right.origin:
            return False
        try:
            secret = await self.open(left)
            return bool(secret) and secret == await self.open(right)
        except VaultError:
            return False

    async def token(
        self, key: str | SealedKey | None, slot: str, origin: str, saved: Sequence[SealedKey]
    ) -> str | None:
        """Return what to store of `key` for `slot` and `origin`: a token, or None.

        `saved` are the keys that are stored now. A key that is one of them keeps the token
        it has for `slot`, so that other settings can be saved while the keyring is locked.
        Beside a key for this session only the token stays for the sessions to come.

        Raises:
            VaultError: it can't be sealed now.
        """
        kept = next((s.token for s in saved if (s.slot, s.origin) == (slot, origin)), None)
        if isinstance(key, SealedKey):
            if kept is not None and key in saved and not self._vault.holds(slot, origin):
                return kept
            key = await self.open(key)
        if not key:
            self._vault.forget(slot)
            return None
        return await self._vault.seal(key, slot=slot, origin=origin) or kept

    def is_held(self, sealed: SealedKey) -> bool:
        """Tell whether the key is kept for this session only, whatever is sealed beside it."""
        return self._vault.holds(sealed.slot, sealed.origin)


class MaskedKeys:
    """The saved keys as they may be shown, all at one moment.

    A keyring that does not open is asked once, not again for every key.
    """

    def __init__(self, keys: SavedKeys) -> None:
        self._keys = keys
        self._closed: VaultError | None = None

    @property
    def closed(self) -> VaultError | None:
        """Why the keys could not be opened."""
        return self._closed

    async def view(self, sealed: SealedKey) -> KeyView:
        """Return what may be shown of the key."""
        if not await self._keys.is_set(sealed):
            return NO_KEY
        try:
            secret = await self._open(sealed)
        except VaultError as problem:
            return KeyView(is_set=True, origin=sealed.origin, problem=problem)
        return KeyView(is_set=True, hint=_hint(secret), origin=sealed.origin)

    async def _open(self, sealed: SealedKey) -> str:
        if self._closed is not None:
            raise self._closed
        try:
            return await self._keys.open(sealed) or ""
        except SecretMoved:
            raise
        except VaultError as problem:
            self._closed = problem
            raise


def _hint(secret: str) -> str:
    return secret[-_HINT_LENGTH:] if len(secret) >= _SHORTEST_TO_HINT else ""


def host_of(origin: str) -> str:
    """Return the part of an origin that people know it by."""
    return urlsplit(origin).netloc or origin
