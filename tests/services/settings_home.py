"""The settings service over a data directory of its own, for tests."""

from pathlib import Path
from typing import Any

from desktop.llm.factory import get_completions_config, get_embeddings_config
from desktop.services.settings import SettingsService
from desktop.services.settings_connections import LocalModel
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.system_keyring import SystemKeyring
from desktop.storage.vault import KeyPlace, Vault


async def no_local_model(endpoint: str) -> Any:
    """Fail: nothing here may start the model on this computer."""
    raise AssertionError(f"started {endpoint}")


class SettingsHome:
    """A service with what it stands on, and what others read of it."""

    def __init__(
        self, paths: Paths, database: Database, vault: Vault, local: LocalModel = no_local_model
    ) -> None:
        self.paths = paths
        self.database = database
        self.vault = vault
        self.service = SettingsService(database, vault, local=local)

    @classmethod
    async def open(
        cls,
        root: Path,
        place: KeyPlace | None,
        *,
        local: LocalModel = no_local_model,
        keyring: SystemKeyring | None = None,
    ) -> "SettingsHome":
        """Open `root`, keeping keys at `place`."""
        paths = Paths.resolve(root)
        paths.create()
        vault = Vault(paths, place=place, keyring=keyring)
        return cls(paths, await Database.open(paths, vault=vault), vault, local)

    async def close(self) -> None:
        """Close the database."""
        await self.database.close()

    async def row(self, category: str, key: str) -> dict[str, Any] | None:
        """Return a row's value."""
        async with self.database.read() as session:
            return await SystemConfigRepository(session).get(category, key)

    async def key_in_use(self) -> str:
        """Return the key that the next message is sent with."""
        async with self.database.read() as session:
            config = await get_completions_config(session)
        assert config is not None
        return config.api_key

    async def embeddings_key(self) -> str:
        """Return the key that embeddings are made with."""
        async with self.database.read() as session:
            config = await get_embeddings_config(session)
        assert config is not None
        return config.api_key
