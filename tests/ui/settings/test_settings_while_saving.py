"""What the settings window allows while it saves, and how keys come to another place."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.core.errors import KeyringLocked
from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from desktop.storage.vault import KeyPlace
from desktop.ui.icons import Icons
from desktop.ui.settings.model_combo import ModelCombo
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.theme import Theme
from tests.services.settings_home import SettingsHome
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop

KEY = "sk-canary-0123456789abcdefWXYZ"


class SlowSeal:
    """Takes the place of the vault's `seal`: waits to be let go, then seals or fails."""

    def __init__(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        self._seal = room.home.vault.seal
        self.began, self.may_end = asyncio.Event(), asyncio.Event()
        self.locked = False
        monkeypatch.setattr(room.home.vault, "seal", self._wait)

    async def _wait(self, secret: str, *, slot: str, origin: str) -> str | None:
        self.began.set()
        await self.may_end.wait()
        if self.locked:
            raise KeyringLocked("The keyring is locked.", cure="Unlock it and save again.")
        return await self._seal(secret, slot=slot, origin=origin)


async def start_saving(room: Room, seal: SlowSeal) -> None:
    await room.open()
    room.type("apiKeyEdit", KEY)
    room.type("modelCombo", "gpt-5")
    QTest.keyClick(room.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await asyncio.wait_for(seal.began.wait(), 20)


async def test_nothing_is_typed_or_left_while_it_is_saved(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = SlowSeal(room, monkeypatch)
    await start_saving(room, seal)

    room.type("modelCombo", "late")
    room.window.close()
    QTest.keyClick(room.window, Qt.Key.Key_Escape)
    room.presenter.discard()

    assert room.find(ModelCombo, "modelCombo").currentText() == "gpt-5"
    assert room.window.isVisible()
    assert not room.shows("discardButton")
    assert not room.find(QWidget, "cancelButton").isEnabled()
    seal.may_end.set()
    await until(lambda: not room.window.isVisible())
    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert row["model"] == "gpt-5"
    assert len(room.saves) == 1


async def test_after_a_failure_everything_stands_as_it_was_typed(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = SlowSeal(room, monkeypatch)
    await start_saving(room, seal)
    seal.locked = True

    seal.may_end.set()
    await until(lambda: room.shows("dismissErrorButton"))
    assert "locked" in room.find(QLabel, "settingsPromptMessage").text()
    room.click("dismissErrorButton")

    assert room.find(QLineEdit, "apiKeyEdit").text() == KEY
    combo = room.find(ModelCombo, "modelCombo")
    assert combo.currentText() == "gpt-5"
    assert combo.isEnabled()
    assert room.window.focusWidget() in {combo, combo.lineEdit()}
    seal.locked = False
    room.type("modelCombo", "gpt-5-mini")
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())
    assert await room.home.key_in_use() == KEY


async def save_for_session(room: Room) -> None:
    await room.home.service.choose_key_place(KeyPlace.SESSION)
    await room.home.service.update_completions(
        CompletionsChange(
            provider=LLMProvider.OPENAI, model="gpt-5", api_key=KEY, endpoint="http://127.0.0.1:9"
        )
    )
    await room.open()


def place(room: Room) -> str:
    return room.find(QLabel, "keyPlaceText").text()


async def test_keys_of_this_session_can_be_kept_after_all(room: Room) -> None:
    await save_for_session(room)
    assert "session" in place(room)
    room.type("modelCombo", "half-typed")

    room.click("changeKeyPlaceButton")
    await until(lambda: room.shows("keepInFileButton"))
    assert not room.shows("keepInKeyringButton"), "there is none here"
    room.click("keepInFileButton")
    await until(lambda: "private file" in place(room))

    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert row["api_key_encrypted"].startswith("gAAA")
    assert row["model"] == "gpt-5"
    assert room.find(ModelCombo, "modelCombo").currentText() == "half-typed"
    assert room.window.isVisible()


async def test_a_keyring_that_is_gone_after_all_costs_no_key(
    home: SettingsHome, theme: Theme, icons: Icons, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def has_keyring() -> bool:
        return True

    room = Room(SettingsWindow(theme=theme, icons=icons), home)
    monkeypatch.setattr(home.vault, "has_keyring", has_keyring)
    change = CompletionsChange(provider=LLMProvider.OPENAI, model="gpt-5", api_key=KEY)
    await home.service.update_completions(change)
    await room.open()

    room.click("changeKeyPlaceButton")
    await until(lambda: room.shows("keepInKeyringButton"))
    assert room.window.focusWidget().objectName() == "keepInKeyringButton"
    room.click("keepInKeyringButton")
    await until(lambda: room.shows("dismissErrorButton"))

    assert "no keyring" in room.find(QLabel, "settingsPromptMessage").text()
    assert "private file" in place(room)
    assert await home.key_in_use() == KEY
    await room.close()


async def test_a_window_without_keys_still_says_that_keys_are_for_the_session(room: Room) -> None:
    await room.home.service.choose_key_place(KeyPlace.SESSION)

    await room.open()

    assert "session" in place(room)
    room.click("changeKeyPlaceButton")
    await until(lambda: room.shows("keepNowhereButton"))
    room.click("keepNowhereButton")
    assert "session" in place(room)
    assert room.window.focusWidget().objectName() == "changeKeyPlaceButton"
