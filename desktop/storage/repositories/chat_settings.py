"""Settings of conversations, and presets."""

from sqlalchemy import delete, select, update

from desktop.core.chat_settings import ChatSettings, Preset, model_choice_of, parameters_of
from desktop.core.ids import ConversationId, PresetId
from desktop.storage.database import Database
from desktop.storage.orm.conversation import ConversationRow
from desktop.storage.orm.organising import PresetRow
from desktop.storage.records import preset_row, to_preset


class ChatSettingsRepository:
    """Each method is one transaction; all raise `StorageError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, conversation_id: ConversationId, settings: ChatSettings) -> None:
        """Replace what a conversation sets for itself."""
        statement = update(ConversationRow).where(ConversationRow.id == conversation_id)
        async with self._database.write() as session:
            await session.execute(
                statement.values(
                    system_prompt=settings.system_prompt,
                    model_choice=model_choice_of(settings),
                    parameters=parameters_of(settings),
                )
            )

    async def presets(self) -> list[Preset]:
        """Return the presets by name."""
        async with self._database.read() as session:
            presets = [to_preset(row) for row in await session.scalars(select(PresetRow))]
        return sorted(presets, key=lambda each: each.name.casefold())

    async def save_preset(self, preset: Preset) -> None:
        """Store a preset; one with the same id is replaced."""
        async with self._database.write() as session:
            await session.merge(preset_row(preset))

    async def remove_preset(self, preset_id: PresetId) -> None:
        """Remove a preset; conversations that began with it keep what they have."""
        async with self._database.write() as session:
            await session.execute(delete(PresetRow).where(PresetRow.id == preset_id))
