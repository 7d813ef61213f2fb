"""Keys that were kept for this session only, once there is a place to seal them."""

from dataclasses import replace
from typing import Any

from desktop.services.saved_keys import SavedKeys
from desktop.services.settings_records import (
    COMPLETIONS_SLOT,
    MEMORY_CATEGORY,
    SealedKey,
    Stored,
    memory_slot,
    with_token,
)

Rows = dict[tuple[str, str], dict[str, Any]]
"""Values to write, by category and key."""


async def held_rows(stored: Stored, keys: SavedKeys) -> Rows:
    """Return the rows whose keys are held for this session, with those keys sealed.

    Raises:
        VaultError: they can't be sealed now.
    """
    rows: Rows = {}
    current, embeddings = stored.completions, stored.embeddings
    if current is not None and keys.is_held(sealed := current.sealed(COMPLETIONS_SLOT)):
        record = with_token(current, await _sealed(sealed, keys))
        rows["llm", "completions_config"] = record.to_json()
    if embeddings is not None and keys.is_held(embeddings.sealed):
        token = await _sealed(embeddings.sealed, keys)
        rows["llm", "embeddings_config"] = replace(embeddings, token=token).to_json()
    return rows | await _memory_rows(stored, keys)


async def _memory_rows(stored: Stored, keys: SavedKeys) -> Rows:
    rows: Rows = {}
    for provider, memory in stored.memory.items():
        slot = memory_slot(provider)
        held = [keys.is_held(record.sealed(slot)) for record in memory.records]
        if any(held):
            records = [
                with_token(record, await _sealed(record.sealed(slot), keys)) if is_held else record
                for record, is_held in zip(memory.records, held, strict=True)
            ]
            value = replace(memory, records=tuple(records)).to_json()
            rows[MEMORY_CATEGORY, str(provider)] = value
    return rows


async def _sealed(key: SealedKey, keys: SavedKeys) -> str | None:
    return await keys.token(key, key.slot, key.origin, [key])
