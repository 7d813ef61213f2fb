"""The rows of `system_config` that hold connections, as values; keys stay sealed in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from desktop.core.errors import InvalidSetting
from desktop.llm.endpoints import key_origin
from desktop.llm.factory import LLMProvider
from desktop.services.settings_values import DEFAULT_MAX_TOKENS

COMPLETIONS_SLOT = "llm/completions_config"
EMBEDDINGS_SLOT = "llm/embeddings_config"
MEMORY_CATEGORY = "llm_provider"


def memory_slot(provider: LLMProvider) -> str:
    """Return the slot that keys remembered for `provider` are bound to."""
    return f"{MEMORY_CATEGORY}/{provider}"


def origin_of(provider: LLMProvider, endpoint: str | None) -> str:
    """Return where a key for `endpoint` goes; '' when what is stored is no address."""
    try:
        return key_origin(provider, endpoint)
    except InvalidSetting:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKey:
    """A sealed key with what it is bound to; a `token` of None is kept for this session."""

    token: str | None = field(repr=False)
    slot: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRecord:
    """One connection as it is stored."""

    provider: LLMProvider
    token: str | None = field(default=None, repr=False)
    model: str = ""
    endpoint: str | None = None
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float | None = None

    @property
    def origin(self) -> str:
        """Where its key goes."""
        return origin_of(self.provider, self.endpoint)

    def sealed(self, slot: str) -> SealedKey:
        """Return its key as sealed for `slot`."""
        return SealedKey(token=self.token, slot=slot, origin=self.origin)

    def to_json(self) -> dict[str, Any]:
        """Return the row's value."""
        return {
            "provider": str(self.provider),
            "api_key_encrypted": self.token,
            "model": self.model,
            "endpoint": self.endpoint,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsRecord:
    """The embeddings connection as it is stored; the provider is always OpenAI."""

    token: str | None = field(default=None, repr=False)
    model: str = ""
    endpoint: str | None = None

    @property
    def sealed(self) -> SealedKey:
        """Return its key as sealed for its row."""
        origin = origin_of(LLMProvider.OPENAI, self.endpoint)
        return SealedKey(token=self.token, slot=EMBEDDINGS_SLOT, origin=origin)

    def to_json(self) -> dict[str, Any]:
        """Return the row's value."""
        return {"api_key_encrypted": self.token, "model": self.model, "endpoint": self.endpoint}


Memory = tuple[ConnectionRecord, ...]
"""What was last saved for a provider, newest first, one for each origin."""


def connection_from(value: Any) -> ConnectionRecord | None:
    """Read a connection; None when it is not one that this version understands."""
    if not isinstance(value, Mapping):
        return None
    row = cast("Mapping[str, Any]", value)
    try:
        provider = LLMProvider(row.get("provider", ""))
    except ValueError:
        return None
    temperature = row.get("temperature")
    max_tokens = row.get("max_tokens")
    return ConnectionRecord(
        provider=provider,
        token=_text(row.get("api_key_encrypted")),
        model=_text(row.get("model")) or "",
        endpoint=_text(row.get("endpoint")),
        max_tokens=max_tokens if isinstance(max_tokens, int) else DEFAULT_MAX_TOKENS,
        temperature=float(temperature) if isinstance(temperature, int | float) else None,
    )


def embeddings_from(value: Any) -> EmbeddingsRecord | None:
    """Read the embeddings row; None when it is not one that this version understands."""
    if not isinstance(value, Mapping):
        return None
    row = cast("Mapping[str, Any]", value)
    return EmbeddingsRecord(
        token=_text(row.get("api_key_encrypted")),
        model=_text(row.get("model")) or "",
        endpoint=_text(row.get("endpoint")),
    )


def memory_from(value: Any) -> Memory:
    """Read what is remembered for a provider: the newest, then those of other origins."""
    newest = connection_from(value)
    if newest is None:
        return ()
    others: Any = value.get("others", [])
    rows = cast("Sequence[Any]", others) if isinstance(others, list) else ()
    found = [record for row in rows if (record := connection_from(row)) is not None]
    return (newest, *found)


def memory_json(memory: Memory) -> dict[str, Any]:
    """Return the value of a provider's memory row."""
    newest, *others = memory
    return {**newest.to_json(), "others": [record.to_json() for record in others]}


def remembering(memory: Memory, record: ConnectionRecord) -> Memory:
    """Put `record` first; those of other origins stay, so that no key is lost."""
    return (record, *(old for old in memory if old.origin != record.origin))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All connections that are stored."""

    completions: ConnectionRecord | None
    embeddings: EmbeddingsRecord | None
    memory: Mapping[LLMProvider, Memory]

    def keys_of(self, provider: LLMProvider) -> list[SealedKey]:
        """Return the keys saved for `provider`, the one in use first, then the newest."""
        keys: list[SealedKey] = []
        if self.completions is not None and self.completions.provider is provider:
            keys.append(self.completions.sealed(COMPLETIONS_SLOT))
        slot = memory_slot(provider)
        keys += [record.sealed(slot) for record in self.memory.get(provider, ())]
        return keys


def stored_from(llm: Mapping[str, Any], memory: Mapping[str, Any]) -> Stored:
    """Read the rows of the categories `llm` and `llm_provider`, by their keys."""
    return Stored(
        completions=connection_from(llm.get("completions_config")),
        embeddings=embeddings_from(llm.get("embeddings_config")),
        memory={provider: memory_from(memory.get(str(provider))) for provider in LLMProvider},
    )


def with_token(record: ConnectionRecord, token: str | None) -> ConnectionRecord:
    """Return `record` with its key sealed as `token`."""
    return replace(record, token=token)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
