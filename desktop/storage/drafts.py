"""What is written but not sent: it ends in the transaction that stores it as a message."""

from typing import Any, cast

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from desktop.core.content import DocumentPart, ImagePart, StoredBytes
from desktop.core.conversation import Message, TitledBy
from desktop.core.text import title_from
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.system_config import SystemConfigRow

TEXT_OF_NEW_CHAT = ("app", "draft")
FILES_OF_NEW_CHAT = ("draft", "files")
"""Where the settings keep what is written for a chat that has no conversation yet."""


def end_draft(session: Session, question: Message) -> None:
    """Forget the draft that became `question`; what was added after it was sent stays.

    A first question may have been written as a new chat, which has no conversation yet.
    """
    row = session.get(ConversationRow, question.conversation_id)
    if row is not None:
        if row.draft == question.text:
            row.draft = ""
        row.draft_files = _unsent(row.draft_files, question)
    if question.parent_id is None:
        _end_draft_of_new_chat(session, question)


def forget_unbegun(session: Session) -> None:
    """Delete the conversation that a crash left without its question: that is a draft still."""
    row = _row(session, TEXT_OF_NEW_CHAT)
    match None if row is None else row.value_json:
        case {"text": str(text)} if text.strip():
            untouched = (
                ConversationRow.title == title_from(text),
                ConversationRow.titled_by == str(TitledBy.WORDS),
                ConversationRow.created_at == ConversationRow.updated_at,
            )
            has_messages = exists().where(MessageRow.conversation_id == ConversationRow.id)
            session.execute(delete(ConversationRow).where(*untouched, ~has_messages))
        case _:
            pass


def _end_draft_of_new_chat(session: Session, question: Message) -> None:
    text = _row(session, TEXT_OF_NEW_CHAT)
    if text is not None and text.value_json == {"text": question.text}:
        text.value_json = {"text": ""}
    files = _row(session, FILES_OF_NEW_CHAT)
    match None if files is None else files.value_json:
        case {"files": waiting} if files is not None:
            files.value_json = {"files": _unsent(waiting, question)}
        case _:
            pass


def _row(session: Session, place: tuple[str, str]) -> SystemConfigRow | None:
    category, key = place
    named = SystemConfigRow.category == category, SystemConfigRow.key == key
    return session.scalar(select(SystemConfigRow).where(*named))


def _unsent(records: object, question: Message) -> object:
    """Return the records of files without those that went with the question."""
    if not isinstance(records, list):
        return records
    contents = [p.content for p in question.parts if isinstance(p, ImagePart | DocumentPart)]
    sent = {content.digest for content in contents if isinstance(content, StoredBytes)}
    return [each for each in cast("list[Any]", records) if _digest(each) not in sent]


def _digest(record: Any) -> object:
    match record:
        case {"part": {"digest": str(digest)}}:
            return digest
        case _:
            return None
