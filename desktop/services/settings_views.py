"""What is stored, as it may be shown: keys masked, what can't be opened explained."""

from collections.abc import Callable
from itertools import chain

from desktop.llm.factory import LLMProvider
from desktop.services.saved_keys import MaskedKeys, SavedKeys
from desktop.services.settings_records import (
    COMPLETIONS_SLOT,
    ConnectionRecord,
    Stored,
    memory_slot,
)
from desktop.services.settings_values import ConnectionView, EmbeddingsView, SettingsView


async def settings_view(
    stored: Stored, saved_keys: SavedKeys, where: Callable[[], str]
) -> SettingsView:
    """Return all that is stored; `where` says where keys are kept, once one was opened."""
    keys = MaskedKeys(saved_keys)
    remembered = {
        provider: tuple([await _connection(r, memory_slot(provider), keys) for r in memory.records])
        for provider, memory in stored.memory.items()
    }
    record = stored.completions
    completions = await _connection(record, COMPLETIONS_SLOT, keys) if record else None
    embeddings = await _embeddings(stored, saved_keys, keys)
    views = [completions, embeddings, *chain.from_iterable(remembered.values())]
    was_opened = any(v.key.is_set and not v.key.problem for v in views if v is not None)
    return SettingsView(
        completions=completions,
        embeddings=embeddings,
        remembered=remembered,
        key_place=where() if was_opened else "",
        key_trouble=keys.closed,
    )


async def _connection(record: ConnectionRecord, slot: str, keys: MaskedKeys) -> ConnectionView:
    return ConnectionView(
        provider=record.provider,
        model=record.model,
        endpoint=record.endpoint,
        max_tokens=record.max_tokens,
        temperature=record.temperature,
        reasoning_effort=record.reasoning_effort,
        api=record.api,
        key=await keys.view(record.sealed(slot)),
    )


async def _embeddings(
    stored: Stored, saved_keys: SavedKeys, keys: MaskedKeys
) -> EmbeddingsView | None:
    record, completions = stored.embeddings, stored.completions
    if record is None:
        return None
    same_key, key = False, await keys.view(record.sealed)
    is_openai = completions is not None and completions.provider is LLMProvider.OPENAI
    if completions is not None and is_openai and key.problem is None:
        same_key = await saved_keys.is_one(completions.sealed(COMPLETIONS_SLOT), record.sealed)
    return EmbeddingsView(model=record.model, endpoint=record.endpoint, same_key=same_key, key=key)
