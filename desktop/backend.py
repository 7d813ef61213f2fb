"""Everything below the window, built and closed in one place; the command uses it too."""

import asyncio
import gc
from dataclasses import dataclass

from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.local.engine import LocalEngine
from desktop.services.backups import Backups
from desktop.services.chat import ChatService
from desktop.services.connections import Connections
from desktop.services.library import Library
from desktop.services.local_model import LocalModelStore, LocalRunning
from desktop.services.meaning.choices import ChoicesStore
from desktop.services.meaning.embedder import Embedders
from desktop.services.meaning.indexing import Indexing
from desktop.services.meaning.search import MeaningSearch
from desktop.services.network import NetworkStore
from desktop.services.preferences import PreferencesStore
from desktop.services.search import SearchService
from desktop.services.settings import SettingsService
from desktop.services.sources import Sources
from desktop.services.titles import Titles
from desktop.services.trash import Trash
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.chat_settings import ChatSettingsRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.organising import OrganisingRepository
from desktop.storage.repositories.passages import PassageRepository
from desktop.storage.repositories.search import SearchRepository
from desktop.storage.repositories.sources import SourceRepository
from desktop.storage.repositories.statistics import StatisticsRepository
from desktop.storage.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The services, and what they stand on."""

    paths: Paths
    database: Database
    vault: Vault
    conversations: ConversationRepository
    branches: BranchRepository
    organising: OrganisingRepository
    search: SearchService
    statistics: StatisticsRepository
    chat_settings: ChatSettingsRepository
    titles: Titles
    connections: Connections
    chat: ChatService
    settings: SettingsService
    backups: Backups
    trash: Trash
    preferences: PreferencesStore
    network: NetworkStore
    local_model: LocalModelStore
    local_running: LocalRunning
    library: Library
    meaning: MeaningSearch
    indexing: Indexing
    sources: Sources

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
    network = NetworkStore(database, vault)
    branches = BranchRepository(database)
    organising = OrganisingRepository(database)
    local_model = LocalModelStore(database)
    engine = LocalEngine(paths.models, options=local_model.options)
    connections = Connections(database, engine, network=network.options, override=override)
    settings = SettingsService(database, vault, local=connections.local, network=network.options)
    embedders = Embedders(database, network.options)
    library, meaning, indexing, sources = _meaning(paths, database, embedders)
    backups = Backups(database, paths.backups)
    preferences = PreferencesStore(settings)
    return Backend(
        paths=paths,
        database=database,
        vault=vault,
        conversations=conversations,
        branches=branches,
        organising=organising,
        search=SearchService(SearchRepository(database), PassageRepository(database), meaning),
        statistics=StatisticsRepository(database),
        chat_settings=ChatSettingsRepository(database),
        titles=Titles(conversations, organising, connections, preferences.model_titles),
        connections=connections,
        chat=ChatService(conversations, branches, connections, sources),
        backups=backups,
        trash=Trash(organising, backups),
        settings=settings,
        preferences=preferences,
        network=network,
        local_model=local_model,
        local_running=LocalRunning(engine),
        library=library,
        meaning=meaning,
        indexing=indexing,
        sources=sources,
    )


def _meaning(
    paths: Paths, database: Database, embedders: Embedders
) -> tuple[Library, MeaningSearch, Indexing, Sources]:
    passages, embeddings = PassageRepository(database), EmbeddingRepository(database)
    documents = LibraryRepository(database)
    search = MeaningSearch(paths.vectors, passages, embeddings, embedders)
    indexing = Indexing(
        passages=passages,
        embeddings=embeddings,
        library=documents,
        embedders=embedders,
        search=search,
        choices=ChoicesStore(database),
        prices=_embedding_price,
    )
    sources = Sources(SourceRepository(database), passages, search)
    return Library(documents), search, indexing, sources


def _embedding_price(model: str, host: str) -> float | None:
    from desktop.llm.prices import facts_of

    return facts_of(model, host=host).input_price


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
