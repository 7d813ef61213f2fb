"""The rows of `system_config` that hold connections, as values; keys stay sealed in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard, cast

from desktop.core.errors import InvalidSetting
from desktop.llm.config import API
from desktop.llm.config_rows import api_of
from desktop.llm.endpoints import key_origin
from desktop.llm.factory import LLMProvider
from desktop.services.settings_values import DEFAULT_MAX_TOKENS

COMPLETIONS_SLOT = "llm/completions_config"
EMBEDDINGS_SLOT = "llm/embeddings_config"
MEMORY_CATEGORY = "llm_provider"

Raw = Mapping[str, Any]
"""A JSON object as it is stored."""
Unread = tuple[Any, ...]
"""What is stored and was not understood: a key may be in it, so it is never dropped."""


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


_FIELDS = {
    "provider",
    "api_key_encrypted",
    "model",
    "endpoint",
    "max_tokens",
    "temperature",
    "reasoning_effort",
    "api",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRecord:
    """One connection as it is stored."""

    provider: LLMProvider
    token: str | None = field(default=None, repr=False)
    model: str = ""
    endpoint: str | None = None
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float | None = None
    reasoning_effort: str | None = None
    api: API = "auto"
    read_from: Raw = field(default_factory=dict[str, Any], repr=False, compare=False)

    @property
    def extras(self) -> dict[str, Any]:
        """What else was read, which another version or the user's own hand wrote."""
        return {name: value for name, value in self.read_from.items() if name not in _FIELDS}

    @property
    def origin(self) -> str:
        """Where its key goes."""
        return origin_of(self.provider, self.endpoint)

    def sealed(self, slot: str) -> SealedKey:
        """Return its key as sealed for `slot`."""
        return SealedKey(token=self.token, slot=slot, origin=self.origin)

    def to_json(self) -> dict[str, Any]:
        """Return the row's value; what was read goes back as it was, but for the key."""
        chosen: dict[str, Any] = {}
        if self.reasoning_effort is not None:
            chosen["reasoning_effort"] = self.reasoning_effort
        if self.api != "auto":
            chosen["api"] = self.api
        return {
            "provider": str(self.provider),
            "model": self.model,
            "endpoint": self.endpoint,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            **chosen,
            **self.read_from,
            "api_key_encrypted": self.token,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsRecord:
    """The embeddings connection as it is stored; the provider is always OpenAI.

    `unread` is what another version wrote in its place; it is kept as it is.
    """

    token: str | None = field(default=None, repr=False)
    model: str = ""
    endpoint: str | None = None
    unread: Unread = field(default=(), repr=False)

    @property
    def sealed(self) -> SealedKey:
        """Return its key as sealed for its row."""
        origin = origin_of(LLMProvider.OPENAI, self.endpoint)
        return SealedKey(token=self.token, slot=EMBEDDINGS_SLOT, origin=origin)

    def to_json(self) -> dict[str, Any]:
        """Return the row's value."""
        value = {"api_key_encrypted": self.token, "model": self.model, "endpoint": self.endpoint}
        return {**value, "others": list(self.unread)} if self.unread else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was last saved for a provider, newest first, one for each origin.

    `unread` is what another version wrote among them; it is kept as it is.
    """

    records: tuple[ConnectionRecord, ...] = ()
    unread: Unread = field(default=(), repr=False)

    def remembering(self, record: ConnectionRecord) -> "Memory":
        """Put `record` first; those of other origins stay, so that no key is lost."""
        others = (old for old in self.records if old.origin != record.origin)
        return replace(self, records=(record, *others))

    def keeping(self, unread: Unread) -> "Memory":
        """Keep `unread` too: it is about to be replaced where it stands."""
        new = (value for value in unread if value not in self.unread)
        return replace(self, unread=(*self.unread, *new))

    def to_json(self) -> dict[str, Any]:
        """Return the row's value."""
        newest, *others = self.records
        return {
            **newest.to_json(),
            "others": [*(record.to_json() for record in others), *self.unread],
        }


def connection_from(value: Any) -> ConnectionRecord | None:
    """Read a connection; None when it is not one that this version understands."""
    row = _object(value)
    token, provider = row.get("api_key_encrypted"), _text(row.get("provider"))
    if not _is_token(token) or provider not in set(LLMProvider):
        return None
    temperature = row.get("temperature")
    max_tokens = row.get("max_tokens")
    return ConnectionRecord(
        provider=LLMProvider(provider),
        token=token,
        model=_text(row.get("model")) or "",
        endpoint=_text(row.get("endpoint")),
        max_tokens=max_tokens if isinstance(max_tokens, int) else DEFAULT_MAX_TOKENS,
        temperature=float(temperature) if isinstance(temperature, int | float) else None,
        reasoning_effort=_text(row.get("reasoning_effort")),
        api=api_of(row),
        read_from=row,
    )


def embeddings_from(value: Any) -> EmbeddingsRecord | None:
    """Read the embeddings row; None when there is none."""
    if not isinstance(value, Mapping):
        return None
    row, others = _apart(value)
    token = row.get("api_key_encrypted")
    return EmbeddingsRecord(
        token=token if _is_token(token) else None,
        model=_text(row.get("model")) or "",
        endpoint=_text(row.get("endpoint")),
        unread=others if _is_token(token) else (row, *others),
    )


def memory_from(value: Any) -> Memory:
    """Read what is remembered for a provider: the newest, then those of other origins."""
    newest, others = _apart(value)
    read = [(entry, connection_from(entry)) for entry in (newest, *others)]
    return Memory(
        records=tuple(record for _, record in read if record is not None),
        unread=tuple(entry for entry, record in read if record is None and entry),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All connections that are stored.

    `unread` is what another version wrote where the completions are to be.
    """

    completions: ConnectionRecord | None
    embeddings: EmbeddingsRecord | None
    memory: Mapping[LLMProvider, Memory]
    unread: Unread = field(default=(), repr=False)

    def keys_of(self, provider: LLMProvider) -> list[SealedKey]:
        """Return the keys saved for `provider`, the one in use first, then the newest."""
        keys: list[SealedKey] = []
        if self.completions is not None and self.completions.provider is provider:
            keys.append(self.completions.sealed(COMPLETIONS_SLOT))
        slot = memory_slot(provider)
        keys += [record.sealed(slot) for record in self.memory[provider].records]
        return keys


def stored_from(llm: Mapping[str, Any], memory: Mapping[str, Any]) -> Stored:
    """Read the rows of the categories `llm` and `llm_provider`, by their keys."""
    completions = llm.get("completions_config")
    current = connection_from(completions)
    return Stored(
        completions=current,
        embeddings=embeddings_from(llm.get("embeddings_config")),
        memory={provider: memory_from(memory.get(str(provider))) for provider in LLMProvider},
        unread=(completions,) if current is None and completions else (),
    )


def with_token(record: ConnectionRecord, token: str | None) -> ConnectionRecord:
    """Return `record` with its key sealed as `token`."""
    return replace(record, token=token)


def _apart(value: Any) -> tuple[Raw, Unread]:
    """Return a row without its `others`, and those."""
    row = _object(value)
    others = row.pop("others", [])
    return row, tuple(cast("list[Any]", others)) if isinstance(others, list) else (others,)


def _object(value: Any) -> dict[str, Any]:
    return dict(cast("Raw", value)) if isinstance(value, Mapping) else {}


def _is_token(value: Any) -> TypeGuard[str | None]:
    return value is None or isinstance(value, str)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
