"""Which conversations there are, page by page, and what brings order into them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from desktop.core.conversation import TitledBy
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId, FolderId
from desktop.core.organising import Age, Folder, Group, Listing, Place, Span, spans
from desktop.core.trash_clock import KEPT
from desktop.storage.database import Database
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.organising import FolderRow, TagRow
from desktop.storage.pieces import in_pieces
from desktop.storage.records import to_summary
from desktop.storage.trash import look_at_clock

Ids = Collection[ConversationId]

_ERASED_AT_A_TIME = 20
"""Conversations that are erased in one transaction: an answer that streams waits for it."""
_LISTED = and_(ConversationRow.archived.is_(False), ConversationRow.deleted_at.is_(None))
_ORDER = (
    ConversationRow.pinned.desc(),
    ConversationRow.updated_at.desc(),
    ConversationRow.id.desc(),
)
_TRASH_ORDER = (ConversationRow.deleted_at.desc(), ConversationRow.id.desc())


class OrganisingRepository:
    """Lists and sorts conversations; each method is one transaction, but for what erases many.

    All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def groups(self, listing: Listing, today: date) -> list[Group]:
        """Count what is listed under each heading, in order; empty groups are left out."""
        chosen = _chosen(listing)
        async with self._database.read() as session:
            if listing.place is Place.TRASH:
                return _filled([(None, await _count(session, chosen))])
            plain = and_(chosen, ConversationRow.pinned.is_(False))
            pinned = await _count(session, and_(chosen, ConversationRow.pinned.is_(True)))
            found: list[tuple[Span | None, int]] = [(Span(Age.PINNED), pinned)]
            oldest = await session.scalar(select(func.min(ConversationRow.updated_at)).where(plain))
            if oldest is not None:
                found += await _by_age(session, plain, today, oldest.astimezone().date())
            return _filled(found)

    async def page(self, listing: Listing, *, offset: int, limit: int) -> list[ConversationSummary]:
        """Return some of what is listed, in the order of the list."""
        order = _TRASH_ORDER if listing.place is Place.TRASH else _ORDER
        statement = select(ConversationRow).where(_chosen(listing)).order_by(*order)
        async with self._database.read() as session:
            rows = await session.scalars(statement.limit(limit).offset(offset))
            return await _tagged(session, [to_summary(row) for row in rows])

    async def position(self, listing: Listing, conversation_id: ConversationId) -> int | None:
        """Return how many are listed before a conversation; None when it is not listed."""
        async with self._database.read() as session:
            row = await session.scalar(
                select(ConversationRow).where(
                    _chosen(listing), ConversationRow.id == conversation_id
                )
            )
            if row is None or listing.place is Place.TRASH:
                return None
            return await _count(session, and_(_chosen(listing), _before(row)))

    async def pin(self, ids: Ids, pinned: bool) -> None:
        """Keep conversations at the top of the list, or no longer."""
        await self._set(ids, pinned=pinned)

    async def archive(self, ids: Ids, archived: bool) -> None:
        """Take conversations out of the list, or put them back."""
        await self._set(ids, archived=archived)

    async def trash(self, ids: Ids) -> None:
        """Mark conversations as deleted; nothing of them is erased yet."""
        moment = now()
        async with self._database.write() as session:
            await look_at_clock(session, moment)  # from here on their age is counted
            await _change(session, ids, deleted_at=moment)

    async def restore(self, ids: Ids) -> None:
        """Take conversations back from the trash."""
        await self._set(ids, deleted_at=None)

    async def move(self, ids: Ids, folder_id: FolderId | None) -> None:
        """Put conversations into a folder; None takes them out of theirs."""
        await self._set(ids, folder_id=folder_id)

    async def set_tag(self, ids: Ids, tag: str, tagged: bool) -> None:
        """Give conversations a tag, or take it from them."""
        async with self._database.write() as session:
            for some in in_pieces(ids):
                theirs = TagRow.conversation_id.in_(some), TagRow.tag == tag
                await session.execute(delete(TagRow).where(*theirs))
                if tagged:
                    session.add_all([TagRow(conversation_id=each, tag=tag) for each in some])
                await session.flush()

    async def erase(self, ids: Ids) -> None:
        """Erase conversations that are in the trash, with their messages, for good."""
        await self._erase(list(ids))

    async def erase_trash(self) -> None:
        """Erase all that is in the trash."""
        in_trash = select(ConversationRow.id).where(ConversationRow.deleted_at.is_not(None))
        async with self._database.read() as session:
            ids = list(await session.scalars(in_trash))
        await self._erase(ids)

    async def count_old_trash(self) -> int:
        """Return how many have been in the trash for longer than they are kept."""
        async with self._database.write() as session:
            return await _count(session, await _is_old(session))

    async def erase_old_trash(self) -> int:
        """Erase what has been in the trash for longer than it is kept; return how many."""
        async with self._database.write() as session:
            old = select(ConversationRow.id).where(await _is_old(session))
            ids = list(await session.scalars(old))
        await self._erase(ids)
        return len(ids)

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a conversation the user's own title."""
        await self._set([conversation_id], title=title, titled_by=str(TitledBy.USER))

    async def set_model_title(self, conversation_id: ConversationId, title: str) -> bool:
        """Take the model's title unless the conversation has another than its first words."""
        async with self._database.write() as session:
            changed = await session.scalars(
                update(ConversationRow)
                .where(
                    ConversationRow.id == conversation_id,
                    ConversationRow.titled_by == str(TitledBy.WORDS),
                )
                .values(title=title, titled_by=str(TitledBy.MODEL))
                .returning(ConversationRow.id)
            )
            return bool(changed.all())

    async def folders(self) -> list[Folder]:
        """Return the folders by name, with how many conversations are listed in each."""
        counts = (
            select(ConversationRow.folder_id, func.count())
            .where(_LISTED, ConversationRow.folder_id.is_not(None))
            .group_by(ConversationRow.folder_id)
        )
        async with self._database.read() as session:
            counted = (await session.execute(counts)).all()
            by_folder: dict[UUID | None, int] = {row[0]: row[1] for row in counted}
            rows = await session.scalars(select(FolderRow))
            folders = [
                Folder(id=FolderId(row.id), name=row.name, count=by_folder.get(row.id, 0))
                for row in rows
            ]
        return sorted(folders, key=lambda each: each.name.casefold())

    async def save_folder(self, folder_id: FolderId, name: str) -> None:
        """Make a folder, or rename it."""
        async with self._database.write() as session:
            row = await session.get(FolderRow, folder_id)
            if row is None:
                session.add(FolderRow(id=folder_id, name=name, created_at=now()))
            else:
                row.name = name

    async def remove_folder(self, folder_id: FolderId) -> None:
        """Remove a folder; its conversations stay in the list."""
        theirs = update(ConversationRow).where(ConversationRow.folder_id == folder_id)
        async with self._database.write() as session:
            await session.execute(theirs.values(folder_id=None))
            await session.execute(delete(FolderRow).where(FolderRow.id == folder_id))

    async def tags(self) -> list[str]:
        """Return every tag that a conversation bears, by name."""
        async with self._database.read() as session:
            found = await session.scalars(select(TagRow.tag).distinct())
            return sorted(found, key=str.casefold)

    async def _erase(self, ids: Sequence[UUID]) -> None:
        for some in in_pieces(ids, _ERASED_AT_A_TIME):
            await self._database.change(partial(_erase, ids=some))

    async def _set(self, ids: Ids, **values: Any) -> None:
        async with self._database.write() as session:
            await _change(session, ids, **values)


