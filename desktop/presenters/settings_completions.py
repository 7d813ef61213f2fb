"""The section Completions: which provider, with what key, at which address, which model."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from desktop.core.connection import is_local_model, local_model_name
from desktop.core.errors import InvalidSetting
from desktop.llm import LLMProvider
from desktop.llm.diagnosis import Stage
from desktop.llm.endpoints import base_url, key_origin, warning_for
from desktop.llm.families import takes_effort
from desktop.llm.keys import preset_of_key, provider_of_key
from desktop.local.model_file import short_name
from desktop.presenters.diagnosis import Diagnosis
from desktop.presenters.model_fetch import SETTLE_SECONDS, ModelFetch
from desktop.presenters.settings_view import CompletionsForm, CompletionsInput
from desktop.presenters.work import Work
from desktop.services.settings import SettingsService
from desktop.services.settings_values import (
    NO_KEY,
    CompletionsChange,
    ConnectionView,
    KeyAction,
    KeyView,
    SettingsView,
)


class CompletionsSection:
    """Decides what the section shows; `on_changed` is called after what it holds changed."""

    def __init__(
        self,
        form: CompletionsForm,
        service: SettingsService,
        work: Work,
        *,
        on_changed: Callable[[], None],
        settle: float = SETTLE_SECONDS,
    ) -> None:
        self._form = form
        self._service = service
        self._on_changed = on_changed
        self._saved = SettingsView()
        self._baseline = CompletionsInput()
        self._provider = LLMProvider.OPENAI
        self._drafts: dict[LLMProvider, CompletionsInput] = {}
        self.models = ModelFetch(form, work, self._fetch, settle=settle)
        self.test = Diagnosis(form, work, self._stages)

    @property
    def is_dirty(self) -> bool:
        """Whether something differs from what is saved."""
        return self._form.values() != self._baseline

    def load(self, saved: SettingsView) -> None:
        """Show what is saved, and fetch the models it reaches."""
        self._saved = saved
        self._drafts.clear()
        current = saved.completions
        values = _input(current) if current is not None else CompletionsInput()
        self._show(values)
        self._baseline = self._form.values()

    def keys_changed(self, saved: SettingsView) -> None:
        """Show which keys can be opened now; what is typed stays."""
        self._saved = saved
        values = self._form.values()
        self._show_address(values)
        self._fetch_when_possible(self.models.now)

    def provider_chosen(self, provider: LLMProvider) -> None:
        """Show what is remembered for `provider`; what was typed for the other one waits."""
        if provider is self._provider:
            return
        self._leave_for(provider)
        self._on_changed()

    def use_offered(self, provider: LLMProvider) -> None:
        """Switch to the provider that the typed key belongs to, and take the key along."""
        key = self._form.values().api_key
        preset = preset_of_key(key.strip())
        # The key was never one of the provider before: its draft must not keep it.
        self._form.show_values(replace(self._form.values(), api_key=""))
        self._leave_for(provider)
        values = replace(self._form.values(), api_key=key)
        if preset is not None and not values.endpoint:
            values = replace(values, endpoint=preset.base_url)
        self._show(values)
        self._on_changed()

    def use_server(self, endpoint: str) -> None:
        """Switch to a compatible server, keeping what was typed for the provider before."""
        if self._provider is not LLMProvider.OPENAI_COMPATIBLE:
            self._leave_for(LLMProvider.OPENAI_COMPATIBLE)
        name = local_model_name(endpoint) if is_local_model(endpoint) else ""
        values = self._form.values()
        self._show(replace(values, endpoint=endpoint, api_key="", model=short_name(name)))
        self._on_changed()

    def key_changed(self) -> None:
        """A key is being typed, or the saved one was taken away or put back."""
        values = self._form.values()
        self._form.show_problem("api_key", None)
        self._form.offer_provider(_other_provider(values), _server_name(values))
        self._fetch_when_possible(self.models.schedule)
        self._on_changed()

    def endpoint_changed(self) -> None:
        """An address is being typed: say where requests go and whose key that needs."""
        self._form.show_problem("endpoint", None)
        self._show_address(self._form.values())
        self._fetch_when_possible(self.models.schedule)
        self._on_changed()

    def model_changed(self) -> None:
        """Another model is chosen or being typed: it may reason, or not."""
        values = self._form.values()
        host = urlsplit(key_origin_of(values)).hostname or ""
        known = {model["id"]: model.get("reasoning") for model in self.models.listed}
        reasons = known.get(values.model)
        if reasons is None:
            reasons = takes_effort(values.provider, host, values.model)
        self._form.show_effort(reasons)

    def refresh_models(self) -> None:
        """Fetch the list again."""
        self.models.now()

    def change(self) -> CompletionsChange:
        """Return what is to be saved."""
        values = self._form.values()
        return CompletionsChange(
            provider=values.provider,
            model=values.model,
            api_key=self._key_change(values),
            endpoint=values.endpoint or None,
            max_tokens=values.max_tokens,
            temperature=values.temperature,
            reasoning_effort=values.reasoning_effort,
            api=values.api,
        )

    def typed_key(self) -> str | None:
        """Return the key on screen: typed, '' for removed, None for the saved one."""
        values = self._form.values()
        return values.api_key or ("" if values.remove_key else None)

    def close(self) -> None:
        """End what is under way."""
        self.models.cancel()
        self.test.cancel()

    def _leave_for(self, provider: LLMProvider) -> None:
        self._drafts[self._provider] = replace(self._form.values(), provider=self._provider)
        self._form.clear_problems()
        self.test.cancel()
        self._show(self._drafts.get(provider) or self._remembered(provider))

    def _key_change(self, values: CompletionsInput) -> str | KeyAction:
        if values.api_key:
            return values.api_key
        is_compatible = values.provider is LLMProvider.OPENAI_COMPATIBLE
        # A server that no key is saved for is used without one, as the field shows.
        if values.remove_key or (is_compatible and not self._saved_key(values).is_set):
            return KeyAction.REMOVE
        return KeyAction.KEEP

    def _show(self, values: CompletionsInput) -> None:
        self._provider = values.provider
        self._form.show_values(values)
        self._form.offer_provider(None)
        self.models.reset()
        self.model_changed()
        self._show_address(values)
        self._fetch_when_possible(self.models.now)

    def _show_address(self, values: CompletionsInput) -> None:
        optional = values.provider is LLMProvider.OPENAI_COMPATIBLE
        self._form.show_key(self._saved_key(values), optional=optional)
        self._form.show_address(*address_of(values.provider, values.endpoint))

    def _saved_key(self, values: CompletionsInput) -> KeyView:
        """Return the key that is saved for the address on screen."""
        try:
            origin = key_origin(values.provider, values.endpoint or None)
        except InvalidSetting:
            return NO_KEY
        for view in self._views(values.provider):
            if view.key.is_set and view.key.origin == origin:
                return view.key
        return NO_KEY

    def _views(self, provider: LLMProvider) -> list[ConnectionView]:
        current = self._saved.completions
        used = [current] if current is not None and current.provider is provider else []
        return [*used, *self._saved.remembered.get(provider, ())]

    def _remembered(self, provider: LLMProvider) -> CompletionsInput:
        views = self._views(provider)
        return _input(views[0]) if views else CompletionsInput(provider=provider)

    def _fetch_when_possible(self, fetch: Callable[[], None]) -> None:
        values = self._form.values()
        if is_local_model(values.endpoint):
            name = short_name(local_model_name(values.endpoint))
            self.models.show([{"id": name, "display_name": name}])
        elif self._has_key(values) or self._needs_none(values):
            fetch()
        else:
            self.models.reset()

    def _has_key(self, values: CompletionsInput) -> bool:
        saved = self._saved_key(values).is_set and not values.remove_key
        return bool(values.api_key.strip()) or saved

    def _needs_none(self, values: CompletionsInput) -> bool:
        return values.provider is LLMProvider.OPENAI_COMPATIBLE and bool(values.endpoint.strip())

    async def _fetch(self) -> list[dict[str, Any]]:
        values = self._form.values()
        return await self._service.models(
            values.provider, self.typed_key(), values.endpoint or None
        )

    def _stages(self) -> AsyncGenerator[Stage]:
        values = self._form.values()
        return self._service.test(
            values.provider,
            self.typed_key(),
            values.model,
            values.endpoint or None,
            api=values.api,
        )


def address_of(provider: LLMProvider, endpoint: str) -> tuple[str, str]:
    """Return where requests go, when that is not what was typed, and what to mind about it."""
    try:
        url = base_url(provider, endpoint or None)
    except InvalidSetting:
        return "", ""
    if not endpoint or is_local_model(endpoint):
        return "", ""
    shown = "" if url == endpoint.strip().rstrip("/") else url
    return shown, warning_for(url) or ""


def key_origin_of(values: CompletionsInput) -> str:
    """Return where a key for what stands in the fields goes; '' while that is no address."""
    try:
        return key_origin(values.provider, values.endpoint or None)
    except InvalidSetting:
        return ""


def _other_provider(values: CompletionsInput) -> LLMProvider | None:
    """Return whose key was typed, when it is not one for the chosen provider."""
    found = provider_of_key(values.api_key.strip())
    other = LLMProvider(found) if found else None
    return None if other is values.provider or values.endpoint else other


def _server_name(values: CompletionsInput) -> str:
    preset = preset_of_key(values.api_key.strip())
    return preset.name if preset is not None else ""


def _input(view: ConnectionView) -> CompletionsInput:
    return CompletionsInput(
        provider=view.provider,
        endpoint=view.endpoint or "",
        model=view.model,
        max_tokens=view.max_tokens,
        temperature=view.temperature,
        reasoning_effort=view.reasoning_effort,
        api=view.api,
    )
