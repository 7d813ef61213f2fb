"""What the settings presenter asks of whoever shows the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop.core.errors import InvalidSetting, ParleyError
from desktop.llm import LLMProvider
from desktop.llm.config import API
from desktop.llm.diagnosis import Stage
from desktop.services.settings_values import DEFAULT_MAX_TOKENS, KeyView
from desktop.storage.key_place import VaultState


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionsInput:
    """What stands in the fields of Completions.

    `api_key` is what was typed; the saved key is never in it. `endpoint` is the server's
    address or the gateway, whichever the provider has; `remove_key` asks to forget the
    saved key. `temperature` and `reasoning_effort` None are the provider's default.
    """

    provider: LLMProvider = LLMProvider.OPENAI
    api_key: str = field(default="", repr=False)
    remove_key: bool = False
    endpoint: str = ""
    model: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float | None = None
    reasoning_effort: str | None = None
    api: API = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsInput:
    """What stands in the fields of Embeddings."""

    same_key: bool = False
    api_key: str = field(default="", repr=False)
    remove_key: bool = False
    endpoint: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsNote:
    """What stands under a model field: how the list came about, or why it did not."""

    text: str = ""
    busy: bool = False
    problem: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTrouble:
    """Why the saved keys can't be opened now, and what the user can do."""

    state: VaultState
    message: str
    cure: str


class SectionForm(Protocol):
    """What both sections can show."""

    def show_key(self, key: KeyView, *, optional: bool) -> None:
        """Show that a key is saved, masked; `optional` where the server may need none."""
        ...

    def show_address(self, url: str, warning: str) -> None:
        """Say where requests really go, and what to mind about it; '' for nothing."""
        ...

    def show_models(self, models: Sequence[Mapping[str, Any]]) -> None:
        """Replace the list of models; what stands in the field stays."""
        ...

    def show_models_note(self, note: ModelsNote) -> None:
        """Say how the list came about."""
        ...

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        """Show what is wrong at the field `name`; None takes it away."""
        ...

    def clear_problems(self) -> None:
        """Take away what was wrong at all fields."""
        ...

    def begin_test(self) -> None:
        """Show an empty list of stages and how to cancel."""
        ...

    def show_stage(self, stage: Stage) -> None:
        """Show a stage, in the place of the one of the same name."""
        ...

    def end_test(self, problem: ParleyError | None) -> None:
        """Show that the test has ended; `problem` when it could not even begin."""
        ...


class CompletionsForm(SectionForm, Protocol):
    """The section for completions."""

    def values(self) -> CompletionsInput:
        """Return what stands in the fields."""
        ...

    def show_values(self, values: CompletionsInput) -> None:
        """Fill the fields, without reporting it as something the user did."""
        ...

    def show_effort(self, available: bool) -> None:
        """Offer the reasoning effort where the model has it; without it, it is the default."""
        ...

    def offer_provider(self, provider: LLMProvider | None, server: str = "") -> None:
        """Offer to switch to where the typed key belongs; None takes the offer back.

        `server` names the compatible server that it is, where that is known.
        """
        ...


class EmbeddingsForm(SectionForm, Protocol):
    """The section for embeddings."""

    def values(self) -> EmbeddingsInput:
        """Return what stands in the fields."""
        ...

    def show_values(self, values: EmbeddingsInput) -> None:
        """Fill the fields, without reporting it as something the user did."""
        ...

    def show_same_key(self, *, checked: bool, reason: str) -> None:
        """Set the box; with a `reason` it can't be checked, and says why."""
        ...


class SettingsForm(Protocol):
    """The settings window."""

    @property
    def completions(self) -> CompletionsForm:
        """The section for completions."""
        ...

    @property
    def embeddings(self) -> EmbeddingsForm:
        """The section for embeddings."""
        ...

    def set_ready(self, ready: bool) -> None:
        """Fields can be used once what is saved is shown."""
        ...

    def set_dirty(self, dirty: bool) -> None:
        """Save can be pressed when something differs from what is saved."""
        ...

    def mark_page(self, name: str, *, dirty: bool) -> None:
        """Mark the page `name` in the list of pages as changed, or not."""
        ...

    def set_saving(self, saving: bool) -> None:
        """While it is being saved, nothing can be typed or pressed."""
        ...

    def show_waiting(self) -> None:
        """Say that the keyring has not answered yet; `show_error` takes it away."""
        ...

    def show_key_place(self, place: str) -> None:
        """Say where keys are kept, completing "Keys are kept …"; '' while that is open."""
        ...

    def show_key_trouble(self, trouble: KeyTrouble | None) -> None:
        """Say why saved keys can't be opened, and offer what helps; None takes it away."""
        ...

    def show_master_key_changed(self) -> None:
        """Say that all keys are sealed with a new master key."""
        ...

    def tell_keys_changed(self) -> None:
        """Tell others that keys may be opened now that could not before."""
        ...

    def show_error(self, error: ParleyError | None) -> None:
        """Show what belongs to no field; None takes it away."""
        ...

    def go_to_problem(self) -> None:
        """Take the user to the first field that has a problem."""
        ...

    def ask_key_place(self, why: ParleyError) -> None:
        """Ask where to keep keys: in a private file, or for this session only."""
        ...

    def ask_other_key_place(self, *, keyring: bool) -> None:
        """Ask the same of a user who wants another place; with a `keyring` where there is one."""
        ...

    def ask_to_start_over(self, *, keyring: bool) -> None:
        """Ask whether to set the sealed keys aside, and where to keep those to come."""
        ...

    def ask_discard(self) -> None:
        """Ask whether to leave without saving."""
        ...

    def copy(self, text: str) -> None:
        """Put `text` on the clipboard."""
        ...

    def finish(self, *, saved: bool) -> None:
        """Close; `saved` tells others to read the settings again."""
        ...
