"""Rows to core values and back; what this version doesn't know is shown, not dropped."""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, replace
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy.orm import object_session

from desktop.core.attachment import Attachment
from desktop.core.chat_settings import Preset, model_choice_of, parameters_of, read_settings
from desktop.core.content import (
    Content,
    ContentPart,
    DocumentPart,
    ImagePart,
    Role,
    StoredBytes,
    TextPart,
    Usage,
)
from desktop.core.conversation import Conversation, Message, MessageStatus, StoredError, TitledBy
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId, FolderId, MessageId, PresetId
from desktop.storage.attachments import AttachmentFiles
from desktop.storage.orm.base import now
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.organising import PresetRow

_Choice = TypeVar("_Choice", bound=StrEnum)

_REASONING_MS = "reasoning_ms"  # stands with the usage, which says what else the answer took


def read_json(text: str) -> Any:
    """Return the value of a JSON column; the text itself where it is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def to_summary(row: ConversationRow) -> ConversationSummary:
    """Return the row as the sidebar lists it, without its tags."""
    return ConversationSummary(
        id=ConversationId(row.id),
        title=row.title,
        updated_at=row.updated_at,
        pinned=row.pinned,
        archived=row.archived,
        deleted=row.deleted_at is not None,
        folder_id=None if row.folder_id is None else FolderId(row.folder_id),
    )


def to_conversation(row: ConversationRow) -> Conversation:
    """Return the row as a conversation without its messages."""
    return Conversation(
        id=ConversationId(row.id),
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        leaf_id=None if row.leaf_id is None else MessageId(row.leaf_id),
        pinned=row.pinned,
        archived=row.archived,
        deleted_at=row.deleted_at,
        model_choice=_mapping(row.model_choice) or {},
        system_prompt=row.system_prompt,
        draft=row.draft,
        draft_files=read_draft_files(row.draft_files, _attachments_of(row)),
        folder_id=None if row.folder_id is None else FolderId(row.folder_id),
        titled_by=_known(row.titled_by, TitledBy.USER, "title", []),
        parameters=_mapping(row.parameters) or {},
    )


def conversation_row(conversation: Conversation) -> ConversationRow:
    """Return a conversation as its row."""
    values = {field.name: getattr(conversation, field.name) for field in fields(conversation)}
    values["model_choice"] = dict(conversation.model_choice)
    values["parameters"] = dict(conversation.parameters)
    values["draft_files"] = draft_file_records(conversation.draft_files)
    values["titled_by"] = str(conversation.titled_by)
    return ConversationRow(**values)


def to_preset(row: PresetRow) -> Preset:
    """Return the row as a preset."""
    choice, parameters = _mapping(row.model_choice) or {}, _mapping(row.parameters) or {}
    settings = read_settings(row.system_prompt, choice, parameters)
    return Preset(id=PresetId(row.id), name=row.name, settings=settings)


def preset_row(preset: Preset) -> PresetRow:
    """Return a preset as its row."""
    return PresetRow(
        id=preset.id,
        name=preset.name,
        system_prompt=preset.settings.system_prompt,
        model_choice=model_choice_of(preset.settings),
        parameters=parameters_of(preset.settings),
        created_at=now(),
    )


def to_message(row: MessageRow) -> Message:
    """Return the row as a message; `warning` says what of it this version doesn't know."""
    odd: list[str] = []
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        parent_id=None if row.parent_id is None else MessageId(row.parent_id),
        role=role_of(row.role, odd),
        status=_known(row.status, MessageStatus.INTERRUPTED, "state", odd),
        parts=parts_of(row.text, row.parts, _attachments_of(row), odd),
        created_at=row.created_at,
        reasoning=row.reasoning,
        provider=row.provider,
        model=row.model,
        usage=to_usage(row.usage),
        error=to_error(row.error),
        provider_state=_mapping(row.provider_state),
        finish_reason=row.finish_reason,
        duration_ms=row.duration_ms,
        first_token_ms=row.first_token_ms,
        reasoning_ms=_milliseconds((_mapping(row.usage) or {}).get(_REASONING_MS)),
        warnings=tuple(map(str, _list(row.warnings) or ())),
        warning=_warning(odd),
    )


