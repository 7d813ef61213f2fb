"""What the settings are when they are shown and when they are changed; no key in either."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from desktop.core.connection import is_local_model
from desktop.core.errors import ParleyError, VaultError
from desktop.llm import LLMProvider
from desktop.llm.config import API

DEFAULT_MAX_TOKENS = 4096


class KeyAction(Enum):
    """What to do with the key that is saved, when no other one was typed."""

    KEEP = "keep"
    REMOVE = "remove"


KeyChange = str | KeyAction
"""A new key, or what becomes of the saved one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A saved key, masked.

    `hint` is its last four characters; empty when it is short or can't be opened now, and
    then `problem` says why. `origin` is the address it was entered for and goes to.
    """

    is_set: bool = False
    hint: str = ""
    origin: str = ""
    problem: ParleyError | None = None


NO_KEY = KeyView()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """What was last saved for one provider, or for one server of the compatible ones.

    `temperature` is None for the provider's own default, `endpoint` for its own address.
    """

    provider: LLMProvider
    model: str = ""
    endpoint: str | None = None
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float | None = None
    reasoning_effort: str | None = None
    api: API = "auto"
    key: KeyView = NO_KEY

    @property
    def api_key_set(self) -> bool:
        """Whether a key is saved."""
        return self.key.is_set

    @property
    def key_hint(self) -> str:
        """The key's last four characters, or nothing."""
        return self.key.hint


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsView:
    """What is saved for embeddings, always OpenAI's.

    `same_key` tells that the key is the one of Completions.
    """

    model: str = ""
    endpoint: str | None = None
    same_key: bool = False
    key: KeyView = NO_KEY

    @property
    def api_key_set(self) -> bool:
        """Whether a key is saved."""
        return self.key.is_set

    @property
    def key_hint(self) -> str:
        """The key's last four characters, or nothing."""
        return self.key.hint


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """All that is saved; None where nothing was.

    `remembered` holds what was last saved for each provider, the newest server first;
    `key_place` completes "Keys are kept …"; '' while none was opened. `key_trouble` is why
    saved keys can't be opened now.
    """

    completions: ConnectionView | None = None
    embeddings: EmbeddingsView | None = None
    remembered: Mapping[LLMProvider, tuple[ConnectionView, ...]] = field(
        default_factory=dict[LLMProvider, tuple[ConnectionView, ...]]
    )
    key_place: str = ""
    key_trouble: VaultError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionsChange:
    """What to save for completions; an `endpoint` is required for compatible servers."""

    provider: LLMProvider
    model: str
    api_key: KeyChange = field(default=KeyAction.KEEP, repr=False)
    endpoint: str | None = None
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float | None = None
    reasoning_effort: str | None = None
    api: API = "auto"

    @property
    def is_local(self) -> bool:
        """Whether this is the model that Parley itself runs."""
        return is_local_model(self.endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsChange:
    """What to save for embeddings; with `same_key`, `api_key` is ignored."""

    model: str
    api_key: KeyChange = field(default=KeyAction.KEEP, repr=False)
    endpoint: str | None = None
    same_key: bool = False
