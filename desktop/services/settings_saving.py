"""From what was entered to the rows that are written: which key goes where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.errors import InvalidSetting
from desktop.llm.factory import LLMProvider
from desktop.services.saved_keys import SavedKeys, host_of
from desktop.services.settings_checks import for_embeddings
from desktop.services.settings_records import (
    COMPLETIONS_SLOT,
    EMBEDDINGS_SLOT,
    ConnectionRecord,
    EmbeddingsRecord,
    Memory,
    SealedKey,
    Stored,
    memory_slot,
    origin_of,
    with_token,
)
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange, KeyAction

KeySource = str | SealedKey | None
"""A key just entered, one that is saved, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionsRows:
    """What is written for completions: the connection in use, and what is remembered."""

    record: ConnectionRecord
    memory: Memory


class Saving:
    """One save: what was stored before it, and the keys that go into the new rows."""

    def __init__(self, stored: Stored, keys: SavedKeys) -> None:
        self._stored = stored
        self._keys = keys

    async def completions_key(self, change: CompletionsChange) -> KeySource:
        """Return the key that `change` asks for.

        Raises:
            InvalidSetting: a key is needed and none was entered for this address.
            VaultError: the keyring doesn't tell whether there is one.
        """
        if isinstance(change.api_key, str):
            return change.api_key
        if change.api_key is KeyAction.REMOVE or change.is_local:
            return None
        saved = self._stored.keys_of(change.provider)
        origin = origin_of(change.provider, change.endpoint)
        found = await self._keys.find(saved, origin)
        if found is None:
            await self._refuse_without_key(change.provider, saved, origin)
        return found

    async def embeddings_key(
        self, change: EmbeddingsChange, completions: CompletionsChange | None
    ) -> KeySource:
        """Return the key that `change` asks for; `completions` is saved along with it.

        Raises:
            InvalidSetting: as for completions, or there is no key to share.
            VaultError: the keyring doesn't tell whether there is one.
        """
        origin = origin_of(LLMProvider.OPENAI, change.endpoint)
        try:
            if change.same_key:
                return await self._shared_key(origin, completions)
            return await self._own_embeddings_key(change, origin)
        except InvalidSetting as problem:
            raise for_embeddings(problem) from problem

    async def completions_rows(self, change: CompletionsChange, key: KeySource) -> CompletionsRows:
        """Seal `key` for the rows of `change`.

        Raises:
            VaultError: it can't be sealed now.
        """
        record = ConnectionRecord(
            provider=change.provider,
            model=change.model,
            endpoint=change.endpoint,
            max_tokens=change.max_tokens,
            temperature=change.temperature,
            reasoning_effort=change.reasoning_effort,
            api=change.api,
            read_from=self._extras(change),
        )
        saved = self._stored.keys_of(change.provider)
        slot = memory_slot(change.provider)
        token = await self._keys.token(key, COMPLETIONS_SLOT, record.origin, saved)
        remembered = await self._keys.token(key, slot, record.origin, saved)
        memory = self._stored.memory[change.provider]
        return CompletionsRows(
            record=with_token(record, token),
            memory=memory.remembering(with_token(record, remembered)).keeping(self._stored.unread),
        )

    def _extras(self, change: CompletionsChange) -> dict[str, Any]:
        """Return what is set for this connection besides the fields of the window."""
        before = self._stored.completions
        if before is None or before.provider is not change.provider:
            return {}
        return before.extras if before.endpoint == change.endpoint else {}

    async def embeddings_row(self, change: EmbeddingsChange, key: KeySource) -> EmbeddingsRecord:
        """Seal `key` for the row of `change`.

        Raises:
            VaultError: it can't be sealed now.
        """
        origin = origin_of(LLMProvider.OPENAI, change.endpoint)
        current = self._stored.embeddings
        own = [current.sealed] if current is not None else []
        token = await self._keys.token(key, EMBEDDINGS_SLOT, origin, own)
        return EmbeddingsRecord(
            token=token,
            model=change.model,
            endpoint=change.endpoint,
            unread=current.unread if current is not None else (),
        )

    async def following(self, change: CompletionsChange) -> EmbeddingsChange | None:
        """Return how the embeddings follow a new key, when they share that of completions."""
        embeddings, completions = self._stored.embeddings, self._stored.completions
        if embeddings is None or completions is None or change.api_key is KeyAction.KEEP:
            return None
        sealed = completions.sealed(COMPLETIONS_SLOT)
        origin = origin_of(change.provider, change.endpoint)
        if change.provider is not LLMProvider.OPENAI or origin != embeddings.sealed.origin:
            return None
        if not await self._keys.is_one(sealed, embeddings.sealed):
            return None
        return EmbeddingsChange(
            model=embeddings.model, api_key=change.api_key, endpoint=embeddings.endpoint
        )

    async def _refuse_without_key(
        self, provider: LLMProvider, saved: Sequence[SealedKey], origin: str
    ) -> None:
        is_compatible = provider is LLMProvider.OPENAI_COMPATIBLE
        if is_compatible and any(sealed.origin == origin for sealed in saved):
            return  # it was saved without a key, and that is what stays unchanged
        elsewhere = await self._keys.elsewhere(saved, origin)
        if elsewhere:
            raise _entered_for(elsewhere, origin)
        if not is_compatible:
            raise _missing(provider.display_name)

    async def _shared_key(self, origin: str, change: CompletionsChange | None) -> KeySource:
        change = change or _unchanged(self._stored.completions)
        if change is None or change.provider is not LLMProvider.OPENAI:
            raise _same_key("The key of Completions is not an OpenAI key.")
        if origin_of(change.provider, change.endpoint) != origin:
            raise _same_key("The key of Completions belongs to another address.")
        key = await self.completions_key(change)
        if key is None:
            raise _same_key("Completions has no key to share.")
        return key

    async def _own_embeddings_key(self, change: EmbeddingsChange, origin: str) -> KeySource:
        if isinstance(change.api_key, str):
            return change.api_key
        if change.api_key is KeyAction.REMOVE:
            return None
        current = self._stored.embeddings
        if current is None or not await self._keys.is_set(current.sealed):
            raise _missing(LLMProvider.OPENAI.display_name)
        if current.sealed.origin != origin:
            raise _entered_for(host_of(current.sealed.origin), origin)
        return current.sealed


def _unchanged(record: ConnectionRecord | None) -> CompletionsChange | None:
    if record is None:
        return None
    return CompletionsChange(provider=record.provider, model=record.model, endpoint=record.endpoint)


def _entered_for(host: str, origin: str) -> InvalidSetting:
    return InvalidSetting(
        f"The saved key was entered for {host} and goes nowhere else.",
        field="api_key",
        cure=f"Enter the key for {host_of(origin)}.",
    )


def _missing(name: str) -> InvalidSetting:
    return InvalidSetting(
        f"The API key for {name} is missing.", field="api_key", cure="Paste it here."
    )


def _same_key(message: str) -> InvalidSetting:
    return InvalidSetting(message, field="same_key", cure="Enter an OpenAI key of its own.")
