"""A home as somebody has it who has used Parley: a provider, a key, conversations."""

from datetime import UTC, datetime
from pathlib import Path

from desktop.backend import open_backend
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.vault import KeyPlace

CONVERSATIONS = 50
ANSWER = "A paragraph with **bold** words and `code`.\n\n```python\nprint('hello')\n```\n" * 4


async def seed(home: Path) -> None:
    """Fill `home`; its key is no real one and nothing is sent anywhere."""
    paths = Paths.resolve(home)
    paths.create()
    backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
    try:
        await backend.settings.update_completions(
            CompletionsChange(
                provider=LLMProvider.OPENAI, model="gpt-5", api_key="sk-benchmark-benchmark"
            )
        )
        for number in range(CONVERSATIONS):
            await _talk(backend.conversations, f"Question number {number}")
    finally:
        await backend.aclose()


async def _talk(conversations: ConversationRepository, question: str) -> None:
    now = datetime.now(UTC)
    conversation = Conversation(
        id=new_conversation_id(), title=question, created_at=now, updated_at=now
    )
    await conversations.create(conversation)
    parent = None
    for role, text in ((Role.USER, question), (Role.ASSISTANT, ANSWER)):
        message = Message(
            id=new_message_id(),
            conversation_id=conversation.id,
            parent_id=parent,
            role=role,
            parts=text_parts(text),
            status=MessageStatus.COMPLETE,
            created_at=now,
        )
        await conversations.add_message(message)
        parent = message.id