def role_of(stored: str, odd: list[str]) -> Role:
    """Read the column `role`; one that is not known is named in `odd`."""
    return _known(stored, Role.ASSISTANT, "role", odd)


def place_values(message: Message) -> dict[str, Any]:
    """Return the columns that say where in its tree a message stands, and whose it is."""
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "role": str(message.role),
        "created_at": message.created_at,
    }


def answer_values(message: Message) -> dict[str, Any]:
    """Return the columns that change while an answer arrives."""
    return {
        "status": str(message.status),
        "text": message.text,
        "parts": _part_records(message.parts),
        "reasoning": message.reasoning,
        "provider": message.provider,
        "model": message.model,
        "usage": _usage_record(message),
        "error": None if message.error is None else asdict(message.error),
        "provider_state": None if message.provider_state is None else dict(message.provider_state),
        "finish_reason": message.finish_reason,
        "duration_ms": message.duration_ms,
        "first_token_ms": message.first_token_ms,
        "warnings": list(message.warnings),
    }


def _usage_record(message: Message) -> dict[str, Any] | None:
    usage: dict[str, Any] = {} if message.usage is None else asdict(message.usage)
    if message.reasoning_ms is not None:
        usage[_REASONING_MS] = message.reasoning_ms
    return usage or None


def _part_records(parts: tuple[ContentPart, ...]) -> list[dict[str, Any]] | None:
    match parts:
        case (TextPart(),):
            return None
        case _:
            return [_stored_record(part) for part in parts]


def _stored_record(part: ContentPart) -> dict[str, Any]:
    """Return a part as its row holds it: bytes that have a file are named, not repeated."""
    match part:
        case ImagePart(StoredBytes(digest=digest, size=size), media_type):
            return {"type": "image", "media_type": media_type, "digest": digest, "size": size}
        case DocumentPart(StoredBytes(digest=digest, size=size), media_type, name):
            kept = {"digest": digest, "size": size}
            return {"type": "document", "media_type": media_type, "name": name, **kept}
        case _:
            return part_record(part)


def part_record(part: ContentPart) -> dict[str, str]:
    """Return a part, bytes and all, as JSON can hold it.

    Raises:
        OSError: the file that holds its bytes is gone.
    """
    match part:
        case TextPart():
            return {"type": "text", "text": part.text}
        case ImagePart():
            return {"type": "image", "media_type": part.media_type, "data": _encoded(part.data)}
        case DocumentPart():
            return {
                "type": "document",
                "media_type": part.media_type,
                "name": part.name,
                "data": _encoded(part.data),
            }


