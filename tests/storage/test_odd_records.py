"""What another version wrote is shown with a warning: never dropped, never an exception."""

import json

import pytest
from sqlalchemy import text

from desktop.core.content import ImagePart, Role, TextPart
from desktop.core.conversation import Message, MessageStatus
from desktop.storage.database import Database
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from tests.storage.conftest import MakeConversation, MakeMessage


@pytest.fixture
async def message(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> Message:
    conversation = make_conversation()
    await repository.create(conversation)
    stored = make_message(conversation.id, None, "What was said")
    await repository.add_message(stored)
    return stored


async def _rewrite(database: Database, column: str, value: str) -> None:
    async with database.write() as session:
        await session.execute(text(f"UPDATE message SET {column} = :value"), {"value": value})


async def _shown(repository: ConversationRepository, message: Message) -> Message:
    [shown] = await repository.branch(message.conversation_id)
    return shown


async def test_an_unknown_role(
    database: Database, repository: ConversationRepository, message: Message
) -> None:
    await _rewrite(database, "role", "narrator")
    shown = await _shown(repository, message)

    assert (shown.text, shown.role) == ("What was said", Role.ASSISTANT)
    assert shown.warning is not None
    assert "narrator" in shown.warning


async def test_an_unknown_status_is_never_taken_for_complete(
    database: Database, repository: ConversationRepository, message: Message
) -> None:
    await _rewrite(database, "status", "translating")
    shown = await _shown(repository, message)

    assert (shown.text, shown.status) == ("What was said", MessageStatus.INTERRUPTED)
    assert "translating" in str(shown.warning)


async def test_unknown_parts_keep_their_text_and_their_neighbours(
    database: Database, repository: ConversationRepository, message: Message
) -> None:
    parts = [
        {"type": "text", "text": "before"},
        {"type": "hologram", "text": "a spinning cube", "shape": [1, 2]},
        {"type": "hologram", "shape": [1, 2]},
        {"type": "image", "media_type": "image/png", "data": "aGk="},
        {"type": "image", "media_type": "image/png", "data": "not base64!"},
        {"type": "text", "text": 5},
        "bare",
        None,
    ]
    await _rewrite(database, "parts", json.dumps(parts))
    shown = await _shown(repository, message)

    assert shown.parts == (
        TextPart("before"),
        TextPart("a spinning cube"),
        ImagePart(b"hi", "image/png"),
        TextPart("bare"),
    )
    assert "hologram" in str(shown.warning)


@pytest.mark.parametrize("parts", ['{"of": "another shape"}', "[{broken", "7", '""'])
async def test_unreadable_parts_leave_the_text(
    parts: str, database: Database, repository: ConversationRepository, message: Message
) -> None:
    await _rewrite(database, "parts", parts)
    shown = await _shown(repository, message)

    assert shown.text == "What was said"
    assert shown.warning is not None


@pytest.mark.parametrize("column", ["usage", "error", "provider_state", "warnings"])
@pytest.mark.parametrize("value", ["{broken", "7", "null", '{"new": {"deep": 1}}'])
async def test_odd_side_data_never_hides_a_message(
    column: str,
    value: str,
    database: Database,
    repository: ConversationRepository,
    message: Message,
) -> None:
    await _rewrite(database, column, value)

    assert (await _shown(repository, message)).text == "What was said"


async def test_a_known_message_has_no_warning(
    repository: ConversationRepository, message: Message
) -> None:
    assert (await _shown(repository, message)).warning is None


async def test_a_setting_that_is_no_object_counts_as_absent(database: Database) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "theme", {"name": "dark"})
        await SystemConfigRepository(session).put("app", "window", {"width": 1})
        await session.execute(
            text("UPDATE system_config SET value_json = '{broken' WHERE key = 'theme'")
        )
    async with database.read() as session:
        repository = SystemConfigRepository(session)

        assert await repository.get("app", "theme") is None
        assert await repository.all("app") == {"window": {"width": 1}}
