"""What is written but not sent: it ends in the transaction that stores it as a message."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desktop.core.conversation import Message
from desktop.storage.orm.conversation import ConversationRow
from desktop.storage.orm.system_config import SystemConfigRow


def end_draft(session: Session, question: Message) -> None:
    """Forget the draft that became `question`; what was typed after it was sent stays.

    A first question may have been written as a new chat, which has no conversation yet.
    """
    text = question.text
    its_own = ConversationRow.id == question.conversation_id, ConversationRow.draft == text
    session.execute(update(ConversationRow).where(*its_own).values(draft=""))
    if question.parent_id is None:
        _end_draft_of_new_chat(session, text)


def _end_draft_of_new_chat(session: Session, text: str) -> None:
    named = SystemConfigRow.category == "app", SystemConfigRow.key == "draft"
    row = session.scalar(select(SystemConfigRow).where(*named))
    if row is not None and row.value_json == {"text": text}:
        row.value_json = {"text": ""}
