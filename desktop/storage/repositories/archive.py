"""Whole conversations with all their branches, taken out and put in."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.core.conversation import Conversation, Message
from desktop.core.extras import NO_EXTRAS, Extras
from desktop.core.ids import ConversationId, MessageId
from desktop.core.sources import SentPassage
from desktop.core.trees import parents_first
from desktop.storage import extras as beside
from desktop.storage import importing
from desktop.storage.database import Database
from desktop.storage.importing import Added, Labels, Passages, Whole
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.library import SentPassageRow
from desktop.storage.orm.organising import FolderRow, TagRow
from desktop.storage.pieces import in_pieces
from desktop.storage.records import to_conversation, to_message
from desktop.storage.repositories.sources import drawn_on, to_passage


class ArchiveRepository:
    """Takes whole conversations out and puts them in; reading is one transaction each.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, *, trash: bool = False) -> list[ConversationId]:
        """Return all conversations that are not in the trash, or those that are, oldest first."""
        deleted = ConversationRow.deleted_at
        chosen = deleted.is_not(None) if trash else deleted.is_(None)
        statement = select(ConversationRow.id).where(chosen)
        async with self._database.read() as session:
            found = await session.scalars(
                statement.order_by(ConversationRow.created_at, ConversationRow.id)
            )
            return [ConversationId(each) for each in found]

    async def whole(
        self, conversation_id: ConversationId
    ) -> tuple[Conversation, list[Message]] | None:
        """Return a conversation and all its messages; None when it is gone.

        A message comes after what it answers, and after its older siblings.
        """
        async with self._database.read() as session:
            row = await session.get(ConversationRow, conversation_id)
            if row is None:
                return None
            statement = select(MessageRow).where(MessageRow.conversation_id == conversation_id)
            rows = await session.scalars(statement.order_by(MessageRow.position))
            messages = [to_message(each) for each in rows]
            return to_conversation(row), parents_first(messages, lambda m: (m.id, m.parent_id))

    async def known(self, ids: Collection[ConversationId]) -> set[ConversationId]:
        """Return which of these conversations are there, in the trash too."""
        found = set[ConversationId]()
        async with self._database.read() as session:
            for some in in_pieces(ids):
                rows = await session.scalars(
                    select(ConversationRow.id).where(ConversationRow.id.in_(some))
                )
                found.update(map(ConversationId, rows))
        return found

    async def labels(self, conversation: Conversation) -> Labels:
        """Return where a conversation is sorted."""
        async with self._database.read() as session:
            folder = None
            if conversation.folder_id is not None:
                folder = await session.get(FolderRow, conversation.folder_id)
            statement = select(TagRow.tag).where(TagRow.conversation_id == conversation.id)
            tags = tuple(await session.scalars(statement.order_by(TagRow.tag)))
            return Labels(
                folder=None if folder is None else folder.name,
                tags=tags,
                draws_on=await drawn_on(session, conversation.id),
            )

    async def passages(self, conversation_id: ConversationId) -> Passages:
        """Return what was sent for each answer of a conversation, by number."""
        statement = (
            select(SentPassageRow)
            .join(MessageRow, MessageRow.id == SentPassageRow.message_id)
            .where(MessageRow.conversation_id == conversation_id)
            .order_by(SentPassageRow.message_id, SentPassageRow.number)
        )
        found: defaultdict[MessageId, list[SentPassage]] = defaultdict(list)
        async with self._database.read() as session:
            for row in await session.scalars(statement):
                found[MessageId(row.message_id)].append(to_passage(row))
        return found

    async def add(self, wholes: Sequence[Whole]) -> Added:
        """Put in what is not there yet, in a few transactions, and say what that was.

        What is there stays as it is, changed or not, so that putting in the same once more
        changes nothing. Collections that are not there can't be drawn on. All of it goes
        again at a `take_back`, until `finish` is called.
        """
        wholes = await asyncio.to_thread(self._with_files, wholes)
        conversations = messages = 0
        for some in importing.transactions(wholes):
            added = await self._database.change(partial(importing.add, wholes=some))
            conversations += added.conversations
            messages += added.messages
        return Added(conversations, messages)

    async def finish(self, extras: Extras = NO_EXTRAS) -> Extras:
        """Let all stay that was put in, along with what of `extras` is not there; return that."""
        return await self._database.change(partial(_finish, extras=extras))

    async def extras(self) -> Extras:
        """Return what there is beside conversations."""
        async with self._database.read() as session:
            return await session.run_sync(beside.read)

    async def unknown(self, extras: Extras) -> Extras:
        """Return what of `extras` is not there."""
        async with self._database.read() as session:
            return await session.run_sync(beside.unknown, extras)

    async def take_back(self) -> bool:
        """Take out what was put in and not finished; tell whether there was anything."""
        was_there = False
        while await self._database.change(importing.take_back):
            was_there = True
        return was_there

    def _with_files(self, wholes: Sequence[Whole]) -> list[Whole]:
        return [
            replace(
                whole,
                conversation=self._with_draft_files(whole.conversation),
                messages=tuple(self._kept(whole.messages)),
            )
            for whole in wholes
        ]

    def _with_draft_files(self, conversation: Conversation) -> Conversation:
        files = self._database.attachments
        kept = [replace(file, part=files.kept_part(file.part)) for file in conversation.draft_files]
        return replace(conversation, draft_files=tuple(kept))

    def _kept(self, messages: Sequence[Message]) -> list[Message]:
        files = self._database.attachments
        return [replace(message, parts=files.kept(message.parts)) for message in messages]


def _finish(session: Session, extras: Extras) -> Extras:
    added = beside.add(session, extras)
    importing.finish(session)
    return added
