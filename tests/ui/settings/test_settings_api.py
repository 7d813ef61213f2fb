"""Which of OpenAI's two APIs a server is spoken to in: automatic, or as the user says."""

import pytest

from desktop.llm import LLMProvider
from desktop.presenters.settings_view import CompletionsInput
from desktop.services.settings_values import CompletionsChange
from desktop.ui.icons import Icons
from desktop.ui.settings.choice import Choice
from desktop.ui.settings.completions_section import CompletionsSection
from desktop.ui.theme import Theme
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop

NOWHERE = "http://127.0.0.1:9/v1"


async def test_the_api_is_chosen_and_kept_when_another_model_is(room: Room) -> None:
    change = CompletionsChange(
        provider=LLMProvider.OPENAI_COMPATIBLE, model="gpt-oss", endpoint=NOWHERE
    )
    await room.home.service.update_completions(change)
    await room.open()
    room.click("completionsAdvancedToggle")
    choice = room.find(Choice, "apiCombo")
    assert choice.currentText() == "Automatic"
    choice.setCurrentIndex(choice.findText("Responses"))
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())

    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert row["api"] == "responses"
    await room.open()
    assert room.find(Choice, "apiCombo").currentText() == "Responses"
    room.type("modelCombo", "another")
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())
    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert (row["model"], row["api"]) == ("another", "responses")


@pytest.mark.parametrize(
    ("provider", "endpoint", "offered"),
    [
        (LLMProvider.OPENAI, "", True),
        (LLMProvider.OPENAI, NOWHERE, True),
        (LLMProvider.OPENAI_COMPATIBLE, NOWHERE, True),
        (LLMProvider.OPENAI_COMPATIBLE, "local://demo", False),
        (LLMProvider.ANTHROPIC, "", False),
    ],
)
async def test_it_is_offered_where_both_are_spoken(
    theme: Theme, icons: Icons, provider: LLMProvider, endpoint: str, offered: bool
) -> None:
    section = CompletionsSection(theme=theme, icons=icons)
    section.show_values(CompletionsInput(provider=provider, endpoint=endpoint, api="chat"))

    assert section.values().api == ("chat" if offered else "auto")
