"""A settings form that remembers what it was told, for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.core.errors import InvalidSetting, ParleyError
from desktop.llm import LLMProvider
from desktop.llm.diagnosis import Stage
from desktop.presenters.settings_view import (
    CompletionsInput,
    EmbeddingsInput,
    KeyTrouble,
    ModelsNote,
)
from desktop.services.settings_values import NO_KEY, KeyView


@dataclass
class RecordingSection:
    key: KeyView = NO_KEY
    optional: bool = False
    address: tuple[str, str] = ("", "")
    models: list[str] = field(default_factory=list[str])
    note: ModelsNote = field(default_factory=ModelsNote)
    problems: dict[str, InvalidSetting] = field(default_factory=dict[str, InvalidSetting])
    testing: bool = False
    stages: dict[str, Stage] = field(default_factory=dict[str, Stage])
    test_problem: ParleyError | None = None

    def show_key(self, key: KeyView, *, optional: bool) -> None:
        self.key, self.optional = key, optional

    def show_address(self, url: str, warning: str) -> None:
        self.address = (url, warning)

    def show_models(self, models: Sequence[Mapping[str, Any]]) -> None:
        self.models = [model["id"] for model in models]

    def show_models_note(self, note: ModelsNote) -> None:
        self.note = note

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        self.problems.pop(name, None)
        if problem is not None:
            self.problems[name] = problem

    def clear_problems(self) -> None:
        self.problems.clear()

    def begin_test(self) -> None:
        self.testing, self.stages, self.test_problem = True, {}, None

    def show_stage(self, stage: Stage) -> None:
        self.stages[stage.name] = stage

    def end_test(self, problem: ParleyError | None) -> None:
        self.testing, self.test_problem = False, problem


@dataclass
class RecordingCompletions(RecordingSection):
    fields: CompletionsInput = field(default_factory=CompletionsInput)
    offered: LLMProvider | None = None
    offered_server: str = ""
    effort: bool = False

    def values(self) -> CompletionsInput:
        return self.fields

    def show_values(self, values: CompletionsInput) -> None:
        self.fields = values

    def show_effort(self, available: bool) -> None:
        self.effort = available
        if not available:
            self.fields = replace(self.fields, reasoning_effort=None)

    def offer_provider(self, provider: LLMProvider | None, server: str = "") -> None:
        self.offered, self.offered_server = provider, server


@dataclass
class RecordingEmbeddings(RecordingSection):
    fields: EmbeddingsInput = field(default_factory=EmbeddingsInput)
    reason: str = ""

    def values(self) -> EmbeddingsInput:
        return self.fields

    def show_values(self, values: EmbeddingsInput) -> None:
        self.fields = values

    def show_same_key(self, *, checked: bool, reason: str) -> None:
        self.fields = replace(self.fields, same_key=checked)
        self.reason = reason


@dataclass
class RecordingForm:
    completions: RecordingCompletions = field(default_factory=RecordingCompletions)
    embeddings: RecordingEmbeddings = field(default_factory=RecordingEmbeddings)
    ready: bool = False
    dirty: bool = False
    saving: bool = False
    place: str = ""
    waited: bool = False
    error: ParleyError | None = None
    asked_for_place: ParleyError | None = None
    offered_keyring: bool | None = None
    asked_to_discard: bool = False
    copied: str = ""
    went_to_problem: bool = False
    trouble: KeyTrouble | None = None
    master_key_changes: int = 0
    told_of_keys: int = 0
    offered_to_start_over: bool | None = None
    marked: set[str] = field(default_factory=set[str])
    finished: list[bool] = field(default_factory=list[bool])

    def set_ready(self, ready: bool) -> None:
        self.ready = ready

    def set_dirty(self, dirty: bool) -> None:
        self.dirty = dirty

    def mark_page(self, name: str, *, dirty: bool) -> None:
        (self.marked.add if dirty else self.marked.discard)(name)

    def set_saving(self, saving: bool) -> None:
        self.saving = saving

    def show_waiting(self) -> None:
        self.waited = True

    def show_key_place(self, place: str) -> None:
        self.place = place

    def show_error(self, error: ParleyError | None) -> None:
        self.error = error

    def go_to_problem(self) -> None:
        self.went_to_problem = True

    def ask_key_place(self, why: ParleyError) -> None:
        self.asked_for_place = why

    def ask_other_key_place(self, *, keyring: bool) -> None:
        self.offered_keyring = keyring

    def show_key_trouble(self, trouble: KeyTrouble | None) -> None:
        self.trouble = trouble

    def show_master_key_changed(self) -> None:
        self.master_key_changes += 1

    def tell_keys_changed(self) -> None:
        self.told_of_keys += 1

    def ask_to_start_over(self, *, keyring: bool) -> None:
        self.offered_to_start_over = keyring

    def ask_discard(self) -> None:
        self.asked_to_discard = True

    def copy(self, text: str) -> None:
        self.copied = text

    def finish(self, *, saved: bool) -> None:
        self.finished.append(saved)