def _encoded(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def parts_of(
    text: str, parts: Any, files: AttachmentFiles | None, odd: list[str]
) -> tuple[ContentPart, ...]:
    """Read the columns `text` and `parts`; what can't be read is named in `odd`."""
    if parts is None:
        return (TextPart(text),)
    records = _list(parts)
    if records is None:
        odd.append("its content")
        return (TextPart(text),)
    found = [_to_stored_part(record, files) or to_part(record, odd) for record in records]
    return tuple(part for part in found if part is not None)


def _attachments_of(row: MessageRow | ConversationRow) -> AttachmentFiles | None:
    """Return where the files of the row's database are; a session knows."""
    session = object_session(row)
    found = None if session is None else session.info.get("attachments")
    return found if isinstance(found, AttachmentFiles) else None


def _to_stored_part(record: Any, files: AttachmentFiles | None) -> ContentPart | None:
    if files is None:
        return None
    match record:
        case {"type": "image", "media_type": str(kind), "digest": str(digest), "size": int(size)}:
            return ImagePart(files.stored(digest, size), kind)
        case {
            "type": "document",
            "media_type": str(kind),
            "name": str(name),
            "digest": str(digest),
            "size": int(size),
        }:
            return DocumentPart(files.stored(digest, size), kind, name)
        case _:
            return None


def to_part(record: Any, odd: list[str]) -> ContentPart | None:
    """Read what `part_record` wrote; what can't be read is named in `odd`."""
    try:
        match record:
            case {"type": "text", "text": str(text)}:
                return TextPart(text)
            case {"type": "image", "media_type": str(kind), "data": str(data)}:
                return ImagePart(b64decode(data, validate=True), kind)
            case {
                "type": "document",
                "media_type": str(kind),
                "name": str(name),
                "data": str(data),
            }:
                return DocumentPart(b64decode(data, validate=True), kind, name)
            case _:
                return _odd_part(record, odd)
    except (NotBase64, ValueError):
        return _odd_part(record, odd)


def _odd_part(record: Any, odd: list[str]) -> ContentPart | None:
    values = _mapping(record) or {}
    odd.append(f"the part “{values.get('type', '?')}”")
    text = values.get("text", record)
    return TextPart(text) if isinstance(text, str) else None


def draft_file_records(files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Return files that wait to be sent as their rows hold them."""
    return [draft_file_record(file, _stored_record(file.part)) for file in files]


def draft_file_record(file: Attachment, part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file that waits to be sent as JSON can hold it; `part` is its part's record."""
    return {
        "part": dict(part),
        "name": file.name,
        "tokens": file.tokens,
        "detail": file.detail,
        "thumbnail": _encoded(file.thumbnail),
    }


def read_draft_files(records: Any, files: AttachmentFiles | None) -> tuple[Attachment, ...]:
    """Read what `draft_file_records` wrote; what can't be sent any more is left out."""
    found: list[Attachment] = []
    for record in _list(records) or ():
        part = _to_stored_part((_mapping(record) or {}).get("part"), files)
        file = read_draft_file(record, part)
        if file is not None and _is_there(file.part.content):
            found.append(file)
    return tuple(found)


def _is_there(content: Content) -> bool:
    return isinstance(content, bytes) or content.path.is_file()


def read_draft_file(record: Any, part: ContentPart | None) -> Attachment | None:
    """Read what `draft_file_record` wrote; None where it makes no sense."""
    match record:
        case {"name": str(name), "tokens": int(tokens), "detail": str(detail), "thumbnail": str(t)}:
            with suppress(NotBase64, ValueError):
                if isinstance(part, ImagePart | DocumentPart):
                    thumbnail = b64decode(t, validate=True)
                    return Attachment(
                        name=name, part=part, tokens=tokens, detail=detail, thumbnail=thumbnail
                    )
        case _:
            pass
    return None


def to_usage(record: Any) -> Usage | None:
    """Read a usage; what is no count is left out."""
    values = _mapping(record)
    if values is None:
        return None
    names = {field.name for field in fields(Usage)}
    if values and names.isdisjoint(values):
        return None
    usage = Usage(**{n: v for n, v in values.items() if n in names and isinstance(v, int)})
    cost = values.get("cost")
    return replace(usage, cost=cost) if isinstance(cost, float) else usage


def to_error(record: Any) -> StoredError | None:
    """Read an error as a message keeps it."""
    values = _mapping(record)
    if values is None:
        return None
    kind, message, cure = (str(values.get(name, "")) for name in ("kind", "message", "cure"))
    return StoredError(kind=kind, message=message, cure=cure)


def _known(value: str, otherwise: _Choice, name: str, odd: list[str]) -> _Choice:
    with suppress(ValueError):
        return type(otherwise)(value)
    odd.append(f"the {name} “{value}”")
    return otherwise


def _milliseconds(value: Any) -> int | None:
    return value if type(value) is int else None


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any] | None:
    return cast("list[Any]", value) if isinstance(value, list) else None


def _warning(odd: list[str]) -> str | None:
    if not odd:
        return None
    return f"Another version of Parley wrote this message; this one does not know {', '.join(odd)}."
