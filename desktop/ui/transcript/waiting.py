"""A message that is not loaded yet."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus
from desktop.core.ids import ConversationId, MessageId
from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.items.factory import Spec
from desktop.ui.transcript.items.waiting import WaitingSpec
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.typesetter import Typesetter

_NOTHING = Message(
    id=MessageId(UUID(int=0)),
    conversation_id=ConversationId(UUID(int=0)),
    parent_id=None,
    role=Role.ASSISTANT,
    parts=(),
    status=MessageStatus.COMPLETE,
    created_at=datetime.fromtimestamp(0, UTC),
)


class WaitingEntry(Entry):
    """Keeps about the room that a message takes."""

    def __init__(self, markdown: Markdown, typesetter: Typesetter, width: int) -> None:
        super().__init__(_NOTHING, markdown, typesetter, width)

    def _describe_head(self) -> list[Spec]:
        return [WaitingSpec()]

    def _describe_body(self) -> Sequence[Spec]:
        return ()

    def _describe_end(self) -> list[Spec]:
        return []
