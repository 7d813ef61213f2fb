"""A long conversation in a database of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Self

from sqlalchemy import insert

from desktop.core.conversation import Conversation, Message
from desktop.core.ids import MessageId, new_conversation_id
from desktop.presenters.chat import PAGE
from desktop.storage.database import Database
from desktop.storage.orm.conversation import MessageRow
from desktop.storage.paths import Paths
from desktop.storage.records import answer_values, place_values
from desktop.storage.repositories.conversations import ConversationRepository
from tests.benchmarks.long_conversation import conversation

AT_A_TIME = 1_000
TITLE = "Long"


class StoredConversation:
    """Written when it is entered; read as the app reads it."""

    def __init__(self, directory: Path, count: int) -> None:
        self._paths = Paths.resolve(directory)
        self._count = count
        self._runner = asyncio.Runner()
        self._id = new_conversation_id()

    def __enter__(self) -> Self:
        self._runner.run(self._write())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._database.close())
        self._runner.close()

    def end(self) -> list[Message]:
        """Return what is shown first."""
        return self._runner.run(self._repository.branch_end(self._id, PAGE))

    def ids_above(self, message_id: MessageId) -> list[MessageId]:
        """Return the ids of what stands above a message."""
        return self._runner.run(self._repository.ids_above(self._id, message_id))

    def messages(self, ids: Sequence[MessageId]) -> list[Message]:
        """Return messages by their ids."""
        return self._runner.run(self._repository.messages(self._id, ids))

    async def _write(self) -> None:
        self._paths.create()
        self._database = await Database.open(self._paths)
        self._repository = ConversationRepository(self._database)
        messages = [replace(each, conversation_id=self._id) for each in conversation(self._count)]
        chained = [messages[0], *(replace(b, parent_id=a.id) for a, b in pairwise(messages))]
        now = datetime.now(UTC)
        await self._repository.create(
            Conversation(
                id=self._id,
                title=TITLE,
                created_at=now,
                updated_at=now,
                leaf_id=messages[-1].id,
            )
        )
        rows = [{**place_values(each), **answer_values(each), "position": 0} for each in chained]
        for start in range(0, len(rows), AT_A_TIME):
            async with self._database.write() as session:
                await session.execute(insert(MessageRow), rows[start : start + AT_A_TIME])
