"""The section Embeddings: OpenAI's, with the key of Completions where that is one."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from desktop.core.errors import InvalidSetting
from desktop.llm import LLMProvider
from desktop.llm.diagnosis import Stage
from desktop.llm.endpoints import key_origin
from desktop.presenters.diagnosis import Diagnosis
from desktop.presenters.model_fetch import SETTLE_SECONDS, ModelFetch
from desktop.presenters.settings_completions import address_of
from desktop.presenters.settings_view import CompletionsInput, EmbeddingsForm, EmbeddingsInput
from desktop.presenters.work import Work
from desktop.services.settings import SettingsService
from desktop.services.settings_values import (
    NO_KEY,
    EmbeddingsChange,
    EmbeddingsView,
    KeyAction,
    KeyView,
    SettingsView,
)

_NOT_OPENAI = {
    LLMProvider.ANTHROPIC: "Anthropic offers no embeddings, so these need an OpenAI key.",
    LLMProvider.OPENAI_COMPATIBLE: (
        "The key of a compatible server is not an OpenAI key, and embeddings need one."
    ),
}
_OTHER_ADDRESS = "The gateway differs from that of Completions, and a key goes to its own only."


class EmbeddingsSection:
    """Decides what the section shows.

    `completions` returns what stands in the other section, `completions_key` the key there
    (None for the saved one); `on_changed` is called after what it holds changed.
    """

    def __init__(
        self,
        form: EmbeddingsForm,
        service: SettingsService,
        work: Work,
        *,
        completions: Callable[[], CompletionsInput],
        completions_key: Callable[[], str | None],
        on_changed: Callable[[], None],
        settle: float = SETTLE_SECONDS,
    ) -> None:
        self._form = form
        self._service = service
        self._completions = completions
        self._completions_key = completions_key
        self._on_changed = on_changed
        self._saved: EmbeddingsView | None = None
        self._baseline = EmbeddingsInput()
        self._wants_same_key = True
        self._reason: str | None = None
        self.models = ModelFetch(form, work, self._fetch, settle=settle)
        self.test = Diagnosis(form, work, self._stages)

    @property
    def is_dirty(self) -> bool:
        """Whether something differs from what is saved; the box alone is no embeddings."""
        values = self._form.values()
        untouched = not (values.model or values.api_key or values.endpoint)
        return values != self._baseline and not (self._saved is None and untouched)

    def load(self, saved: SettingsView) -> None:
        """Show what is saved; the section for completions must show its own before."""
        self._saved = saved.embeddings
        self._wants_same_key = self._saved is None or self._saved.same_key
        self._form.show_values(_input(self._saved))
        self._form.show_key(self._saved_key(), optional=False)
        self._reason = None
        self.models.reset()
        self.completions_changed()
        self._baseline = self._form.values()

    def keys_changed(self, saved: SettingsView) -> None:
        """Show which key can be opened now; what is typed stays."""
        self._saved = saved.embeddings
        self._form.show_key(self._saved_key(), optional=False)
        self._fetch_when_possible(self.models.schedule)

    def completions_changed(self) -> None:
        """Decide anew whether the key of Completions can be used."""
        reason = self._reason_against()
        if reason != self._reason:
            self._reason = reason
            self._form.show_same_key(checked=self._wants_same_key and not reason, reason=reason)
            self._fetch_when_possible(self.models.schedule)

    def completions_key_changed(self) -> None:
        """Another key is being typed there: it may reach other models."""
        if self._form.values().same_key:
            self._fetch_when_possible(self.models.schedule)

    def same_key_chosen(self, checked: bool) -> None:
        """The user set the box."""
        self._wants_same_key = checked
        self._form.show_problem("same_key", None)
        self._form.show_problem("api_key", None)
        self._fetch_when_possible(self.models.schedule)
        self._on_changed()

    def key_changed(self) -> None:
        """A key is being typed, or the saved one was taken away or put back."""
        self._form.show_problem("api_key", None)
        self._fetch_when_possible(self.models.schedule)
        self._on_changed()

    def endpoint_changed(self) -> None:
        """A gateway is being typed."""
        values = self._form.values()
        self._form.show_problem("endpoint", None)
        self._form.show_address(*address_of(LLMProvider.OPENAI, values.endpoint))
        self._form.show_key(self._saved_key(), optional=False)
        self.completions_changed()
        self._fetch_when_possible(self.models.schedule)
        self._on_changed()

    def refresh_models(self) -> None:
        """Fetch the list again."""
        self.models.now()

    def change(self) -> EmbeddingsChange | None:
        """Return what is to be saved; None when nothing differs."""
        if not self.is_dirty:
            return None
        values = self._form.values()
        return EmbeddingsChange(
            model=values.model,
            api_key=values.api_key or (KeyAction.REMOVE if values.remove_key else KeyAction.KEEP),
            endpoint=values.endpoint or None,
            same_key=values.same_key,
        )

    def close(self) -> None:
        """End what is under way."""
        self.models.cancel()
        self.test.cancel()

    def _reason_against(self) -> str:
        completions = self._completions()
        reason = _NOT_OPENAI.get(completions.provider, "")
        if reason:
            return reason
        try:
            theirs = key_origin(LLMProvider.OPENAI, completions.endpoint or None)
            ours = key_origin(LLMProvider.OPENAI, self._form.values().endpoint or None)
        except InvalidSetting:
            return ""
        return "" if theirs == ours else _OTHER_ADDRESS

    def _saved_key(self) -> KeyView:
        if self._saved is None or not self._saved.key.is_set:
            return NO_KEY
        try:
            origin = key_origin(LLMProvider.OPENAI, self._form.values().endpoint or None)
        except InvalidSetting:
            return NO_KEY
        return self._saved.key if self._saved.key.origin == origin else NO_KEY

    def _key(self) -> str | None:
        """Return the key on screen: typed, '' for none, None for a saved one."""
        values = self._form.values()
        if values.same_key:
            return self._completions_key()
        return values.api_key or ("" if values.remove_key else None)

    def _fetch_when_possible(self, fetch: Callable[[], None]) -> None:
        values = self._form.values()
        own = not values.remove_key and self._saved_key().is_set
        if values.same_key or values.api_key.strip() or own:
            fetch()
        else:
            self.models.reset()

    async def _fetch(self) -> list[dict[str, Any]]:
        values = self._form.values()
        return await self._service.embedding_models(
            self._key(), values.endpoint or None, same_key=values.same_key
        )

    def _stages(self) -> AsyncGenerator[Stage]:
        values = self._form.values()
        return self._service.test_embeddings(
            self._key(), values.model, values.endpoint or None, same_key=values.same_key
        )


def _input(view: EmbeddingsView | None) -> EmbeddingsInput:
    if view is None:
        return EmbeddingsInput()
    return EmbeddingsInput(same_key=view.same_key, endpoint=view.endpoint or "", model=view.model)
