"""Everything below the window, built and closed in one place; the command uses it too."""

import asyncio
import gc
from dataclasses import dataclass

from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.local.engine import LocalEngine
from desktop.services.backups import Backups
from desktop.services.chat import ChatService
from desktop.services.connections import Connections
from desktop.services.preferences import PreferencesStore
from desktop.services.settings import SettingsService
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The services, and what they stand on."""

    paths: Paths
    database: Database
    vault: Vault
    conversations: ConversationRepository
    branches: BranchRepository
    connections: Connections
    chat: ChatService
    settings: SettingsService
    backups: Backups
    preferences: PreferencesStore

    async def aclose(self) -> None:
        """Stop the local model, close the connections, then the database."""
        await self.connections.aclose()
        await self.database.close()


async def open_backend(
    paths: Paths,
    *,
    key_place: KeyPlace | None = None,
    override: CompletionsConfig | None = None,
) -> Backend:
    """Open the data in `paths` and build the services over it.

    Raises:
        StorageError: the data can't be used; it is left as it is.
    """
    vault = Vault(paths, place=key_place)
    database = await Database.open(paths, vault=vault)
    conversations = ConversationRepository(database)
    branches = BranchRepository(database)
    connections = Connections(database, LocalEngine(paths.models), override=override)
    settings = SettingsService(database, vault, local=connections.local)
    return Backend(
        paths=paths,
        database=database,
        vault=vault,
        conversations=conversations,
        branches=branches,
        connections=connections,
        chat=ChatService(conversations, branches, connections),
        backups=Backups(database, paths.backups),
        settings=settings,
        preferences=PreferencesStore(settings),
    )


async def prewarm(config: CompletionsConfig) -> None:
    """Import the SDK that the next message needs, in a thread.

    What was imported, a quarter of a million objects, is never walked by the collector again.
    """
    await asyncio.to_thread(_import_sdk, config.provider)
    gc.freeze()


def _import_sdk(provider: LLMProvider) -> None:
    if provider is LLMProvider.ANTHROPIC:
        from desktop.llm.anthropic_client import prewarm as prewarm_sdk
    else:
        from desktop.llm.openai_client import prewarm as prewarm_sdk
    prewarm_sdk()
