"""Identifiers: random UUIDs, made by the client so that a repeated write is the same write."""

from typing import NewType
from uuid import UUID, uuid4

ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
CollectionId = NewType("CollectionId", UUID)
SourceId = NewType("SourceId", UUID)
DocumentId = NewType("DocumentId", UUID)
FolderId = NewType("FolderId", UUID)
PresetId = NewType("PresetId", UUID)


def new_conversation_id() -> ConversationId:
    """Make the id of a new conversation."""
    return ConversationId(uuid4())


def new_message_id() -> MessageId:
    """Make the id of a new message."""
    return MessageId(uuid4())


def new_collection_id() -> CollectionId:
    """Make the id of a new collection."""
    return CollectionId(uuid4())


def new_folder_id() -> FolderId:
    """Make the id of a new folder."""
    return FolderId(uuid4())


def new_preset_id() -> PresetId:
    """Make the id of a new preset."""
    return PresetId(uuid4())
