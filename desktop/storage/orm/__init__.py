"""The tables, one module each subject."""

from desktop.storage.orm.base import Base
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.importing import UnfinishedImportRow
from desktop.storage.orm.library import (
    CollectionRow,
    CollectionSourceRow,
    ConversationSourceRow,
    DocumentRow,
    SentPassageRow,
)
from desktop.storage.orm.organising import FolderRow, PresetRow, TagRow
from desktop.storage.orm.passages import (
    EmbeddingModelRow,
    EmbeddingRow,
    PassageQueueRow,
    PassageRow,
)
from desktop.storage.orm.system_config import SystemConfigRow

__all__ = [
    "Base",
    "CollectionRow",
    "CollectionSourceRow",
    "ConversationRow",
    "ConversationSourceRow",
    "DocumentRow",
    "EmbeddingModelRow",
    "EmbeddingRow",
    "FolderRow",
    "MessageRow",
    "PassageQueueRow",
    "PassageRow",
    "PresetRow",
    "SentPassageRow",
    "SystemConfigRow",
    "TagRow",
    "UnfinishedImportRow",
]
