"""Whole conversations put in piece by piece, all of which goes again until the last one is in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from desktop.core.conversation import Conversation, Message
from desktop.core.ids import CollectionId, ConversationId, MessageId
from desktop.core.sources import Attachment, SentPassage
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.importing import UnfinishedImportRow
from desktop.storage.orm.library import CollectionRow, SentPassageRow
from desktop.storage.orm.organising import FolderRow, TagRow
from desktop.storage.records import answer_values, conversation_row, place_values
from desktop.storage.repositories.sources import passage_row, source_rows
from desktop.storage.tree import free_position

_MESSAGES = cast("Table", MessageRow.__table__)
_UNFINISHED = cast("Table", UnfinishedImportRow.__table__)
_AT_A_TIME = 500
"""Rows of one statement, and of one transaction: others wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Where a conversation is sorted, and what it draws on.

    That is its folder's name, None for none, its tags, and the collections that are there.
    """

    folder: str | None = None
    tags: tuple[str, ...] = ()
    draws_on: Attachment = field(default_factory=Attachment)


NO_LABELS = Labels()

Passages = Mapping[MessageId, Sequence[SentPassage]]
"""What was sent for each answer."""

NO_PASSAGES: Passages = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A conversation with its messages, parents first."""

    conversation: Conversation
    messages: tuple[Message, ...]
    labels: Labels = NO_LABELS
    passages: Passages = field(default_factory=lambda: NO_PASSAGES)


@dataclass(frozen=True, slots=True)
class Added:
    """How many conversations and messages were not there before."""

    conversations: int = 0
    messages: int = 0


def transactions(wholes: Sequence[Whole]) -> list[list[Whole]]:
    """Divide conversations into what is put in at a time; a long one into several."""
    divided: list[list[Whole]] = []
    room = 0
    for whole in wholes:
        for start in range(0, max(1, len(whole.messages)), _AT_A_TIME):
            piece = replace(whole, messages=whole.messages[start : start + _AT_A_TIME])
            if len(piece.messages) >= room:
                divided.append([])
                room = _AT_A_TIME
            divided[-1].append(piece)
            room -= len(piece.messages) + 1
    return divided


def add(session: Session, wholes: Sequence[Whole]) -> Added:
    """Put in what is not there yet; what is there stays as it is, changed or not."""
    wanted = {whole.conversation.id: whole for whole in reversed(wholes)}
    known = _there(session, ConversationRow, wanted)
    new = [whole for identity, whole in wanted.items() if identity not in known]
    _add_folders(session, new)
    session.add_all(conversation_row(whole.conversation) for whole in new)
    session.flush()
    _add_labels(session, new)
    added = _add_messages(session, wholes, known)
    _note(session, new, added)
    return Added(len(new), len(added))


def finish(session: Session) -> None:
    """Let all that was put in stay."""
    session.execute(delete(UnfinishedImportRow))


def take_back(session: Session) -> bool:
    """Take out some of what an import put in that did not end; False when nothing is left.

    What was said since in a conversation that was put in stays, with the conversation.
    """
    messages = session.scalars(_some(is_message=True)).all()
    if messages:
        # Apart first: what hangs on them is not theirs to take along.
        below = update(MessageRow).where(MessageRow.parent_id.in_(messages))
        session.execute(below.values(parent_id=None))
        session.execute(delete(MessageRow).where(MessageRow.id.in_(messages)))
        return _forget(session, messages)
    conversations = session.scalars(_some(is_message=False)).all()
    is_empty = ~exists().where(MessageRow.conversation_id == ConversationRow.id)
    gone = ConversationRow.id.in_(conversations), is_empty
    session.execute(delete(ConversationRow).where(*gone))
    _find_leaves(session)
    return _forget(session, conversations)


def _some(*, is_message: bool) -> Select[UUID]:
    chosen = UnfinishedImportRow.is_message.is_(is_message)
    return select(UnfinishedImportRow.id).where(chosen).limit(_AT_A_TIME)


