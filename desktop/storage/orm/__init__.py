"""The tables, one module each subject."""

from desktop.storage.orm.base import Base
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.orm.system_config import SystemConfigRow

__all__ = ["Base", "ConversationRow", "MessageRow", "SystemConfigRow"]
