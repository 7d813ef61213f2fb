"""The dialog for one conversation's settings, and what the header shows of them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.chat_settings import ChatSettings, Preset
from desktop.core.ids import new_preset_id
from desktop.services.context import ContextUse
from desktop.ui.chat_header import ChatHeader
from desktop.ui.chat_settings_dialog import ChatSettingsDialog
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

OWN = ChatSettings(
    system_prompt="Be brief.",
    model="gpt-5",
    temperature=0.0,
    max_tokens=500,
    reasoning_effort="low",
)


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> Iterator[ChatSettingsDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ChatSettingsDialog(parent, OWN, [("gpt-5", "GPT-5")], new_chat=False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.show()
    yield dialog
    parent.close()


def press(qtbot: QtBot, dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_settings_come_out_as_they_went_in(qtbot: QtBot, dialog: ChatSettingsDialog) -> None:
    assert dialog.settings() == OWN
    dialog.show_settings(ChatSettings())
    assert dialog.settings() == ChatSettings()


def test_what_is_written_is_saved(qtbot: QtBot, dialog: ChatSettingsDialog) -> None:
    prompt = dialog.findChild(QPlainTextEdit, "systemPromptEdit")
    temperature = dialog.findChild(QDoubleSpinBox, "chatTemperature")
    assert prompt is not None
    assert temperature is not None
    prompt.setPlainText("Answer in French.")
    temperature.setValue(1.2)
    with qtbot.waitSignal(dialog.saved) as saved:
        press(qtbot, dialog, "chatSettingsSave")

    assert saved.args is not None
    settings = saved.args[0]
    assert (settings.system_prompt, settings.temperature) == ("Answer in French.", 1.2)
    assert settings.model == "gpt-5"


def test_a_preset_fills_the_fields_and_can_be_kept_and_removed(
    qtbot: QtBot, dialog: ChatSettingsDialog
) -> None:
    french = Preset(
        id=new_preset_id(), name="French", settings=ChatSettings(system_prompt="En français.")
    )
    dialog.show_presets([french])
    combo = dialog.findChild(QComboBox, "presetCombo")
    assert combo is not None
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert dialog.settings() == french.settings

    press(qtbot, dialog, "savePreset")
    edit = dialog.findChild(QLineEdit, "nameEdit")
    assert isinstance(edit, QLineEdit)
    assert edit.text() == "French"
    edit.setText("Polite")
    with qtbot.waitSignal(dialog.preset_saved) as kept:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert kept.args == ["Polite", french.settings]
    with qtbot.waitSignal(dialog.preset_removed) as removed:
        press(qtbot, dialog, "removePreset")
    assert removed.args == [french.id]


def test_the_header_says_what_is_sent_and_what_is_cut(
    qtbot: QtBot, theme: Theme, icons: Icons
) -> None:
    header = ChatHeader(theme=theme, icons=icons)
    qtbot.addWidget(header)
    header.resize(900, 56)
    header.show()
    label = header.findChild(QLabel, "contextLabel")
    button = header.findChild(QToolButton, "chatSettingsButton")
    assert label is not None
    assert button is not None
    assert not label.isVisible()

    header.show_context(ContextUse(tokens=3_240, window=128_000))
    assert label.isVisible()
    assert label.text() == "≈ 3.2k of 128k tokens"
    header.show_context(ContextUse(tokens=1_200_000, window=2_000_000, cut=4))
    assert label.text() == "≈ 1.2M of 2M tokens · oldest 4 left out"
    header.mark_settings(True)
    assert "changed" in button.toolTip()
    header.resize(500, 56)
    assert not label.isVisible()
