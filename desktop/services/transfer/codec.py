"""Conversations as JSON, without loss; README.md beside this describes the format."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from desktop.core.attachment import Attachment as DraftFile
from desktop.core.content import ContentPart, DocumentPart, Role
from desktop.core.conversation import Conversation, Message, MessageStatus, TitledBy
from desktop.core.ids import CollectionId, ConversationId, DocumentId, FolderId, MessageId
from desktop.core.sources import Attachment, SentPassage
from desktop.core.trees import parents_first
from desktop.services.transfer.model import Found, Skipped
from desktop.storage.importing import NO_LABELS, NO_PASSAGES, Labels, Passages
from desktop.storage.records import (
    draft_file_record,
    part_record,
    read_draft_file,
    to_error,
    to_part,
    to_usage,
)

FORMAT = "parley-conversations"
VERSION = 1
_TAG_LENGTH = 100  # as the table has it

Record = dict[str, Any]
_UNFINISHED = (MessageStatus.PENDING, MessageStatus.STREAMING)


def conversation_record(
    conversation: Conversation,
    messages: Sequence[Message],
    labels: Labels = NO_LABELS,
    passages: Passages = NO_PASSAGES,
) -> Record:
    """Return a conversation with all its messages as JSON can hold it."""
    return {
        "id": str(conversation.id),
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "leaf_id": _text_or_none(conversation.leaf_id),
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        "deleted_at": _iso_or_none(conversation.deleted_at),
        "titled_by": str(conversation.titled_by),
        "folder_id": _text_or_none(conversation.folder_id),
        "folder": labels.folder,
        "tags": list(labels.tags),
        "draws_on": {
            "history": labels.draws_on.history,
            "collections": sorted(map(str, labels.draws_on.collections)),
        },
        "model_choice": dict(conversation.model_choice),
        "parameters": dict(conversation.parameters),
        "system_prompt": conversation.system_prompt,
        "draft": conversation.draft,
        "draft_files": [
            draft_file_record(file, _part_record(file.part)) for file in conversation.draft_files
        ],
        "messages": [_message_record(each, passages.get(each.id, ())) for each in messages],
    }


def _message_record(message: Message, passages: Sequence[SentPassage]) -> Record:
    record: Record = {
        "id": str(message.id),
        "parent_id": _text_or_none(message.parent_id),
        "role": str(message.role),
        "status": str(message.status),
        "created_at": message.created_at.isoformat(),
        "parts": [_part_record(part) for part in message.parts],
    }
    error = message.error
    others: Record = {
        "reasoning": message.reasoning or None,
        "provider": message.provider,
        "model": message.model,
        "usage": asdict(message.usage) if message.usage else None,
        "error": {name: _homeless(text) for name, text in asdict(error).items()} if error else None,
        "provider_state": dict(message.provider_state) if message.provider_state else None,
        "finish_reason": message.finish_reason,
        "duration_ms": message.duration_ms,
        "first_token_ms": message.first_token_ms,
        "reasoning_ms": message.reasoning_ms,
        "warnings": list(message.warnings) or None,
        "sources": [_passage_record(each) for each in passages] or None,
    }
    return record | {name: value for name, value in others.items() if value is not None}


def _part_record(part: ContentPart) -> Record:
    try:
        return part_record(part)
    except OSError:  # its file was taken away by hand
        name = part.name if isinstance(part, DocumentPart) else "a picture"
        return {"type": "text", "text": f"[{name}: its file is gone]"}


def _passage_record(passage: SentPassage) -> Record:
    return {
        "number": passage.number,
        "title": passage.title,
        "place": passage.place,
        "text": passage.text,
        "document_id": _text_or_none(passage.document_id),
        "conversation_id": _text_or_none(passage.conversation_id),
        "message_id": _text_or_none(passage.message_id),
    }


def found_in(record: Record) -> Found:
    """Read what `conversation_record` wrote; whatever makes no sense in it is told as skipped.

    Raises:
        ValueError: it is no conversation at all.
    """
    identity = ConversationId(UUID(str(record.get("id"))))
    created_at = _moment(record.get("created_at")) or datetime.now(UTC)
    skipped: list[Skipped] = []
    records = _list(record.get("messages"))
    messages = parents_first(
        [
            message
            for each in records
            if (message := _message(each, identity, created_at, skipped)) is not None
        ],
        lambda message: (message.id, message.parent_id),
    )
    ids = {message.id for message in messages}
    leaf, folder_id = _id(record.get("leaf_id")), _id(record.get("folder_id"))
    conversation = Conversation(
        id=identity,
        title=str(record.get("title") or ""),
        created_at=created_at,
        updated_at=_moment(record.get("updated_at")) or created_at,
        leaf_id=leaf if leaf in ids else (messages[-1].id if messages else None),
        pinned=record.get("pinned") is True,
        archived=record.get("archived") is True,
        deleted_at=_moment(record.get("deleted_at")),
        titled_by=_choice(TitledBy, record.get("titled_by"), TitledBy.USER),
        folder_id=FolderId(folder_id) if folder_id is not None else None,
        model_choice=_mapping(record.get("model_choice")) or {},
        parameters=_mapping(record.get("parameters")) or {},
        system_prompt=str(record.get("system_prompt") or ""),
        draft=str(record.get("draft") or ""),
        draft_files=_draft_files(record),
    )
    return Found(
        conversation=conversation,
        messages=tuple(messages),
        labels=_labels(record),
        passages=_sent(records),
        skipped=tuple(skipped),
    )


def _draft_files(record: Record) -> tuple[DraftFile, ...]:
    files = [
        read_draft_file(each, to_part((_mapping(each) or {}).get("part"), []))
        for each in _list(record.get("draft_files"))
    ]
    return tuple(file for file in files if file is not None)


def _labels(record: Record) -> Labels:
    draws_on = _mapping(record.get("draws_on")) or {}
    collections = map(_id, _list(draws_on.get("collections")))
    return Labels(
        folder=_text_or_none(record.get("folder")),
        tags=tuple(dict.fromkeys(str(tag)[:_TAG_LENGTH] for tag in _list(record.get("tags")))),
        draws_on=Attachment(
            history=draws_on.get("history") is True,
            collections=frozenset(CollectionId(each) for each in collections if each is not None),
        ),
    )


def _sent(records: Sequence[Any]) -> Passages:
    sent: dict[MessageId, list[SentPassage]] = {}
    for values in filter(None, map(_mapping, records)):
        identity = _id(values.get("id"))
        found = {each.number: each for each in map(_passage, _list(values.get("sources"))) if each}
        if identity is not None and found:
            sent[identity] = list(found.values())
    return sent


def _passage(record: Any) -> SentPassage | None:
    values = _mapping(record) or {}
    number = _number(values.get("number"))
    document, message = _id(values.get("document_id")), _id(values.get("message_id"))
    conversation = _id(values.get("conversation_id"))
    if number is None:
        return None
    return SentPassage(
        number=number,
        title=str(values.get("title") or ""),
        place=str(values.get("place") or ""),
        text=str(values.get("text") or ""),
        document_id=None if document is None else DocumentId(document),
        conversation_id=None if conversation is None else ConversationId(conversation),
        message_id=message,
    )


def _message(
    record: Any, conversation_id: ConversationId, otherwise: datetime, skipped: list[Skipped]
) -> Message | None:
    values = _mapping(record) or {}
    identity = _id(values.get("id"))
    if identity is None:
        skipped.append(Skipped(what="A message", why="it has no id"))
        return None
    return Message(
        id=identity,
        conversation_id=conversation_id,
        parent_id=_id(values.get("parent_id")),
        role=_choice(Role, values.get("role"), Role.ASSISTANT),
        status=_settled(_choice(MessageStatus, values.get("status"), MessageStatus.INTERRUPTED)),
        parts=_parts(values.get("parts"), skipped),
        created_at=_moment(values.get("created_at")) or otherwise,
        reasoning=str(values.get("reasoning") or ""),
        provider=_text_or_none(values.get("provider")),
        model=_text_or_none(values.get("model")),
        usage=to_usage(values.get("usage")),
        error=to_error(values.get("error")),
        provider_state=_mapping(values.get("provider_state")),
        finish_reason=_text_or_none(values.get("finish_reason")),
        duration_ms=_number(values.get("duration_ms")),
        first_token_ms=_number(values.get("first_token_ms")),
        reasoning_ms=_number(values.get("reasoning_ms")),
        warnings=tuple(str(each) for each in _list(values.get("warnings"))),
    )


def _parts(value: Any, skipped: list[Skipped]) -> tuple[ContentPart, ...]:
    odd: list[str] = []
    found = [to_part(each, odd) for each in _list(value)]
    skipped.extend(Skipped(what="A part of a message", why=f"{each} is not known") for each in odd)
    return tuple(part for part in found if part is not None)


def _settled(status: MessageStatus) -> MessageStatus:
    """What was under way when it was taken out is not under way here."""
    return MessageStatus.INTERRUPTED if status in _UNFINISHED else status


def _homeless(text: str) -> str:
    """Leave the user's name, as it stands in paths, out of what others may read."""
    return text.replace(str(Path.home()), "~")


def _iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _id(value: Any) -> MessageId | None:
    try:
        return MessageId(UUID(str(value)))
    except ValueError:
        return None


def _choice(kind: type[Any], value: Any, otherwise: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        return otherwise


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
