"""The settings: what is saved, what changes, which models there are, whether it works."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import fields, replace
from typing import Any

from desktop.core.errors import InvalidSetting
from desktop.llm.base import ModelInfo
from desktop.llm.config import API
from desktop.llm.diagnosis import Stage, diagnose, diagnose_embeddings
from desktop.llm.factory import LLMProvider
from desktop.services.connections import Network, default_network
from desktop.services.saved_keys import SavedKeys
from desktop.services.settings_checks import clean_completions, clean_embeddings
from desktop.services.settings_connections import (
    LocalModel,
    Unsaved,
    UnsavedConnections,
    chat_models,
    embedding_models,
)
from desktop.services.settings_held import Rows, held_rows
from desktop.services.settings_records import (
    MEMORY_CATEGORY,
    Stored,
    origin_of,
    stored_from,
)
from desktop.services.settings_saving import KeySource, Saving
from desktop.services.settings_values import (
    CompletionsChange,
    EmbeddingsChange,
    SettingsView,
)
from desktop.services.settings_views import settings_view
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import Vault
from desktop.storage.vault_errors import KeptElsewhere

_APP = "app"


class SettingsService:
    """Reads and changes the settings in `database`; keys are sealed by `vault`.

    `local` starts the model that Parley itself runs, given its endpoint; `network` gives the
    proxy, certificates and time limits that lists and tests use.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        local: LocalModel,
        network: Network = default_network,
    ) -> None:
        self._database = database
        self._vault = vault
        self._keys = SavedKeys(vault)
        self._unsaved = UnsavedConnections(self._keys, local)
        self._network = network
        self._saving = asyncio.Lock()

    async def get(self) -> SettingsView:
        """Return what is saved, keys masked.

        Raises:
            StorageError: the database can't be read.
        """
        stored, for_session = await self._stored(), await self._vault.is_session_only()
        view = await settings_view(stored, self._keys, self._vault.where)
        return replace(view, key_place=self._vault.where()) if for_session else view

    async def update_completions(self, change: CompletionsChange) -> None:
        """Save `change`; see `update`."""
        await self.update(completions=change)

    async def update_embeddings(self, change: EmbeddingsChange) -> None:
        """Save `change`; see `update`."""
        await self.update(embeddings=change)

    async def embeddings_origin(self) -> str:
        """Return where texts go for search by meaning, '' for nowhere; asks no keyring.

        Raises:
            StorageError: the database can't be read.
        """
        saved = (await self._stored()).embeddings
        return origin_of(LLMProvider.OPENAI, saved.endpoint) if saved and saved.model else ""

    async def update(
        self,
        *,
        completions: CompletionsChange | None = None,
        embeddings: EmbeddingsChange | None = None,
    ) -> None:
        """Save what is given, all of it or nothing; no network is needed.

        Raises:
            InvalidSetting: a value can't be used; `field` names it, beginning with
                `embeddings.` for those of the embeddings.
            VaultError: a key can't be sealed now; `NoKeyring` when the user must choose.
            StorageError: the database can't be written.
        """
        async with self._saving:
            stored = await self._stored()
            problems = await self._problems(stored, completions, embeddings)
            if problems:
                raise problems[0]
            await self._write(await self._rows(stored, completions, embeddings))

    async def problems(
        self,
        *,
        completions: CompletionsChange | None = None,
        embeddings: EmbeddingsChange | None = None,
    ) -> list[InvalidSetting]:
        """Return everything that `update` would refuse, in the order of the fields.

        Raises:
            VaultError: the keyring doesn't tell whether a key is saved.
            StorageError: the database can't be read.
        """
        return await self._problems(await self._stored(), completions, embeddings)

    async def models(
        self, provider: LLMProvider, api_key: str | None = None, endpoint: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the models that the unsaved values reach, each with `id` and `display_name`.

        Without `api_key` the key saved for the same address is used; '' is no key. Empty
        where the server has no list.

        Raises:
            InvalidSetting: the key or the address can't be used.
            LLMError: the list could not be read.
            LocalModelError: the model on this computer can't be started.
            VaultError: the saved key can't be opened now.
        """
        unsaved = Unsaved(provider, api_key, endpoint)
        config = await self._unsaved.completions(await self._stored(), unsaved)
        models = await chat_models(config, await self._network())
        return await asyncio.to_thread(_described, [m for m in models if m.kind == "chat"])

    async def embedding_models(
        self, api_key: str | None = None, endpoint: str | None = None, *, same_key: bool = False
    ) -> list[dict[str, Any]]:
        """Return OpenAI's embedding models; otherwise as `models`.

        With `same_key` the saved key is that of completions.
        """
        unsaved = Unsaved(LLMProvider.OPENAI, api_key, endpoint)
        config = await self._unsaved.embeddings(await self._stored(), unsaved, same_key=same_key)
        models = await embedding_models(config, await self._network())
        return await asyncio.to_thread(_described, models)

    async def test(
        self,
        provider: LLMProvider,
        api_key: str | None,
        model: str,
        endpoint: str | None,
        *,
        api: API = "auto",
    ) -> AsyncGenerator[Stage]:
        """Try the unsaved values stage by stage; a failed stage has its cause and cure.

        Raises:
            LocalModelError: the model on this computer can't be started.
            VaultError: the saved key can't be opened now.
        """
        unsaved = Unsaved(provider, api_key, endpoint, model, api)
        config = await self._unsaved.completions(await self._stored(), unsaved)
        network = await self._network()
        async with aclosing(diagnose(config, network=network)) as stages:
            async for stage in stages:
                yield stage

    async def test_embeddings(
        self, api_key: str | None, model: str, endpoint: str | None, *, same_key: bool = False
    ) -> AsyncGenerator[Stage]:
        """Try the unsaved values for embeddings; otherwise as `test`."""
        unsaved = Unsaved(LLMProvider.OPENAI, api_key, endpoint, model)
        config = await self._unsaved.embeddings(await self._stored(), unsaved, same_key=same_key)
        network = await self._network()
        async with aclosing(diagnose_embeddings(config, network=network)) as stages:
            async for stage in stages:
                yield stage

    async def choose_key_place(self, place: KeyPlace, passphrase: str = "") -> None:
        """Keep keys at `place` from now on; those of this session are sealed if it lasts.

        What is sealed already moves along, sealed anew.

        Raises:
            VaultError: what is sealed can't be opened, or nothing can be kept there.
            StorageError: the database can't be written.
        """
        async with self._saving:
            try:
                await self._vault.choose(place, passphrase=passphrase)
            except KeptElsewhere:
                await self._vault.rotate(place, passphrase=passphrase)
            await self._seal_held()

    async def set_keys_aside(self, place: KeyPlace, passphrase: str = "") -> None:
        """Keep the sealed keys unused, and those that are entered from now on at `place`.

        Raises:
            VaultError: those of this session can't be sealed there.
            StorageError: the database can't be written.
        """
        async with self._saving:
            await self._vault.start_over(place, passphrase=passphrase)
            await self._seal_held()

    async def change_master_key(self) -> None:
        """Seal all keys anew with a new master key, at the same place.

        Raises:
            VaultError: they can't be opened now; nothing was changed.
            StorageError: the database can't be written.
        """
        async with self._saving:
            await self._vault.rotate()

    async def unlock(self, passphrase: str) -> None:
        """Open the keys that are locked with a passphrase.

        Raises:
            WrongPassphrase: it was another one.
        """
        await self._vault.unlock(passphrase)

    async def has_keyring(self) -> bool:
        """Tell whether the system offers a keyring to keep keys in.

        Raises:
            VaultError: it does not answer in time.
        """
        return await self._vault.has_keyring()

    async def app(self, key: str) -> dict[str, Any]:
        """Return one of the app's own settings, such as `window`; empty when unset."""
        async with self._database.read() as session:
            value = await SystemConfigRepository(session).get(_APP, key)
        return value if isinstance(value, dict) else {}

    async def set_app(self, key: str, value: dict[str, Any]) -> None:
        """Save one of the app's own settings."""
        async with self._database.write() as session:
            await SystemConfigRepository(session).put(_APP, key, value)

    async def _seal_held(self) -> None:
        await self._write(await held_rows(await self._stored(), self._keys))

    async def _stored(self) -> Stored:
        async with self._database.read() as session:
            repository = SystemConfigRepository(session)
            return stored_from(await repository.all("llm"), await repository.all(MEMORY_CATEGORY))

    async def _problems(
        self,
        stored: Stored,
        completions: CompletionsChange | None,
        embeddings: EmbeddingsChange | None,
    ) -> list[InvalidSetting]:
        saving, problems = Saving(stored, self._keys), list[InvalidSetting]()
        if completions is not None:
            completions, found = clean_completions(completions)
            problems += found or await _refusal(saving.completions_key(completions))
        shared_is_sound = not problems
        if embeddings is not None:
            embeddings, found = clean_embeddings(embeddings)
            problems += found
            if not found and (shared_is_sound or not embeddings.same_key):
                problems += await _refusal(saving.embeddings_key(embeddings, completions))
        return problems

    async def _rows(
        self,
        stored: Stored,
        completions: CompletionsChange | None,
        embeddings: EmbeddingsChange | None,
    ) -> Rows:
        saving = Saving(stored, self._keys)
        rows: Rows = {}
        if completions is not None:
            completions, _ = clean_completions(completions)
            key = await saving.completions_key(completions)
            new = await saving.completions_rows(completions, key)
            rows["llm", "completions_config"] = new.record.to_json()
            rows[MEMORY_CATEGORY, str(completions.provider)] = new.memory.to_json()
            embeddings = embeddings or await saving.following(completions)
        if embeddings is not None:
            embeddings, _ = clean_embeddings(embeddings)
            key = await saving.embeddings_key(embeddings, completions)
            record = await saving.embeddings_row(embeddings, key)
            rows["llm", "embeddings_config"] = record.to_json()
        return rows

    async def _write(self, rows: Rows) -> None:
        async with self._database.write() as session:
            repository = SystemConfigRepository(session)
            for (category, key), value in rows.items():
                await repository.put(category, key, value)
        if not await self._vault.is_session_only():
            for category, key in rows:
                self._vault.forget(f"{category}/{key}")


async def _refusal(key: Awaitable[KeySource]) -> list[InvalidSetting]:
    try:
        await key
    except InvalidSetting as problem:
        return [problem]
    return []


def _described(models: Sequence[ModelInfo]) -> list[dict[str, Any]]:
    """Return the models as values; of thousands, in a thread."""
    names = [field.name for field in fields(ModelInfo)]
    return [{name: getattr(model, name) for name in names} for model in models]
