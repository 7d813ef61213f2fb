"""What both sections of the settings have: a key, models, a test, and their problems."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.errors import InvalidSetting, ParleyError
from desktop.llm.diagnosis import Stage
from desktop.presenters.settings_view import ModelsNote
from desktop.services.settings_values import KeyView
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton
from desktop.ui.settings.card import Card
from desktop.ui.settings.controls import Button, Row
from desktop.ui.settings.field import Field
from desktop.ui.settings.key_field import KeyField
from desktop.ui.settings.model_combo import ModelCombo
from desktop.ui.settings.stage_list import StageList
from desktop.ui.theme import Theme


class Section(Card):
    """A card of settings.

    Signals: `key_changed`, `endpoint_changed` and `changed` while the user edits, the
    requests when a button is pressed.
    """

    key_changed = Signal()
    endpoint_changed = Signal()
    changed = Signal()
    refresh_requested = Signal()
    test_requested = Signal()
    cancel_test_requested = Signal()
    copy_report_requested = Signal()

    key_field: KeyField
    endpoint_field: Field
    model_field: Field

    def __init__(self, title: str, about: str, *, prefix: str, theme: Theme, icons: Icons) -> None:
        super().__init__(title, about, name=f"{prefix or 'completions'}Section")
        self.theme, self.icons = theme, icons

    def show_key(self, key: KeyView, *, optional: bool) -> None:
        """Show that a key is saved, masked."""
        self.key_field.show_key(key, optional=optional)

    def show_address(self, url: str, warning: str) -> None:
        """Say where requests really go, and what to mind about it."""
        target = self.tr("Requests go to {url}.").format(url=url) if url else ""
        icon = "triangle-alert" if warning else ""
        self.endpoint_field.say(f"{target} {warning}".strip(), icon=icon, colour="warning")

    def show_models(self, models: Sequence[Mapping[str, Any]]) -> None:
        """Replace the list of models."""
        self.model_combo.set_models(models)

    def show_models_note(self, note: ModelsNote) -> None:
        """Say how the list came about."""
        icon = "triangle-alert" if note.problem else ""
        self.model_field.say(note.text, icon=icon, colour="warning")
        self._refresh.setEnabled(not note.busy)

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        """Show what is wrong at a field; None takes it away."""
        self.fields()[name].show_problem(problem)

    def clear_problems(self) -> None:
        """Take away what was wrong at all fields."""
        for field in self.fields().values():
            field.show_problem(None)

    def begin_test(self) -> None:
        """Show an empty list of stages."""
        self.test_button.setEnabled(False)
        self._stages.begin()

    def show_stage(self, stage: Stage) -> None:
        """Show a stage."""
        self._stages.show_stage(stage)

    def end_test(self, problem: ParleyError | None) -> None:
        """Show that the test has ended."""
        self._stages.end(problem)
        self.test_button.setEnabled(True)

    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that problems have, from top to bottom."""
        return {
            "api_key": self.key_field,
            "model": self.model_field,
            "endpoint": self.endpoint_field,
        }

    def make_key_field(self, name: str, aside: QWidget | None = None) -> KeyField:
        """Make the field for the key."""
        field = KeyField(
            self.tr("API key"), name=name, theme=self.theme, icons=self.icons, aside=aside
        )
        field.changed.connect(self.key_changed)
        return field

    def make_model_field(self, name: str) -> Field:
        """Make the field for the model, with a button to fetch the list again."""
        self.model_combo = ModelCombo(name)
        self.model_combo.currentTextChanged.connect(self._on_model_changed)
        self._refresh = IconButton(
            "refresh-cw",
            self.tr("Fetch the models again"),
            name=name.replace("Combo", "Refresh"),
            theme=self.theme,
            icons=self.icons,
            size=16,
        )
        self._refresh.clicked.connect(self.refresh_requested)
        body = Row(self.model_combo, self._refresh, name=f"{name}Row")
        return Field(
            self.tr("Model"), self.model_combo, theme=self.theme, icons=self.icons, body=body
        )

    def add_test(self, name: str) -> None:
        """Put the test button and its stages at the end."""
        self.test_button = Button(self.tr("Test connection"), name=name)
        self.test_button.clicked.connect(self.test_requested)
        stages = name.replace("Button", "Stages")
        self._stages = StageList(name=stages, theme=self.theme, icons=self.icons)
        self._stages.cancel_requested.connect(self.cancel_test_requested)
        self._stages.copy_requested.connect(self.copy_report_requested)
        self._column.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._stages)

    def _on_model_changed(self) -> None:
        self.model_field.show_problem(None)
        self.changed.emit()
