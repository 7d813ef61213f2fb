"""Everything that search by meaning stands on, over a database of its own."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import ConversationId, MessageId, new_conversation_id, new_message_id
from desktop.services.meaning.choices import ChoicesStore
from desktop.services.meaning.embedder import Embedders
from desktop.services.meaning.indexing import Indexing
from desktop.services.meaning.search import MeaningSearch
from desktop.services.meaning.state import IndexState, Phase
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.passages import PassageRepository
from desktop.storage.repositories.system_config import SystemConfigRepository

MODEL = "multilingual-e5-small-q4"


def price(model: str, host: str) -> float | None:
    return 0.02


@dataclass
class Home:
    database: Database
    folder: Path
    states: list[IndexState] = field(default_factory=list[IndexState])

    def __post_init__(self) -> None:
        self.conversations = ConversationRepository(self.database)
        self.passages = PassageRepository(self.database)
        self.embeddings = EmbeddingRepository(self.database)
        self.library = LibraryRepository(self.database)
        self.embedders = Embedders(self.database)
        self.search = MeaningSearch(self.folder, self.passages, self.embeddings, self.embedders)
        self.indexing = Indexing(
            passages=self.passages,
            embeddings=self.embeddings,
            library=self.library,
            embedders=self.embedders,
            search=self.search,
            choices=ChoicesStore(self.database),
            prices=price,
        )
        self.indexing.on_state = self.states.append

    async def set_up(self, endpoint: str, model: str = MODEL) -> None:
        async with self.database.write() as session:
            row = {"model": model, "endpoint": endpoint}
            await SystemConfigRepository(session).put("llm", "embeddings_config", row)

    async def say(self, *texts: str, title: str = "Talk") -> tuple[ConversationId, list[MessageId]]:
        moment = datetime.now(UTC)
        conversation = Conversation(
            id=new_conversation_id(), title=title, created_at=moment, updated_at=moment
        )
        await self.conversations.create(conversation)
        ids: list[MessageId] = []
        for text in texts:
            message = Message(
                id=new_message_id(),
                conversation_id=conversation.id,
                parent_id=ids[-1] if ids else None,
                role=Role.USER if len(ids) % 2 == 0 else Role.ASSISTANT,
                parts=text_parts(text),
                status=MessageStatus.COMPLETE,
                created_at=datetime.now(UTC),
            )
            await self.conversations.add_message(message)
            ids.append(message.id)
        return conversation.id, ids

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        work = asyncio.create_task(self.indexing.run())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def until(self, *phases: Phase, seconds: float = 60) -> IndexState:
        return await self.until_true(lambda state: state.phase in phases, seconds=seconds)

    async def until_true(
        self, holds: Callable[[IndexState], bool], *, seconds: float = 60
    ) -> IndexState:
        async with asyncio.timeout(seconds):
            while True:
                state = await self.indexing.state()
                if holds(state):
                    return state
                await asyncio.sleep(0.02)


async def open_home(paths: Paths) -> Home:
    return Home(await Database.open(paths), paths.vectors)
