"""Saved keys that can't be opened: each case in its own words, with what helps, and nothing lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from desktop.storage import passphrase
from desktop.storage.master_key import MasterKeys
from desktop.ui.icons import Icons
from desktop.ui.settings.model_combo import ModelCombo
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.theme import Theme
from tests.services.gated_keyring import GatedKeyring
from tests.services.settings_home import SettingsHome
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop

KEY = "sk-canary-0123456789abcdefWXYZ"
NEW_KEY = "sk-second-0123456789abcdefABCD"
PHRASE = "correct horse"
NOWHERE = "http://127.0.0.1:9/v1"
BUTTONS = ("retryKeysButton", "sessionKeysButton", "enterKeysAgainButton", "unlockButton")


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_COST", {"n": 2**4, "r": 8, "p": 1})


@pytest.fixture
async def keyring() -> GatedKeyring:
    return GatedKeyring()


@pytest.fixture
async def home(tmp_path: Path, keyring: GatedKeyring) -> AsyncIterator[SettingsHome]:
    """Give a home after a restart, with a key that was saved before it."""
    before = await SettingsHome.open(tmp_path / "home", None, keyring=keyring)
    await save(before, KEY)
    await before.close()
    home = await SettingsHome.open(tmp_path / "home", None, keyring=keyring)
    yield home
    await home.close()


@pytest.fixture
async def room(home: SettingsHome, theme: Theme, icons: Icons) -> AsyncIterator[Room]:
    room = Room(SettingsWindow(theme=theme, icons=icons), home)
    yield room
    await room.close()


async def save(home: SettingsHome, key: str) -> None:
    change = CompletionsChange(
        provider=LLMProvider.OPENAI, model="gpt-5", api_key=key, endpoint=NOWHERE
    )
    await home.service.update_completions(change)


def message(room: Room) -> str:
    return room.find(QLabel, "keyTroubleMessage").text()


def offered(room: Room) -> list[str]:
    return [name for name in BUTTONS if room.shows(name)]


def hint(room: Room) -> str:
    return room.find(QLineEdit, "apiKeyEdit").placeholderText()


async def token(home: SettingsHome) -> str:
    row = await home.row("llm", "completions_config")
    assert row is not None
    return row["api_key_encrypted"]


async def test_keys_that_open_are_no_trouble(room: Room) -> None:
    await room.open()

    assert not room.shows("keyTrouble")
    assert hint(room).endswith("WXYZ")


@pytest.mark.parametrize(
    ("mood", "words", "actions"),
    [
        ("locked", "locked", ["retryKeysButton", "sessionKeysButton"]),
        ("absent", "no keyring", ["retryKeysButton", "sessionKeysButton", "enterKeysAgainButton"]),
        (
            "changed",
            "belong to Secret Service, but this system now offers KWallet",
            ["retryKeysButton", "sessionKeysButton", "enterKeysAgainButton"],
        ),
    ],
)
async def test_each_state_of_the_keyring_has_its_words_and_a_second_try_succeeds(
    mood: str, words: str, actions: list[str], room: Room, keyring: GatedKeyring
) -> None:
    keyring.mood, sealed = mood, await token(room.home)
    await room.open()
    assert words in message(room)
    assert offered(room) == actions
    room.type("modelCombo", "half-typed")

    keyring.mood = "open"
    room.click("retryKeysButton")
    await until(lambda: not room.shows("keyTrouble"))

    assert hint(room).endswith("WXYZ")
    assert room.find(ModelCombo, "modelCombo").text == "half-typed"
    assert room.told_of_keys == [None]
    assert await token(room.home) == sealed


@pytest.mark.parametrize("entry", [None, "", "garbage", MasterKeys.generate().dump()])
async def test_a_key_that_is_gone_or_wrong_is_named_and_left_alone(
    entry: str | None, room: Room, keyring: GatedKeyring
) -> None:
    kept, sealed = dict(keyring.entries), await token(room.home)
    account = next(iter(kept))
    keyring.entries = {} if entry is None else {account: entry}
    await room.open()
    assert ("is gone" if entry is None else "does not open") in message(room)

    room.click("retryKeysButton")
    await until(lambda: room.told_of_keys)
    assert room.shows("keyTrouble")
    assert (await token(room.home), keyring.entries.get(account)) == (sealed, entry)

    keyring.entries = kept
    room.click("retryKeysButton")
    await until(lambda: not room.shows("keyTrouble"))
    assert hint(room).endswith("WXYZ")


async def test_keys_are_entered_again_and_the_sealed_ones_stay_in_the_database(
    room: Room, keyring: GatedKeyring
) -> None:
    sealed = await token(room.home)
    keyring.entries.clear()
    await room.open()

    room.click("enterKeysAgainButton")
    await until(lambda: room.shows("keepInKeyringButton"))
    assert not room.shows("keepForSessionButton")
    room.click("keepInKeyringButton")
    await until(lambda: not room.shows("keyTrouble"))
    room.type("apiKeyEdit", NEW_KEY)
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())

    assert await room.home.key_in_use() == NEW_KEY
    async with room.home.database.read() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql(
            "SELECT count(*) FROM system_config WHERE category = 'vault' AND value_json LIKE ?",
            (f"%{sealed}%",),
        )
        assert found.scalar() == 1


async def test_new_keys_can_be_for_this_session_while_the_keyring_is_locked(
    room: Room, keyring: GatedKeyring
) -> None:
    keyring.mood, sealed = "locked", await token(room.home)
    await room.open()

    room.click("sessionKeysButton")
    await until(lambda: "session" in room.find(QLabel, "keyPlaceText").text())
    room.type("apiKeyEdit", NEW_KEY)
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())

    assert await room.home.key_in_use() == NEW_KEY
    assert await token(room.home) == sealed


async def test_a_passphrase_takes_the_place_of_a_keyring_and_opens_the_keys_again(
    room: Room, tmp_path: Path, theme: Theme, icons: Icons
) -> None:
    await room.open()
    room.click("changeKeyPlaceButton")
    await until(lambda: room.shows("keepUnderPhraseButton"))
    room.click("keepUnderPhraseButton")
    room.type("newPassphraseEdit", "short")
    room.press(Qt.Key.Key_Tab)
    room.click("usePassphraseButton")
    assert room.shows("newPassphraseProblem")
    room.type("newPassphraseEdit", PHRASE)
    room.type("repeatPassphraseEdit", PHRASE)
    room.click("usePassphraseButton")
    await until(lambda: "passphrase" in room.find(QLabel, "keyPlaceText").text())
    assert room.shows("saveButton")

    home = await SettingsHome.open(tmp_path / "home", None, keyring=GatedKeyring())
    later = Room(SettingsWindow(theme=theme, icons=icons), home)
    await later.open()
    assert "locked with your passphrase" in message(later)
    assert offered(later) == ["sessionKeysButton", "enterKeysAgainButton", "unlockButton"]
    assert later.window.focusWidget().objectName() == "passphraseEdit"
    later.type("passphraseEdit", "wrong one")
    later.press(Qt.Key.Key_Return)
    await until(lambda: later.shows("dismissErrorButton"))
    assert "not the passphrase" in later.find(QLabel, "settingsPromptMessage").text()
    later.click("dismissErrorButton")
    later.type("passphraseEdit", PHRASE)
    later.click("unlockButton")
    await until(lambda: not later.shows("keyTrouble"))
    assert await home.key_in_use() == KEY
    await later.close()
    await home.close()


async def test_the_master_key_is_changed_after_a_question(
    room: Room, keyring: GatedKeyring
) -> None:
    before, sealed = dict(keyring.entries), await token(room.home)
    await room.open()

    room.click("newMasterKeyButton")
    room.click("keepMasterKeyButton")
    assert keyring.entries == before
    room.click("newMasterKeyButton")
    room.click("changeMasterKeyButton")
    await until(lambda: room.shows("dismissErrorButton"))

    assert "new master key" in room.find(QLabel, "settingsPromptMessage").text()
    assert keyring.entries.keys() == before.keys()
    assert keyring.entries != before
    assert await token(room.home) != sealed
    assert await room.home.key_in_use() == KEY


async def test_a_keyring_that_hangs_does_not_stop_the_window(
    room: Room, keyring: GatedKeyring
) -> None:
    keyring.mood = "hanging"
    room.presenter.open()
    room.window.open()
    await until(lambda: room.shows("settingsPrompt"))
    assert "Waiting for your keyring" in room.find(QLabel, "settingsPromptMessage").text()
    assert room.find(QPushButton, "cancelButton").isEnabled()

    keyring.open_up()
    await until(lambda: room.find(QWidget, "providerCombo").isEnabled())
    assert hint(room).endswith("WXYZ")
