"""The settings window by mouse and keyboard, over a real service."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from desktop.core.errors import NoKeyring
from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from desktop.ui.settings.model_combo import ModelCombo
from desktop.ui.settings.numbers import TemperatureSpin
from tests.presenters.settings.model_server import ModelServer
from tests.ui.settings.conftest import Room, until
from tests.ui.settings.wheel import turn_wheel

pytestmark = [
    pytest.mark.qt_loop,
    # The off-screen platform says so whenever a list drops down.
    pytest.mark.qt_log_ignore("^This plugin does not support", extend=True),
]

KEY = "sk-canary-0123456789abcdefWXYZ"
NOWHERE = "http://127.0.0.1:9/v1"


def choose(room: Room, title: str) -> None:
    combo = room.find(QComboBox, "providerCombo")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.findText(title)):
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == title


def text_of(room: Room, name: str) -> str:
    return room.find(QLineEdit, name).text()


def said(room: Room, name: str) -> str:
    return room.find(QLabel, name).text()


async def save_openai(room: Room) -> None:
    change = CompletionsChange(provider=LLMProvider.OPENAI, model="gpt-5", api_key=KEY)
    await room.home.service.update_completions(replace(change, endpoint=NOWHERE))


async def test_the_providers_are_offered_by_name(room: Room) -> None:
    await room.open()

    combo = room.find(QComboBox, "providerCombo")

    titles = [combo.itemText(row) for row in range(combo.count())]
    assert titles == ["OpenAI", "Anthropic", "OpenAI Compatible"]


async def test_choosing_a_provider_clears_the_model(room: Room) -> None:
    await room.open()
    room.type("modelCombo", "gpt-5")

    choose(room, "Anthropic")

    assert room.find(ModelCombo, "modelCombo").currentText() == ""


async def test_the_endpoint_is_for_compatible_servers_and_the_gateway_for_others(
    room: Room,
) -> None:
    await room.open()
    room.click("completionsAdvancedToggle")
    assert (room.shows("endpointEdit"), room.shows("gatewayEdit")) == (False, True)

    choose(room, "OpenAI Compatible")
    assert (room.shows("endpointEdit"), room.shows("gatewayEdit")) == (True, False)

    choose(room, "Anthropic")
    assert (room.shows("endpointEdit"), room.shows("gatewayEdit")) == (False, True)


async def test_what_was_typed_for_a_provider_waits(room: Room) -> None:
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("endpointEdit", NOWHERE)
    room.type("apiKeyEdit", "half")

    choose(room, "Anthropic")
    assert text_of(room, "apiKeyEdit") == ""
    choose(room, "OpenAI Compatible")

    assert (text_of(room, "endpointEdit"), text_of(room, "apiKeyEdit")) == (NOWHERE, "half")


async def test_the_models_come_by_themselves_and_are_searched_while_typing(
    room: Room, server: ModelServer
) -> None:
    server.models = ["llama-3-8b", "qwen-2-7b", "mistral-7b"]
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("endpointEdit", server.endpoint)
    combo = room.find(ModelCombo, "modelCombo")
    await until(lambda: combo.count() == 3)

    room.type("modelCombo", "7B")

    completer = combo.completer()
    assert completer is not None
    found = completer.completionModel()
    assert [found.index(row, 0).data() for row in range(found.rowCount())] == [
        "qwen-2-7b",
        "mistral-7b",
    ]
    assert combo.currentText() == "7B"


async def test_a_list_that_arrives_while_typing_leaves_the_text_alone(
    room: Room, server: ModelServer
) -> None:
    server.delay = 0.3
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("endpointEdit", server.endpoint)
    room.type("modelCombo", "alpha-custom")
    combo = room.find(ModelCombo, "modelCombo")

    await until(lambda: combo.count() == 2)

    assert combo.currentText() == "alpha-custom"


async def test_saving_closes_and_the_next_time_the_key_is_masked(room: Room) -> None:
    await room.open()
    room.type("apiKeyEdit", KEY)
    room.type("modelCombo", "gpt-5")
    room.click("completionsAdvancedToggle")
    room.type("gatewayEdit", NOWHERE)

    room.click("saveButton")
    await until(lambda: not room.window.isVisible())
    await room.open()

    edit = room.find(QLineEdit, "apiKeyEdit")
    assert len(room.saves) == 1
    assert (edit.text(), edit.placeholderText()) == ("", "••••••WXYZ")
    assert room.find(ModelCombo, "modelCombo").currentText() == "gpt-5"
    assert text_of(room, "gatewayEdit") == NOWHERE
    assert "private file" in said(room, "keyPlaceText")
    assert not room.find(QPushButton, "saveButton").isEnabled()


async def test_a_key_shows_only_while_the_button_is_held(room: Room) -> None:
    await room.open()
    room.type("apiKeyEdit", KEY)
    edit = room.find(QLineEdit, "apiKeyEdit")
    reveal = room.find(QWidget, "apiKeyReveal")
    assert edit.echoMode() is QLineEdit.EchoMode.Password

    QTest.mousePress(reveal, Qt.MouseButton.LeftButton)
    assert edit.echoMode() is QLineEdit.EchoMode.Normal

    QTest.mouseRelease(reveal, Qt.MouseButton.LeftButton, pos=QPoint(500, 500))
    assert edit.echoMode() is QLineEdit.EchoMode.Password


async def test_removing_the_key_can_be_undone_until_it_is_saved(room: Room) -> None:
    await save_openai(room)
    await room.open()
    save = room.find(QPushButton, "saveButton")

    room.click("apiKeyRemove")
    assert "removed" in said(room, "apiKeyEditNoteText")
    assert save.isEnabled()

    room.click("apiKeyRemove")
    assert "saved" in said(room, "apiKeyEditNoteText")
    assert not save.isEnabled()

    room.click("apiKeyRemove")
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())
    assert await room.home.key_in_use() == ""


async def test_problems_stand_at_their_fields_and_the_first_has_the_focus(room: Room) -> None:
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("apiKeyEdit", "two words")

    room.click("saveButton")
    await until(lambda: said(room, "modelComboProblemText"))

    assert "space" in said(room, "apiKeyEditProblemText")
    assert "address" in said(room, "endpointEditProblemText")
    assert room.window.isVisible()
    assert room.window.focusWidget().objectName() == "endpointEdit"
    assert room.find(QLineEdit, "endpointEdit").accessibleDescription()
    assert room.saves == []


async def test_enter_in_a_field_neither_saves_nor_closes(room: Room) -> None:
    await room.open()
    room.type("apiKeyEdit", KEY)

    QTest.keyClick(room.find(QWidget, "apiKeyEdit"), Qt.Key.Key_Return)
    room.type("modelCombo", "gpt-5")
    QTest.keyClick(room.find(QWidget, "modelCombo"), Qt.Key.Key_Return)

    assert room.window.isVisible()
    assert room.saves == []
    assert await room.home.row("llm", "completions_config") is None


@pytest.mark.parametrize("way", ["escape", "close", "cancel"])
async def test_unsaved_changes_are_asked_about(room: Room, way: str) -> None:
    await room.open()
    room.type("modelCombo", "gpt-5")

    match way:
        case "escape":
            QTest.keyClick(room.window, Qt.Key.Key_Escape)
        case "close":
            room.window.close()
        case _:
            room.click("cancelButton")

    assert room.window.isVisible()
    room.click("keepEditingButton")
    assert not room.shows("discardButton")
    room.window.close()
    room.click("discardButton")
    assert not room.window.isVisible()
    assert room.saves == []


async def test_unchanged_settings_close_at_once(room: Room) -> None:
    await room.open()

    QTest.keyClick(room.window, Qt.Key.Key_Escape)

    assert not room.window.isVisible()


async def test_discarded_changes_are_gone_the_next_time(room: Room) -> None:
    await room.open()
    room.type("modelCombo", "gpt-5")
    room.window.close()
    room.click("discardButton")

    await room.open()

    assert room.find(ModelCombo, "modelCombo").currentText() == ""
    assert not room.find(QPushButton, "saveButton").isEnabled()


async def test_the_same_key_box_follows_the_provider(room: Room) -> None:
    await room.open()
    box = room.find(QCheckBox, "useSameKeyCheck")
    assert (box.isChecked(), box.isEnabled()) == (True, True)
    assert not room.shows("embeddingsApiKeyEdit")

    choose(room, "Anthropic")

    assert (box.isChecked(), box.isEnabled()) == (False, False)
    assert "Anthropic offers no embeddings" in said(room, "sameKeyReasonText")
    assert room.shows("embeddingsApiKeyEdit")


async def test_a_key_of_another_provider_offers_the_switch(room: Room) -> None:
    await room.open()
    room.type("apiKeyEdit", "sk-ant-api03-0123456789")

    room.click("switchProviderButton")

    assert room.find(QComboBox, "providerCombo").currentText() == "Anthropic"
    assert text_of(room, "apiKeyEdit") == "sk-ant-api03-0123456789"
    assert not room.shows("providerOffer")


async def test_a_well_known_server_is_chosen_from_the_menu(room: Room) -> None:
    await room.open()
    choose(room, "OpenAI Compatible")
    menu = room.window.completions.findChild(QWidget, "endpointPresetsMenu")
    assert menu is not None
    actions = {action.text(): action for action in menu.actions()}

    actions["On this computer"].trigger()
    assert text_of(room, "endpointEdit") == "local://smollm2-135m-instruct"

    actions["Azure OpenAI"].trigger()
    assert room.find(QLineEdit, "endpointEdit").selectedText() == "<resource>"


async def test_the_temperature_can_be_left_to_the_provider(room: Room) -> None:
    await room.open()
    spin = room.find(TemperatureSpin, "temperatureSpin")
    assert (spin.temperature, spin.text()) == (None, "Provider's default")

    spin.stepUp()
    assert spin.temperature == 0.0
    spin.stepUp()
    assert spin.temperature == 0.1


async def test_the_wheel_scrolls_the_page_and_changes_no_value(room: Room) -> None:
    await room.open()
    combo = room.find(QComboBox, "providerCombo")
    combo.setFocus()

    turn_wheel(combo)

    assert combo.currentText() == "OpenAI"


async def test_the_stages_of_a_test_are_shown_and_the_report_copied(
    room: Room, server: ModelServer
) -> None:
    server.status = 500
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("endpointEdit", server.endpoint)
    room.type("modelCombo", "alpha")

    room.click("testButton")
    await until(lambda: room.shows("testStagesCopy"), seconds=60)

    names = [label.text() for label in room.window.findChildren(QLabel, "stageName")]
    assert names[:2] == ["Address", "Name lookup"]
    causes = [label.text() for label in room.window.findChildren(QLabel, "stageCause")]
    assert any(causes)
    assert room.find(QPushButton, "testButton").isEnabled()
    room.click("testStagesCopy")
    assert "Address: ok" in QGuiApplication.clipboard().text()


async def test_a_test_can_be_cancelled(room: Room, server: ModelServer) -> None:
    server.delay = 60
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("endpointEdit", server.endpoint)
    room.type("modelCombo", "alpha")
    room.click("testButton")
    await until(lambda: room.shows("testStagesCancel"))

    room.click("testStagesCancel")
    await until(lambda: room.find(QPushButton, "testButton").isEnabled())

    assert not room.shows("testStagesCancel")


async def test_where_keys_go_without_a_keyring_is_asked_in_words(room: Room) -> None:
    await room.open()
    chosen: list[str] = []
    room.window.key_place_chosen.disconnect()
    room.window.key_place_chosen.connect(lambda place: chosen.append(place.value))

    room.window.ask_key_place(NoKeyring("This system offers no keyring."))
    assert "no keyring" in said(room, "settingsPromptMessage")
    room.click("keepInFileButton")
    room.window.ask_key_place(NoKeyring("This system offers no keyring."))
    room.click("keepForSessionButton")

    assert chosen == ["private_file", "session"]


async def test_two_thousand_models_do_not_stall_the_window(room: Room, server: ModelServer) -> None:
    server.models = [f"model-{number}" for number in range(2000)]
    await room.open()
    choose(room, "OpenAI Compatible")
    room.type("endpointEdit", server.endpoint)
    combo = room.find(ModelCombo, "modelCombo")

    gap = await longest_gap_until(lambda: combo.count() == 2000)

    assert gap < 0.25


async def longest_gap_until(claim: Callable[[], bool]) -> float:
    """Return the longest time of the processor in seconds that the loop spent on one thing."""
    longest, last = 0.0, time.thread_time()
    async with asyncio.timeout(60):
        while not claim():
            await asyncio.sleep(0.005)
            now = time.thread_time()
            longest, last = max(longest, now - last), now
    return longest
