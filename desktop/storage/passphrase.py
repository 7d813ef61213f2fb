"""The master key under a passphrase, for systems without a keyring.

What the passphrase opens stands in the vault's record: scrypt makes a key of the passphrase
(RFC 7914), and that key seals the master keys.
"""

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from desktop.core.errors import WrongPassphrase
from desktop.storage.master_key import MasterKeys, wrong_key

_SALT_BYTES, _KEY_BYTES = 16, 32
# 128 MB and a third of a second for each guess; what OWASP's password storage sheet asks for.
_COST = {"n": 2**17, "r": 8, "p": 1}
_HIGHEST_COST = 2**20  # a record that asks for more was not written by us


@dataclass(frozen=True, slots=True)
class PassphraseLock:
    """The key made of a passphrase; derived in a thread, since that takes its time."""

    salt: bytes
    cost: dict[str, int]
    key: bytes = field(repr=False)

    @classmethod
    def make(cls, passphrase: str) -> "PassphraseLock":
        """Make a lock for master keys to come."""
        salt = os.urandom(_SALT_BYTES)
        return cls(salt, _COST, _derived(passphrase, salt, _COST))

    @classmethod
    def of(cls, wrapped: str, passphrase: str) -> "PassphraseLock":
        """Make the lock that `wrap` used, and try it.

        Raises:
            WrongPassphrase: it was another passphrase.
            MasterKeyWrong: the record is damaged or of a newer version.
        """
        salt, cost, _ = _parsed(wrapped)
        lock = cls(salt, cost, _derived(passphrase, salt, cost))
        lock.unwrap(wrapped)
        return lock

    def wrap(self, keys: MasterKeys) -> str:
        """Seal `keys`."""
        token = self._fernet().encrypt(keys.dump().encode("ascii")).decode("ascii")
        salt = base64.b64encode(self.salt).decode("ascii")
        return json.dumps({"v": 1, "kdf": "scrypt", **self.cost, "salt": salt, "token": token})

    def unwrap(self, wrapped: str) -> MasterKeys:
        """Open what `wrap` sealed. Raises as `of` does."""
        _, _, token = _parsed(wrapped)
        try:
            kept = self._fernet().decrypt(token)
        except InvalidToken as error:
            raise WrongPassphrase(
                "That is not the passphrase.", cure="Try again; mind capital letters."
            ) from error
        return MasterKeys.parse(kept.decode("ascii"))

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.key))


def _derived(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    scrypt = Scrypt(salt=salt, length=_KEY_BYTES, **cost)
    return scrypt.derive(passphrase.encode("utf-8", "surrogatepass"))


def _parsed(wrapped: str) -> tuple[bytes, dict[str, int], str]:
    try:
        value: Any = json.loads(wrapped)
        match value:
            case {
                "v": 1,
                "kdf": "scrypt",
                "n": int(n),
                "r": int(r),
                "p": int(p),
                "salt": str(salt),
                "token": str(token),
            } if n * r * p <= _HIGHEST_COST * 8:
                return base64.b64decode(salt, validate=True), {"n": n, "r": r, "p": p}, token
            case _:
                raise wrong_key()
    except ValueError as error:
        raise wrong_key() from error
