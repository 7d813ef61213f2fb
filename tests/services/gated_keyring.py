"""A keyring in memory that can be locked, silent, absent or another one, for tests."""

import asyncio

from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault_errors import keyring_locked


class GatedKeyring(SystemKeyring):
    """Behaves as `mood` says: open, locked, hanging (until `open_up`), absent or changed."""

    def __init__(self) -> None:
        super().__init__(())
        self.mood = "open"
        self.entries: dict[str, str] = {}
        self._answers = asyncio.Event()

    def open_up(self) -> None:
        """Answer what hangs, and everything from now on."""
        self.mood = "open"
        self._answers.set()

    def label(self, name: str) -> str:
        return {"here": "Secret Service", "there": "KWallet"}.get(name, name)

    async def find(self, preferred: str | None = None) -> str | None:
        return {"absent": None, "changed": "there"}.get(self.mood, "here")

    async def get(self, name: str, account: str) -> str | None:
        if self.mood == "locked":
            raise keyring_locked()
        if self.mood == "hanging":
            await self._answers.wait()
        return self.entries.get(account)

    async def set(self, name: str, account: str, value: str) -> None:
        await self.get(name, account)
        self.entries[account] = value

    async def delete(self, name: str, account: str) -> None:
        self.entries.pop(account, None)
