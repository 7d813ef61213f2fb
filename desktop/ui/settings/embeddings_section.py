"""The section Embeddings of the settings."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from desktop.core.errors import InvalidSetting
from desktop.presenters.settings_view import EmbeddingsInput
from desktop.services.settings_values import KeyView
from desktop.ui.icons import Icons
from desktop.ui.settings.controls import Group, LineEdit, blocked
from desktop.ui.settings.field import Field, Remark
from desktop.ui.settings.fold import Fold
from desktop.ui.settings.section import Section
from desktop.ui.theme import Theme


class EmbeddingsSection(Section):
    """Whose key, and which of OpenAI's embedding models."""

    same_key_chosen = Signal(bool)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__(
            self.tr("Embeddings"),
            self.tr("For search by meaning: an OpenAI model. Parley works without it, too."),
            prefix="embeddings",
            theme=theme,
            icons=icons,
        )
        self._same_key = QCheckBox(self.tr("Use same API key as Completions"))
        self._same_key.setObjectName("useSameKeyCheck")
        self._same_key.setAccessibleName(self._same_key.text())
        self._reason = Remark(theme=theme, icons=icons, name="sameKeyReason")
        self._problem = Remark(theme=theme, icons=icons, name="sameKeyProblem")
        self.key_field = self.make_key_field("embeddingsApiKeyEdit")
        self.model_field = self.make_model_field("embeddingsModelCombo")
        self.model_combo.set_placeholder(self.tr("Choose a model, or none to do without"))
        self._gateway = LineEdit("embeddingsGatewayEdit")
        self._gateway.setPlaceholderText("https://api.openai.com/v1")
        self.endpoint_field = Field(self.tr("Gateway URL"), self._gateway, theme=theme, icons=icons)
        self._lay_out()
        self._same_key.toggled.connect(self._on_toggled)
        self._gateway.textChanged.connect(self.endpoint_changed)

    def values(self) -> EmbeddingsInput:
        """Return what stands in the fields."""
        own = not self._same_key.isChecked()
        return EmbeddingsInput(
            same_key=not own,
            api_key=self.key_field.typed if own else "",
            remove_key=self.key_field.removed and own,
            endpoint=self._gateway.text().strip(),
            model=self.model_combo.text,
        )

    def show_values(self, values: EmbeddingsInput) -> None:
        """Fill the fields, without reporting it as something the user did."""
        with blocked(self._same_key, self._gateway):
            self._same_key.setChecked(values.same_key)
            self._gateway.setText(values.endpoint)
        self.key_field.fill(values.api_key, removed=values.remove_key)
        self.model_combo.set_text(values.model)
        self._show_whose_key()

    def show_key(self, key: KeyView, *, optional: bool) -> None:
        """Show that a key is saved, masked."""
        super().show_key(key, optional=optional)
        self._show_whose_key()

    def show_same_key(self, *, checked: bool, reason: str) -> None:
        """Set the box; with a `reason` it can't be checked, and says why."""
        with blocked(self._same_key):
            self._same_key.setChecked(checked)
        self._same_key.setEnabled(not reason)
        self._same_key.setAccessibleDescription(reason)
        self._reason.say(reason, icon="info")
        self._show_whose_key()

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        """Show what is wrong at a field, unfolding it."""
        if name == "same_key":
            text = "" if problem is None else str(problem)
            self._problem.say(text, icon="circle-alert", colour="danger", kind="fieldProblem")
            return
        super().show_problem(name, problem)
        if name == "endpoint" and problem is not None:
            self._advanced.set_open(True)

    def clear_problems(self) -> None:
        """Take away what was wrong at all fields."""
        super().clear_problems()
        self.show_problem("same_key", None)

    def _lay_out(self) -> None:
        box = Group(self._same_key, self._problem, self._reason, name="sameKeyRow", spacing=5)
        self._advanced = Fold(
            self.tr("Advanced"),
            self.endpoint_field,
            name="embeddingsAdvanced",
            theme=self.theme,
            icons=self.icons,
        )
        for widget in (box, self.key_field, self.model_field, self._advanced):
            self.add(widget)
        self.add_test("embeddingsTestButton")

    def _show_whose_key(self) -> None:
        """With the key of Completions, a field for another one would only confuse."""
        self.key_field.setVisible(not self._same_key.isChecked())

    def _on_toggled(self, checked: bool) -> None:
        self._show_whose_key()
        self.same_key_chosen.emit(checked)
