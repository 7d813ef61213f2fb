"""The files that wait in the composer, with the conversation that they are for."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from desktop.core.attachment import Attachment
from desktop.core.ids import ConversationId
from desktop.storage.database import Database
from desktop.storage.drafts import FILES_OF_NEW_CHAT
from desktop.storage.orm.conversation import ConversationRow
from desktop.storage.records import draft_file_records, read_draft_files
from desktop.storage.repositories.system_config import SystemConfigRepository


class DraftRepository:
    """Keeps the files of unsent messages; each method is one transaction.

    Those of a conversation come with it. All raise `StorageError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_files(
        self, conversation_id: ConversationId | None, files: Sequence[Attachment]
    ) -> None:
        """Keep the files for a conversation's next message; None for a new chat's first."""
        if conversation_id is None:
            record = {"files": draft_file_records(files)}
            async with self._database.write() as session:
                await SystemConfigRepository(session).put(*FILES_OF_NEW_CHAT, record)
            return

        def save(session: Session) -> None:
            statement = update(ConversationRow).where(ConversationRow.id == conversation_id)
            session.execute(statement.values(draft_files=draft_file_records(files)))

        await self._database.save(save)

    async def files_of_new_chat(self) -> tuple[Attachment, ...]:
        """Return what waits for the first message of a chat that was not begun."""
        async with self._database.read() as session:
            value = await SystemConfigRepository(session).get(*FILES_OF_NEW_CHAT)
        return read_draft_files((value or {}).get("files"), self._database.attachments)
