"""Everything a person may have: this repository's documentation and thousands of messages."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.backend import Backend
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.services.meaning.state import IndexState, Phase
from desktop.services.settings_values import EmbeddingsChange, KeyAction
from desktop.storage.importing import Whole
from desktop.storage.repositories.archive import ArchiveRepository
from tests.services.meaning.chatter import messages

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "resources/packaging/README.md",
    "desktop/storage/README.md",
    "desktop/services/transfer/README.md",
)
MODEL = "multilingual-e5-small-q4"
_IN_ONE = 50
_START = datetime(2025, 1, 1, tzinfo=UTC)


async def say(backend: Backend, title: str, texts: Sequence[str]) -> None:
    """Put in a conversation."""
    archive = ArchiveRepository(backend.database)
    await archive.add([_talk(0, texts, title)])
    await archive.finish()


async def fill(backend: Backend, count: int) -> None:
    """Put in the documentation and `count` messages, as an import and the library would."""
    texts = messages(count)
    archive = ArchiveRepository(backend.database)
    starts = range(0, count, _IN_ONE)
    await archive.add([_talk(start, texts[start : start + _IN_ONE]) for start in starts])
    await archive.finish()
    collection = await backend.library.create("Parley")
    await backend.library.add(collection, [ROOT / name for name in DOCUMENTS])


async def index(backend: Backend, server: str, *, seconds: float) -> None:
    """Embed all of it with the server at `server`."""
    await backend.settings.update_embeddings(
        EmbeddingsChange(model=MODEL, endpoint=server, api_key=KeyAction.REMOVE)
    )
    await backend.indexing.agree(history=True)
    ready = asyncio.Event()

    def look(state: IndexState) -> None:
        if state.phase is Phase.READY:
            ready.set()

    backend.indexing.on_state = look
    work = asyncio.create_task(backend.indexing.run())
    try:
        async with asyncio.timeout(seconds):
            await ready.wait()
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


def _talk(number: int, texts: Sequence[str], title: str = "") -> Whole:
    moment = _START + timedelta(minutes=number)
    conversation = Conversation(
        id=new_conversation_id(),
        title=title or f"Talk {number}",
        created_at=moment,
        updated_at=moment,
    )
    said: list[Message] = []
    for place, text in enumerate(texts):
        said.append(
            Message(
                id=new_message_id(),
                conversation_id=conversation.id,
                parent_id=said[-1].id if said else None,
                role=Role.USER if place % 2 == 0 else Role.ASSISTANT,
                parts=text_parts(text),
                status=MessageStatus.COMPLETE,
                created_at=moment + timedelta(seconds=place),
            )
        )
    return Whole(conversation=conversation, messages=tuple(said))
