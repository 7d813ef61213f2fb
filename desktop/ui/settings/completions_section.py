"""The section Completions of the settings."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QWidget,
)

from desktop.core.connection import is_local_model
from desktop.core.errors import InvalidSetting
from desktop.llm import LLMProvider
from desktop.llm.config import API
from desktop.llm.hosts import keys_page
from desktop.presenters.settings_view import CompletionsInput
from desktop.ui.icons import Icons
from desktop.ui.links import open_link
from desktop.ui.look import WrappedLabel
from desktop.ui.settings.choice import Choice
from desktop.ui.settings.controls import Button, Group, LineEdit, Row, blocked
from desktop.ui.settings.endpoint_edit import EndpointRow
from desktop.ui.settings.field import Field
from desktop.ui.settings.fold import Fold
from desktop.ui.settings.numbers import MaxTokensSpin, TemperatureSpin
from desktop.ui.settings.section import Section
from desktop.ui.theme import Theme

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


class ProviderCombo(QComboBox):
    """The providers; the page scrolls under the wheel, the choice stays."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()


class CompletionsSection(Section):
    """Which provider, with what key, at which address, which model."""

    provider_chosen = Signal(LLMProvider)
    offer_taken = Signal(LLMProvider)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__(
            self.tr("Completions"),
            self.tr("The model that you chat with."),
            prefix="",
            theme=theme,
            icons=icons,
        )
        self._offered: LLMProvider | None = None
        self._provider = self._make_provider()
        self.key_field = self.make_key_field("apiKeyEdit", self._make_key_link())
        self._server = EndpointRow(theme=theme, icons=icons)
        self._server_field = self._field(self.tr("Endpoint"), self._server.edit, self._server)
        self._gateway = LineEdit("gatewayEdit")
        self._gateway_field = self._field(self.tr("Gateway URL"), self._gateway)
        self._max_tokens = MaxTokensSpin()
        self._max_tokens_field = self._field(self.tr("Max tokens"), self._max_tokens)
        self._temperature = TemperatureSpin()
        self._temperature_field = self._field(self.tr("Temperature"), self._temperature)
        self._effort = Choice[str | None]("reasoningEffortCombo", self._efforts())
        self._effort_field = self._field(self.tr("Reasoning effort"), self._effort)
        self._api = Choice[API]("apiCombo", self._apis())
        self._api_field = self._field(self.tr("API"), self._api)
        self._api_field.say(
            self.tr("Automatic is Responses at OpenAI and Azure, Chat Completions elsewhere.")
        )
        self.model_field = self.make_model_field("modelCombo")
        self._lay_out()
        self._connect()
        self._show_provider()

    @property
    def _chosen(self) -> LLMProvider:
        # Qt hands the text back without its enumeration.
        return LLMProvider(self._provider.currentData())

    @property
    def _is_compatible(self) -> bool:
        return self._chosen is LLMProvider.OPENAI_COMPATIBLE

    def values(self) -> CompletionsInput:
        """Return what stands in the fields."""
        # While the provider is being switched, the fields are still those of the one before.
        shows_server = self.endpoint_field is self._server_field
        endpoint = self._server.edit if shows_server else self._gateway
        return CompletionsInput(
            provider=self._chosen,
            api_key=self.key_field.typed,
            remove_key=self.key_field.removed,
            endpoint=endpoint.text().strip(),
            model=self.model_combo.text,
            max_tokens=self._max_tokens.value(),
            temperature=self._temperature.temperature,
            reasoning_effort=None if self._effort_field.isHidden() else self._effort.value,
            api="auto" if self._api_field.isHidden() else self._api.value,
        )

    def show_values(self, values: CompletionsInput) -> None:
        """Fill the fields, without reporting it as something the user did."""
        compatible = values.provider is LLMProvider.OPENAI_COMPATIBLE
        with blocked(self._provider, self._server.edit, self._gateway):
            self._provider.setCurrentIndex(self._provider.findData(values.provider))
            self._server.edit.setText(values.endpoint if compatible else "")
            self._gateway.setText("" if compatible else values.endpoint)
        with blocked(self._max_tokens, self._temperature):
            self._max_tokens.setValue(values.max_tokens)
            self._temperature.set_temperature(values.temperature)
        known = values.reasoning_effort in EFFORTS
        self._effort.set_value(values.reasoning_effort if known else None)
        self._api.set_value(values.api)
        self.key_field.fill(values.api_key, removed=values.remove_key)
        self.model_combo.set_text(values.model)
        self._show_provider()

    def show_effort(self, available: bool) -> None:
        """Offer the reasoning effort where the model has it."""
        self._effort_field.setVisible(available)

    def focus_first(self) -> None:
        """Put the focus where the section begins."""
        self._provider.setFocus()

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        """Show what is wrong at a field, unfolding it."""
        super().show_problem(name, problem)
        field = self.fields()[name]
        if problem is not None and self._advanced.isAncestorOf(field):
            self._advanced.set_open(True)

    def offer_provider(self, provider: LLMProvider | None, server: str = "") -> None:
        """Offer to switch to where the typed key belongs."""
        self._offered = provider
        self._offer.setVisible(provider is not None)
        if provider is not None:
            title = server or provider.display_name
            self._offer_text.set_text(self.tr("This looks like a key for {0}.").format(title))
            self._offer_button.set_text(self.tr("Switch to {0}").format(title))

    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that problems have, from top to bottom."""
        first = {"endpoint": self.endpoint_field} if self._is_compatible else {}
        numbers = {"max_tokens": self._max_tokens_field, "temperature": self._temperature_field}
        common = super().fields()
        return first | {name: common[name] for name in ("api_key", "model")} | numbers | common

    def _field(self, title: str, control: QWidget, body: QWidget | None = None) -> Field:
        return Field(title, control, theme=self.theme, icons=self.icons, body=body)

    def _efforts(self) -> list[tuple[str | None, str]]:
        usual = self.tr("Provider's default")
        none, minimal = self.tr("None: answer at once"), self.tr("Minimal")
        low, medium, high = self.tr("Low"), self.tr("Medium"), self.tr("High")
        titles = (none, minimal, low, medium, high, self.tr("Very high"), self.tr("Highest"))
        return [(None, usual), *zip(EFFORTS, titles, strict=True)]

    def _apis(self) -> list[tuple[API, str]]:
        return [
            ("auto", self.tr("Automatic")),
            ("responses", self.tr("Responses")),
            ("chat", self.tr("Chat Completions")),
        ]

    def _make_provider(self) -> QComboBox:
        combo = ProviderCombo()
        combo.setObjectName("providerCombo")
        for provider in LLMProvider:
            combo.addItem(provider.display_name, provider)
        return combo

    def _make_key_link(self) -> Button:
        self._key_link = Button(self.tr("Get a key"), name="getKeyButton", kind="link")
        self._key_link.setCursor(Qt.CursorShape.PointingHandCursor)
        return self._key_link

    def _make_offer(self) -> QWidget:
        self._offer_text = WrappedLabel(kind="muted", name="providerOfferText")
        self._offer_button = Button("", name="switchProviderButton")
        self._offer = Row(self._offer_text, self._offer_button, name="providerOffer", spacing=8)
        self._offer.hide()
        return self._offer

    def _make_advanced(self) -> Fold:
        content = QWidget()
        content.setObjectName("completionsAdvancedContent")
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(14)
        grid.addWidget(self._max_tokens_field, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._temperature_field, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._effort_field, 1, 0, 1, 2)
        grid.addWidget(self._api_field, 2, 0, 1, 2)
        grid.addWidget(self._gateway_field, 3, 0, 1, 2)
        return Fold(
            self.tr("Advanced"),
            content,
            name="completionsAdvanced",
            theme=self.theme,
            icons=self.icons,
        )

    def _lay_out(self) -> None:
        key = Group(self.key_field, self._make_offer(), name="keyAndOffer", spacing=8)
        self._advanced = self._make_advanced()
        self.add(self._field(self.tr("Provider"), self._provider))
        for widget in (self._server_field, key, self.model_field, self._advanced):
            self.add(widget)
        self.add_test("testButton")

    def _connect(self) -> None:
        self._provider.currentIndexChanged.connect(self._on_provider_changed)
        for edit in (self._server.edit, self._gateway):
            edit.textChanged.connect(self.endpoint_changed)
        self._server.edit.textChanged.connect(self._show_key_link)
        self._server.edit.textChanged.connect(self._offer_apis)
        self._api.currentIndexChanged.connect(self.changed)
        self._effort.currentIndexChanged.connect(self.changed)
        self._server.model_file_chosen.connect(self._on_model_file_chosen)
        self._max_tokens.valueChanged.connect(self._on_number_changed)
        self._temperature.valueChanged.connect(self._on_number_changed)
        self._offer_button.clicked.connect(self._on_offer_taken)
        self._key_link.clicked.connect(self._open_key_page)

    def _show_provider(self) -> None:
        compatible = self._is_compatible
        self.endpoint_field = self._server_field if compatible else self._gateway_field
        self._server_field.setVisible(compatible)
        self._gateway_field.setVisible(not compatible)
        self._show_key_link()
        self._offer_apis()
        anthropic = self._chosen is LLMProvider.ANTHROPIC
        own = "https://api.anthropic.com" if anthropic else "https://api.openai.com/v1"
        self._gateway.setPlaceholderText(own)
        self.model_combo.set_placeholder(
            self.tr("Type the model's id") if compatible else self.tr("Choose a model")
        )

    def _offer_apis(self) -> None:
        """Offer OpenAI's two APIs where they are spoken and Parley does not run the server."""
        local = self._is_compatible and is_local_model(self._server.edit.text().strip())
        self._api_field.setVisible(self._chosen is not LLMProvider.ANTHROPIC and not local)

    def _on_provider_changed(self) -> None:
        # What stands in the fields still belongs to the provider before.
        self.provider_chosen.emit(self._chosen)

    def _on_number_changed(self) -> None:
        self.show_problem("max_tokens", None)
        self.show_problem("temperature", None)
        self.changed.emit()

    def _on_model_file_chosen(self, name: str) -> None:
        self.model_combo.set_text(name)
        self._on_model_changed()

    def _on_offer_taken(self) -> None:
        if self._offered is not None:
            self.offer_taken.emit(self._offered)

    def _open_key_page(self) -> None:
        open_link(self._keys_page())

    def _keys_page(self) -> str:
        return keys_page(self._chosen, self._server.edit.text().strip())

    def _show_key_link(self) -> None:
        self._key_link.setVisible(bool(self._keys_page()))