def _forget(session: Session, ids: Sequence[UUID]) -> bool:
    session.execute(delete(UnfinishedImportRow).where(UnfinishedImportRow.id.in_(ids)))
    return bool(ids)


def _find_leaves(session: Session) -> None:
    """Let conversations whose branch on screen is gone show the newest message they have."""
    newest = (
        select(MessageRow.id)
        .where(MessageRow.conversation_id == ConversationRow.id)
        .order_by(MessageRow.created_at.desc(), MessageRow.position.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_gone = ~exists().where(MessageRow.id == ConversationRow.leaf_id)
    lost = update(ConversationRow).where(ConversationRow.leaf_id.is_not(None), is_gone)
    session.execute(lost.values(leaf_id=newest), execution_options={"synchronize_session": False})


def _there(
    session: Session, table: type[ConversationRow | MessageRow | FolderRow], ids: Iterable[UUID]
) -> set[UUID]:
    return set(session.scalars(select(table.id).where(table.id.in_(ids))))


def _add_folders(session: Session, new: Sequence[Whole]) -> None:
    names = {
        whole.conversation.folder_id: whole.labels.folder or ""
        for whole in new
        if whole.conversation.folder_id is not None
    }
    there = _there(session, FolderRow, names)
    made = [FolderRow(id=each, name=names[each], created_at=now()) for each in names.keys() - there]
    session.add_all(made)


def _add_labels(session: Session, new: Sequence[Whole]) -> None:
    wanted = set[CollectionId]().union(*(whole.labels.draws_on.collections for whole in new))
    found = session.scalars(select(CollectionRow.id).where(CollectionRow.id.in_(wanted)))
    there = frozenset(map(CollectionId, found))
    for whole in new:
        identity, labels = whole.conversation.id, whole.labels
        drawn = replace(labels.draws_on, collections=labels.draws_on.collections & there)
        session.add_all(TagRow(conversation_id=identity, tag=tag) for tag in labels.tags)
        session.add_all(source_rows(identity, drawn))
    session.flush()


def _add_messages(
    session: Session, wholes: Sequence[Whole], known: Collection[UUID]
) -> list[MessageId]:
    there = _there(
        session, MessageRow, [message.id for whole in wholes for message in whole.messages]
    )
    places = _Places(session, known)
    values: list[dict[str, Any]] = []
    passages: list[SentPassageRow] = []
    for whole in wholes:
        for message in whole.messages:
            if message.id in there:
                continue
            there.add(message.id)
            place = {"position": places.take(message)}
            values.append(place_values(message) | answer_values(message) | place)
            sent = whole.passages.get(message.id, ())
            passages.extend(passage_row(message.id, passage) for passage in sent)
    if values:
        session.execute(insert(_MESSAGES), values)
    session.add_all(passages)
    session.flush()
    return [MessageId(each["id"]) for each in values]


class _Places:
    """Numbers new messages among their siblings; only in what is `known` some may be there."""

    def __init__(self, session: Session, known: Collection[UUID]) -> None:
        self._session = session
        self._known = known
        self._new: set[MessageId] = set()
        self._next: dict[tuple[ConversationId, MessageId | None], int] = {}

    def take(self, message: Message) -> int:
        """Return the place of one more message."""
        conversation_id, parent = message.conversation_id, message.parent_id
        following = self._next.get((conversation_id, parent))
        if following is None:
            has_siblings = conversation_id in self._known and parent not in self._new
            following = self._free(conversation_id, parent) if has_siblings else 0
        self._new.add(message.id)
        self._next[conversation_id, parent] = following + 1
        return following

    def _free(self, conversation_id: ConversationId, parent: MessageId | None) -> int:
        return self._session.scalar(free_position(conversation_id, parent)) or 0


def _note(session: Session, new: Sequence[Whole], messages: Sequence[MessageId]) -> None:
    noted = [
        *({"id": whole.conversation.id, "is_message": False} for whole in new),
        *({"id": message_id, "is_message": True} for message_id in messages),
    ]
    if noted:
        session.execute(insert(_UNFINISHED), noted)
