"""A database of its own for every storage test."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import ConversationId, MessageId, new_conversation_id, new_message_id
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.organising import OrganisingRepository

MakeConversation = Callable[..., Conversation]
MakeMessage = Callable[..., Message]


@pytest.fixture
def paths(own_home: Path) -> Paths:
    return Paths.resolve(own_home)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty database once; tests copy it, as migrating takes longer than they do."""
    path = tmp_path_factory.mktemp("template") / "parley.db"
    schema.create(path)
    return path


@pytest.fixture
async def database(paths: Paths, new_database: Path) -> AsyncIterator[Database]:
    paths.create()
    shutil.copy(new_database, paths.database)
    opened = await Database.open(paths)
    yield opened
    await opened.close()


@pytest.fixture
def repository(database: Database) -> ConversationRepository:
    return ConversationRepository(database)


def organising(repository: ConversationRepository) -> OrganisingRepository:
    """Return what sorts the conversations of the same database."""
    return OrganisingRepository(repository._database)


@pytest.fixture
def make_conversation() -> MakeConversation:
    def make(title: str = "A conversation", **values: Any) -> Conversation:
        moment = datetime.now(UTC)
        plain = Conversation(
            id=new_conversation_id(), title=title, created_at=moment, updated_at=moment
        )
        return replace(plain, **values)

    return make


@pytest.fixture
def make_message() -> MakeMessage:
    def make(
        conversation_id: ConversationId,
        parent_id: MessageId | None = None,
        text: str = "Hello",
        **values: Any,
    ) -> Message:
        plain = Message(
            id=new_message_id(),
            conversation_id=conversation_id,
            parent_id=parent_id,
            role=Role.USER,
            parts=text_parts(text),
            status=MessageStatus.COMPLETE,
            created_at=datetime.now(UTC),
        )
        return replace(plain, **values)

    return make