def _chosen(listing: Listing) -> ColumnElement[bool]:
    match listing.place:
        case Place.ALL:
            return _LISTED
        case Place.ARCHIVE:
            return and_(ConversationRow.archived.is_(True), ConversationRow.deleted_at.is_(None))
        case Place.TRASH:
            return ConversationRow.deleted_at.is_not(None)
        case Place.FOLDER:
            return and_(_LISTED, ConversationRow.folder_id == listing.folder_id)
        case Place.TAG:
            tagged = select(TagRow.conversation_id).where(TagRow.tag == listing.name)
            return and_(_LISTED, ConversationRow.id.in_(tagged))


def _before(row: ConversationRow) -> ColumnElement[bool]:
    """Say what stands above `row` in the order of the list."""
    newer = or_(
        ConversationRow.updated_at > row.updated_at,
        and_(ConversationRow.updated_at == row.updated_at, ConversationRow.id > row.id),
    )
    same = and_(ConversationRow.pinned.is_(row.pinned), newer)
    return same if row.pinned else or_(ConversationRow.pinned.is_(True), same)


async def _by_age(
    session: AsyncSession, chosen: ColumnElement[bool], today: date, oldest: date
) -> list[tuple[Span | None, int]]:
    found: list[tuple[Span | None, int]] = []
    until: datetime | None = None
    for span, since in spans(today, oldest):
        within = [chosen, ConversationRow.updated_at >= since]
        if until is not None:
            within.append(ConversationRow.updated_at < until)
        found.append((span, await _count(session, and_(*within))))
        until = since
    return found


async def _count(session: AsyncSession, chosen: ColumnElement[bool]) -> int:
    statement: Select[int] = select(func.count()).select_from(ConversationRow).where(chosen)
    return await session.scalar(statement) or 0


def _filled(found: Sequence[tuple[Span | None, int]]) -> list[Group]:
    groups: list[Group] = []
    for span, count in found:
        if count and groups and groups[-1].span == span:
            groups[-1] = Group(span, groups[-1].count + count)
        elif count:
            groups.append(Group(span, count))
    return groups


async def _tagged(
    session: AsyncSession, summaries: list[ConversationSummary]
) -> list[ConversationSummary]:
    tags: dict[UUID, list[str]] = {}
    for some in in_pieces([each.id for each in summaries]):
        rows = await session.execute(
            select(TagRow.conversation_id, TagRow.tag).where(TagRow.conversation_id.in_(some))
        )
        for conversation_id, tag in rows:
            tags.setdefault(conversation_id, []).append(tag)
    return [
        replace(each, tags=tuple(sorted(tags[each.id]))) if each.id in tags else each
        for each in summaries
    ]


async def _change(session: AsyncSession, ids: Ids, **values: Any) -> None:
    for some in in_pieces(ids):
        chosen = ConversationRow.id.in_(some)
        await session.execute(update(ConversationRow).where(chosen).values(**values))


async def _is_old(session: AsyncSession) -> ColumnElement[bool]:
    """Say what has been in the trash for longer than it is kept, by time that was seen to pass."""
    moment = now()
    await look_at_clock(session, moment)
    return ConversationRow.deleted_at <= moment - KEPT


def _erase(session: Session, ids: Sequence[UUID]) -> None:
    gone = and_(ConversationRow.id.in_(ids), ConversationRow.deleted_at.is_not(None))
    theirs = MessageRow.conversation_id.in_(select(ConversationRow.id).where(gone))
    # Apart first: SQLite follows ON DELETE CASCADE through at most a thousand generations.
    session.execute(update(MessageRow).where(theirs).values(parent_id=None))
    session.execute(delete(MessageRow).where(theirs))
    session.execute(delete(ConversationRow).where(gone))
