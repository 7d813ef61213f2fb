"""The master key: what seals the users' keys, as it is kept and as it is remembered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from desktop.core.errors import MasterKeyWrong

_VERSION = 1
_CHECK = b"parley"


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The current key and those before it, by id; each 32 random bytes in base64."""

    current: str
    keys: Mapping[str, str] = field(repr=False)

    @classmethod
    def generate(cls) -> "MasterKeys":
        """Make a new key."""
        name = uuid4().hex[:8]
        return cls(name, {name: Fernet.generate_key().decode("ascii")})

    @classmethod
    def parse(cls, kept: str) -> "MasterKeys":
        """Read what `dump` wrote.

        Raises:
            MasterKeyWrong: it is cut off, no key at all or of a newer version.
        """
        try:
            match json.loads(kept):
                case {"v": 1, "current": str(current), "keys": {**keys}} if current in keys:
                    found = cls(current, {str(name): str(key) for name, key in keys.items()})
                    found.cipher()
                    return found
                case _:
                    raise wrong_key()
        except ValueError as error:
            raise wrong_key() from error

    def with_new(self) -> "MasterKeys":
        """Return these keys with a new one before them, which seals from now on."""
        fresh = MasterKeys.generate()
        return MasterKeys(fresh.current, {**self.keys, **fresh.keys})

    def alone(self) -> "MasterKeys":
        """Return the current key without those before it."""
        return MasterKeys(self.current, {self.current: self.keys[self.current]})

    def dump(self) -> str:
        """Return the keys as one short line: Windows keeps 1,280 characters at most."""
        return json.dumps({"v": _VERSION, "current": self.current, "keys": dict(self.keys)})

    def cipher(self) -> MultiFernet:
        """Return the cipher that seals with the current key and opens with each."""
        others = [key for name, key in self.keys.items() if name != self.current]
        return MultiFernet([Fernet(key) for key in (self.keys[self.current], *others)])


def check_token(cipher: MultiFernet) -> str:
    """Seal a known value, by which the key is recognised later."""
    return cipher.encrypt(_CHECK).decode("ascii")


def verified(keys: MasterKeys, check: str) -> MultiFernet:
    """Return the cipher of `keys` if it opens the check token.

    Raises:
        MasterKeyWrong: it doesn't; another key sealed.
    """
    cipher = keys.cipher()
    try:
        known = cipher.decrypt(check)
    except InvalidToken as error:
        raise wrong_key() from error
    if known != _CHECK:
        raise wrong_key()
    return cipher


def seal(cipher: MultiFernet, secret: str, *, slot: str, origin: str) -> str:
    """Seal `secret` together with the row and the address that it is for."""
    envelope: dict[str, Any] = {"slot": slot, "origin": origin, "secret": secret}
    return cipher.encrypt(json.dumps(envelope).encode("ascii")).decode("ascii")


def unseal(cipher: MultiFernet, token: str) -> tuple[str, str, str]:
    """Return slot, origin and secret of a token.

    Raises:
        MasterKeyWrong: another key sealed it, or it was changed since.
    """
    try:
        match json.loads(cipher.decrypt(token)):
            case {"slot": str(slot), "origin": str(origin), "secret": str(secret)}:
                return slot, origin, secret
            case _:
                raise wrong_key()
    except (InvalidToken, ValueError, TypeError) as error:
        raise wrong_key() from error


def wrong_key() -> MasterKeyWrong:
    """Say that what was found does not open what was sealed."""
    return MasterKeyWrong(
        "The master key that was found does not open the saved keys.",
        cure="Bring back the keyring or the key file they were saved with; nothing was changed.",
    )
