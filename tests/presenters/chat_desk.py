"""A chat presenter over a real database and a real model, with a view that remembers."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from desktop.core.attachment import Attachment
from desktop.core.chat_settings import ChatSettings
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, MessageId
from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.local.engine import LocalEngine
from desktop.local.server import LocalConnection
from desktop.presenters.attaching import AttachingPresenter
from desktop.presenters.chat import ChatPresenter
from desktop.services.attaching import Attaching, Picture
from desktop.services.chat import ChatService
from desktop.services.connections import Connections
from desktop.services.drafts import Drafts
from desktop.services.meaning.embedder import Embedders
from desktop.services.meaning.search import MeaningSearch
from desktop.services.settings import SettingsService
from desktop.services.sources import Sources
from desktop.storage.database import Database
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.drafts import DraftRepository
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.passages import PassageRepository
from desktop.storage.repositories.sources import SourceRepository
from desktop.storage.vault import Vault


class RecordingView:
    """A chat view that only remembers what it was told."""

    def __init__(self) -> None:
        self.title = ""
        self.messages: dict[MessageId, Message] = {}
        self.streamed: dict[MessageId, str] = {}
        self.busy = False
        self.draft = ""
        self.cleared = 0
        self.pointed_at: tuple[MessageId, str] | None = None
        self.editing: tuple[MessageId, str] | None = None
        self.progress: list[str] = []
        self.earlier: list[MessageId] = []
        self.notices: list[ParleyError] = []
        self.attached: list[str] = []

    def show_conversation(self, title: str, messages: Sequence[Message], draft: str) -> None:
        self.title, self.draft = title, draft
        self.messages = {message.id: message for message in messages}
        self.streamed = {message.id: message.text for message in messages}

    def set_title(self, title: str) -> None:
        self.title = title

    def add_message(self, message: Message) -> None:
        self.messages[message.id] = message
        self.streamed[message.id] = message.text

    def append_text(self, message_id: MessageId, text: str) -> None:
        self.streamed[message_id] += text

    def append_reasoning(self, message_id: MessageId, text: str) -> None:
        assert message_id in self.messages

    def finish_message(self, message: Message) -> None:
        assert message.id in self.messages
        self.messages[message.id] = message

    def set_progress(self, message_id: MessageId, text: str) -> None:
        assert message_id in self.messages
        self.progress.append(text)

    def set_busy(self, busy: bool) -> None:
        self.busy = busy

    def show_messages(self, messages: Sequence[Message]) -> None:
        self.show_conversation(self.title, messages, self.draft)

    def show_message(self, message_id: MessageId, words: str) -> None:
        self.pointed_at = (message_id, words)

    def show_earlier(self, before: MessageId, ids: Sequence[MessageId]) -> None:
        assert before in self.messages
        self.earlier = list(ids)

    def fill_in(self, messages: Sequence[Message]) -> None:
        self.messages |= {message.id: message for message in messages}

    def edit_question(self, message_id: MessageId, text: str) -> None:
        self.editing = (message_id, text)

    def clear_composer(self, text: str) -> None:
        self.cleared += 1

    def set_model(self, label: str) -> None:
        pass

    def show_notice(self, error: ParleyError) -> None:
        self.notices.append(error)

    def show_attachments(self, files: Sequence[Attachment], *, reading: int) -> None:
        self.attached = [file.name for file in files]

    @property
    def last(self) -> Message:
        return list(self.messages.values())[-1]


async def no_picture(data: bytes) -> Picture | None:
    return None


class OwnedTasks:
    """Starts work and lets what it raises fail the test."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[Any]] = []

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any] | None:
        task = asyncio.create_task(work, name=name)
        self.tasks.append(task)
        return task

    async def finish(self) -> None:
        async with asyncio.timeout(90):
            await asyncio.gather(*self.tasks)


def sources_of(database: Database, folder: Path) -> Sources:
    passages, embeddings = PassageRepository(database), EmbeddingRepository(database)
    search = MeaningSearch(folder / "vectors", passages, embeddings, Embedders(database))
    return Sources(SourceRepository(database), passages, search)


async def adopt_nothing(_: ConversationId) -> None:
    pass


class Desk:
    """A presenter and all that it stands on."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        models: Path,
        server: LocalConnection,
        *,
        max_tokens: int = 200,
    ) -> None:
        self.view = RecordingView()
        self.work = OwnedTasks()
        self.conversations = ConversationRepository(database)
        self.branches = BranchRepository(database)
        config = CompletionsConfig(
            LLMProvider.OPENAI_COMPATIBLE, server.api_key, server.model, server.endpoint, max_tokens
        )
        self.connections = Connections(database, LocalEngine(models), override=config)
        self.database = database
        sources = sources_of(database, models)
        self.chat = ChatService(self.conversations, self.branches, self.connections, sources)
        settings = SettingsService(database, vault, local=self.connections.local)
        self.active: set[ConversationId] = set()
        self.own = ChatSettings()
        self.shown: Conversation | None = None
        self.files = self.files_again()
        self.presenter = ChatPresenter(
            self.view,
            self.chat,
            self.conversations,
            self.branches,
            Drafts(self.conversations, settings),
            self.work,
            files=self.files,
            on_changed=lambda _: None,
            on_shown=lambda conversation: setattr(self, "shown", conversation),
            start_from=lambda: self.own,
            on_active=lambda id_, on: (self.active.add if on else self.active.discard)(id_),
            adopt=adopt_nothing,
        )

    def files_again(self) -> AttachingPresenter:
        """Return what keeps the files of unsent messages, as a new start makes it."""
        attaching = Attaching(self.database.attachments, no_picture)
        drafts = DraftRepository(self.database)
        return AttachingPresenter(self.view, attaching, drafts, self.connections.config)


async def streams(desk: Desk) -> None:
    async with asyncio.timeout(30):
        while not any(
            text
            for id_, text in desk.view.streamed.items()
            if desk.view.messages[id_].role is Role.ASSISTANT
        ):
            await asyncio.sleep(0.01)


LONG = "Write a very long story about a lighthouse, at least two thousand words."
