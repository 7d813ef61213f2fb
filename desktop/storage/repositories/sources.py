"""What conversations draw on, and the passages that were sent."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.core.conversation import Message
from desktop.core.ids import CollectionId, ConversationId, DocumentId, MessageId
from desktop.core.sources import Attachment, SentPassage
from desktop.storage.database import Database
from desktop.storage.orm.conversation import MessageRow
from desktop.storage.orm.library import ConversationSourceRow, SentPassageRow

_FEW = 500


class SourceRepository:
    """The tables `conversation_source` and `sent_passage`; each method is one transaction.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def attached(self, conversation_id: ConversationId) -> Attachment:
        """Return what a conversation draws on."""
        async with self._database.read() as session:
            return await drawn_on(session, conversation_id)

    async def attach(self, conversation_id: ConversationId, attachment: Attachment) -> None:
        """Let a conversation draw on this and on nothing else."""
        old = delete(ConversationSourceRow).where(
            ConversationSourceRow.conversation_id == conversation_id
        )
        async with self._database.write() as session:
            await session.execute(old)
            session.add_all(source_rows(conversation_id, attachment))

    async def store(self, answer_id: MessageId, passages: Sequence[SentPassage]) -> None:
        """Keep what was sent for an answer."""
        async with self._database.write() as session:
            session.add_all(passage_row(answer_id, passage) for passage in passages)

    async def sent(self, answer_id: MessageId) -> list[SentPassage]:
        """Return what was sent for an answer, by number."""
        statement = (
            select(SentPassageRow)
            .where(SentPassageRow.message_id == answer_id)
            .order_by(SentPassageRow.number)
        )
        async with self._database.read() as session:
            return [to_passage(row) for row in await session.scalars(statement)]


async def drawn_on(session: AsyncSession, conversation_id: ConversationId) -> Attachment:
    """Return what a conversation draws on."""
    statement = select(ConversationSourceRow.collection_id).where(
        ConversationSourceRow.conversation_id == conversation_id
    )
    found = set(await session.scalars(statement))
    collections = frozenset(CollectionId(each) for each in found if each is not None)
    return Attachment(history=None in found, collections=collections)


def source_rows(
    conversation_id: ConversationId, attachment: Attachment
) -> list[ConversationSourceRow]:
    """Return what a conversation draws on as its rows."""
    wanted: list[CollectionId | None] = [*attachment.collections]
    if attachment.history:
        wanted.append(None)
    return [
        ConversationSourceRow(id=uuid4(), conversation_id=conversation_id, collection_id=each)
        for each in wanted
    ]


async def with_sources(
    session: AsyncSession, conversation_id: ConversationId, messages: list[Message]
) -> list[Message]:
    """Return the messages, each knowing how many passages were sent for it."""
    statement = select(SentPassageRow.message_id, func.count())
    if len(messages) <= _FEW:  # of many it is quicker to count all of the conversation
        statement = statement.where(SentPassageRow.message_id.in_(each.id for each in messages))
    else:
        statement = statement.join(MessageRow, MessageRow.id == SentPassageRow.message_id).where(
            MessageRow.conversation_id == conversation_id
        )
    statement = statement.group_by(SentPassageRow.message_id)
    counts = {row[0]: row[1] for row in await session.execute(statement)}
    if not counts:
        return messages
    return [
        replace(each, sources=counts[each.id]) if each.id in counts else each for each in messages
    ]


def passage_row(answer_id: MessageId, passage: SentPassage) -> SentPassageRow:
    """Return a passage that was sent for an answer as its row."""
    return SentPassageRow(
        id=uuid4(),
        message_id=answer_id,
        number=passage.number,
        title=passage.title,
        place=passage.place,
        text=passage.text,
        document_id=passage.document_id,
        source_conversation_id=passage.conversation_id,
        source_message_id=passage.message_id,
    )


def to_passage(row: SentPassageRow) -> SentPassage:
    """Return the row as a passage that was sent."""
    conversation, message = row.source_conversation_id, row.source_message_id
    return SentPassage(
        number=row.number,
        title=row.title,
        place=row.place,
        text=row.text,
        document_id=None if row.document_id is None else DocumentId(row.document_id),
        conversation_id=None if conversation is None else ConversationId(conversation),
        message_id=None if message is None else MessageId(message),
    )
