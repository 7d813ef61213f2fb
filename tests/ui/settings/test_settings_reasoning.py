"""What the window offers depending on the model and the server: reasoning effort, a page for keys."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from desktop.llm import LLMProvider
from desktop.presenters.settings_view import CompletionsInput
from desktop.services.settings_values import CompletionsChange
from desktop.ui.icons import Icons
from desktop.ui.settings.choice import Choice
from desktop.ui.settings.completions_section import CompletionsSection
from desktop.ui.theme import Theme
from tests.presenters.settings.model_server import ModelServer
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop

NOWHERE = "http://127.0.0.1:9/v1"


async def save(room: Room, model: str, effort: str | None = None) -> None:
    change = CompletionsChange(
        provider=LLMProvider.OPENAI_COMPATIBLE,
        model=model,
        endpoint=NOWHERE,
        reasoning_effort=effort,
    )
    await room.home.service.update_completions(change)


async def test_the_effort_is_offered_where_the_model_reasons_and_is_saved(room: Room) -> None:
    await save(room, "qwen-7b")
    await room.open()
    room.click("completionsAdvancedToggle")
    assert not room.shows("reasoningEffortCombo")

    room.type("modelCombo", "deepseek-r1")
    assert room.shows("reasoningEffortCombo")
    effort = room.find(Choice, "reasoningEffortCombo")
    assert effort.currentText() == "Provider's default"
    effort.setCurrentIndex(effort.findText("High"))
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())

    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert row["reasoning_effort"] == "high"


async def test_a_model_without_it_takes_the_effort_back(room: Room) -> None:
    await save(room, "deepseek-r1", "low")
    await room.open()
    assert room.find(QComboBox, "reasoningEffortCombo").currentText() == "Low"

    room.type("modelCombo", "qwen-7b")
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())

    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert "reasoning_effort" not in row


async def test_another_model_keeps_the_effort_that_is_set(room: Room) -> None:
    await save(room, "deepseek-r1", "low")

    saved = (await room.home.service.get()).completions

    assert saved is not None
    assert saved.reasoning_effort == "low"


async def test_the_page_for_keys_follows_the_address(
    theme: Theme, icons: Icons, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The section alone, without a presenter that would fetch the server's models."""
    opened: list[str] = []

    def note(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    section = CompletionsSection(theme=theme, icons=icons)
    values = CompletionsInput(provider=LLMProvider.OPENAI_COMPATIBLE, endpoint=NOWHERE)
    section.show_values(values)
    link = section.findChild(QPushButton, "getKeyButton")
    edit = section.findChild(QLineEdit, "endpointEdit")
    assert isinstance(link, QPushButton)
    assert isinstance(edit, QLineEdit)
    assert link.isHidden()

    edit.setText("https://openrouter.ai/api/v1")
    assert not link.isHidden()
    link.click()
    assert opened == ["https://openrouter.ai/settings/keys"]
    edit.setText("http://[broken")
    assert link.isHidden()


async def test_two_thousand_models_arrive_and_are_searched(room: Room, server: ModelServer) -> None:
    server.models = [f"vendor/model-{number}-instruct" for number in range(2_000)]
    await room.home.service.update_completions(
        CompletionsChange(
            provider=LLMProvider.OPENAI_COMPATIBLE, model="m", endpoint=server.endpoint
        )
    )
    await room.open()
    combo = room.find(QComboBox, "modelCombo")

    await until(lambda: combo.count() == 2_000)

    room.type("modelCombo", "model-1999")
    completer = combo.completer()
    assert completer is not None
    assert completer.completionModel().rowCount() == 1
    assert room.find(QWidget, "modelCombo").isEnabled()
