"""Settings of one conversation, and the presets it can take them from."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.core.chat_settings import EFFORTS, ChatSettings, Preset
from desktop.ui.look import Label, WrappedLabel, named, set_kind
from desktop.ui.name_dialog import NameDialog

WIDTH = 520
MAX_TOKENS = 1_000_000
_UNSET_TEMPERATURE = -0.1
"""What the field holds where nothing is set: one step below the least temperature."""


class ChatSettingsDialog(QDialog):
    """Emits `saved` with `ChatSettings`, `preset_saved` with a name and settings."""

    saved = Signal(object)
    preset_saved = Signal(str, object)
    preset_removed = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        settings: ChatSettings,
        models: Sequence[tuple[str, str]],
        *,
        new_chat: bool,
    ) -> None:
        super().__init__(parent)
        title = self.tr("Settings of the new chat") if new_chat else self.tr("Chat settings")
        named(self, "chatSettings", title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._presets: Sequence[Preset] = ()
        self._preset = named(QComboBox(), "presetCombo", self.tr("Preset"))
        self._prompt = named(QPlainTextEdit(), "systemPromptEdit", self.tr("System prompt"))
        self._prompt.setTabChangesFocus(True)
        self._prompt.setPlaceholderText(self.tr("What the model should know and how to answer"))
        self._model = named(QComboBox(), "chatModelCombo", self.tr("Model"))
        self._model.setEditable(True)
        self._model.addItems([model for model, _ in models])
        self._temperature = named(QDoubleSpinBox(), "chatTemperature", self.tr("Temperature"))
        self._temperature.setRange(_UNSET_TEMPERATURE, 2.0)
        self._temperature.setSingleStep(0.1)
        self._temperature.setDecimals(1)
        self._tokens = named(QSpinBox(), "chatMaxTokens", self.tr("Longest answer, in tokens"))
        self._tokens.setRange(0, MAX_TOKENS)
        self._tokens.setSingleStep(256)
        for box in (self._temperature, self._tokens):
            box.setSpecialValueText(self.tr("As in Settings"))
            box.lineEdit().setTextMargins(9, 0, 0, 0)
        self._effort = named(QComboBox(), "chatEffort", self.tr("Reasoning"))
        self._effort.addItem(self.tr("As in Settings"), None)
        for effort in EFFORTS:
            self._effort.addItem(effort.capitalize(), effort)
        self._lay_out(title)
        self.show_settings(settings)
        self._preset.activated.connect(self._take_preset)
        self._prompt.setFocus()

    def show_presets(self, presets: Sequence[Preset]) -> None:
        """Offer presets to start from."""
        chosen = self._preset.currentText()
        self._presets = presets
        self._preset.clear()
        self._preset.addItem(self.tr("None"))
        for preset in presets:
            self._preset.addItem(preset.name)
        self._preset.setCurrentIndex(max(0, self._preset.findText(chosen)))
        self._remove.setEnabled(self._preset.currentIndex() > 0)

    def show_settings(self, settings: ChatSettings) -> None:
        """Fill the fields."""
        self._prompt.setPlainText(settings.system_prompt)
        edit = self._model.lineEdit()
        if edit is not None:
            edit.setText(settings.model)
            edit.setPlaceholderText(self.tr("As in Settings"))
        unset = _UNSET_TEMPERATURE
        self._temperature.setValue(unset if settings.temperature is None else settings.temperature)
        self._tokens.setValue(settings.max_tokens or 0)
        self._effort.setCurrentIndex(max(0, self._effort.findData(settings.reasoning_effort)))

    def settings(self) -> ChatSettings:
        """Return what the fields say."""
        temperature = round(self._temperature.value(), 1)
        return ChatSettings(
            system_prompt=self._prompt.toPlainText().strip(),
            model=self._model.currentText().strip(),
            temperature=None if temperature < 0 else temperature,
            max_tokens=self._tokens.value() or None,
            reasoning_effort=self._effort.currentData(),
        )

    def _lay_out(self, title: str) -> None:
        self._save_as = self._button("savePreset", self.tr("Save as preset…"), self._name_preset)
        self._remove = self._button("removePreset", self.tr("Remove"), self._remove_preset)
        self._remove.setEnabled(False)
        presets = QHBoxLayout()
        presets.setSpacing(8)
        presets.addWidget(self._preset, 1)
        presets.addWidget(self._save_as)
        presets.addWidget(self._remove)
        frame = named(QFrame(), "promptFrame", "")
        set_kind(frame, "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(8, 6, 8, 6)
        inside.addWidget(self._prompt)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(18)
        form.addRow(_label(self.tr("Preset")), presets)
        form.addRow(_label(self.tr("System prompt")), frame)
        form.addRow(_label(self.tr("Model")), self._model)
        form.addRow(_label(self.tr("Temperature")), self._temperature)
        form.addRow(_label(self.tr("Longest answer")), self._tokens)
        form.addRow(_label(self.tr("Reasoning")), self._effort)
        hint = self.tr("Only for this chat. What is not set here is as in Settings.")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(Label(title, kind="title", name="chatSettingsTitle"))
        column.addWidget(WrappedLabel(hint, kind="muted", name="chatSettingsHint"))
        column.addLayout(form)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._button("chatSettingsCancel", self.tr("Cancel"), self.reject))
        save = self._button("chatSettingsSave", self.tr("Save"), self._save)
        save.setDefault(True)
        row.addWidget(save)
        return row

    def _button(self, name: str, label: str, action: object) -> QPushButton:
        button = named(QPushButton(label), name, label)
        button.setAutoDefault(False)
        button.clicked.connect(action)
        return button

    def _save(self) -> None:
        self.saved.emit(self.settings())
        self.accept()

    def _take_preset(self, index: int) -> None:
        self._remove.setEnabled(index > 0)
        self.show_settings(self._presets[index - 1].settings if index else ChatSettings())

    def _name_preset(self) -> None:
        current = self._preset.currentText() if self._preset.currentIndex() > 0 else ""
        NameDialog(
            self,
            self.tr("Save as preset"),
            self.tr("Save preset"),
            lambda name: self.preset_saved.emit(name, self.settings()),
            name=current,
        ).open()

    def _remove_preset(self) -> None:
        index = self._preset.currentIndex()
        if index > 0:
            self.preset_removed.emit(self._presets[index - 1].id)


def _label(text: str) -> Label:
    label = Label(text, kind="muted", name="chatSettingsLabel")
    label.setContentsMargins(0, 3, 0, 0)  # onto the line of the words in the field beside it
    return label
