"""The pages beside the models: found, changed, marked and saved together."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QWidget

from desktop.core.preferences import Preferences
from desktop.presenters.data_page import DataPage as DataPresenter
from desktop.presenters.settings_page import ValuesPage
from desktop.services.data_place import DataPlace
from desktop.services.preferences import PreferencesStore
from desktop.storage.backup import back_up
from desktop.ui.icons import Icons
from desktop.ui.settings.numbers import NumberSpin
from desktop.ui.settings.pages.data import DataPage
from desktop.ui.settings.pages.general import GeneralPage
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.theme import Theme
from tests.services.settings_home import SettingsHome
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop


@pytest.fixture
async def applied() -> list[Preferences]:
    return []


@pytest.fixture
async def room(
    home: SettingsHome, theme: Theme, icons: Icons, applied: list[Preferences]
) -> AsyncIterator[Room]:
    general, data = GeneralPage(theme=theme, icons=icons), DataPage(theme=theme, icons=icons)
    store = PreferencesStore(home.service)
    room = Room(
        SettingsWindow(theme=theme, icons=icons),
        home,
        [
            (general, ValuesPage("general", general, store, on_saved=applied.append)),
            (data, DataPresenter(data, DataPlace(home.paths))),
        ],
    )
    yield room
    await room.close()


def listed(room: Room) -> list[str]:
    pages = room.find(QListWidget, "settingsPageList")
    return [pages.item(row).text() for row in range(pages.count())]


async def test_the_pages_are_listed_and_one_is_chosen_with_the_keyboard(room: Room) -> None:
    await room.open()
    assert listed(room) == ["Models", "General", "Data"]
    assert not room.shows("themeCombo")

    room.find(QWidget, "settingsPageList").setFocus()
    room.press(Qt.Key.Key_Down)
    assert room.shows("themeCombo")

    QTest.keyClick(room.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert room.shows("databasePathEdit")


async def test_the_first_click_on_a_page_shows_it(room: Room) -> None:
    await room.open()
    pages = room.find(QListWidget, "settingsPageList")

    for row, field in ((2, "databasePathEdit"), (1, "themeCombo"), (0, "providerCombo")):
        place = pages.visualItemRect(pages.item(row)).center()
        QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place)

        assert room.shows(field)
        assert (pages.currentRow(), [item.text() for item in pages.selectedItems()]) == (
            row,
            [listed(room)[row]],
        )


async def test_what_is_changed_is_marked_until_it_is_saved(
    room: Room, applied: list[Preferences]
) -> None:
    await room.open()
    room.window.show_page("general")

    QTest.keyClick(room.find(QComboBox, "themeCombo"), Qt.Key.Key_Down)
    room.find(NumberSpin, "textSizeSpin").setValue(18)
    QTest.keyClick(room.find(QComboBox, "sendKeyCombo"), Qt.Key.Key_Down)
    QTest.keyClick(room.find(QCheckBox, "modelTitlesCheck"), Qt.Key.Key_Space)
    assert listed(room) == ["Models", "General  •", "Data"]
    assert room.window.isWindowModified()

    room.click("saveButton")
    await until(lambda: not room.window.isVisible())
    chosen = Preferences(theme="light", text_px=18, send_key="ctrl_enter", model_titles=False)
    assert applied == [chosen]
    assert await PreferencesStore(room.home.service).load() == chosen
    assert listed(room) == ["Models", "General", "Data"]
    assert await room.home.row("llm", "completions_config") is None


async def test_a_change_taken_back_is_no_change(room: Room) -> None:
    await room.open()
    spin = room.find(NumberSpin, "textSizeSpin")

    spin.setValue(18)
    spin.setValue(15)

    assert listed(room) == ["Models", "General", "Data"]
    assert not room.find(QWidget, "saveButton").isEnabled()


async def test_a_problem_elsewhere_keeps_everything_unsaved(
    room: Room, applied: list[Preferences]
) -> None:
    await room.open()
    room.type("apiKeyEdit", "sk-canary-0123456789")
    room.window.show_page("general")
    room.find(NumberSpin, "textSizeSpin").setValue(18)

    room.click("saveButton")

    await until(lambda: room.shows("modelComboProblem"))
    assert room.window.isVisible()
    assert applied == []
    assert (await PreferencesStore(room.home.service).load()).text_px == 15


async def test_search_finds_settings_on_every_page_and_unfolds_them(room: Room) -> None:
    await room.open()
    search = room.find(QLineEdit, "settingsSearchEdit")
    QTest.keyClick(room.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert room.window.focusWidget() is search

    QTest.keyClicks(search, "te")
    assert "Text size in the chat\nGeneral" in listed(room)
    assert "Endpoint\nModels" not in listed(room)

    QTest.keyClicks(search, "mper")
    assert listed(room) == ["Temperature\nModels"]
    room.press(Qt.Key.Key_Return)

    assert room.shows("temperatureSpin")
    assert room.window.focusWidget().objectName() == "temperatureSpin"
    assert search.text() == ""


async def test_search_looks_into_choices_and_says_when_there_is_nothing(room: Room) -> None:
    await room.open()
    search = room.find(QLineEdit, "settingsSearchEdit")

    search.setText("dark")
    assert listed(room) == ["Theme\nGeneral"]

    search.setText("xylophone")
    assert listed(room) == ["Nothing found"]
    search.setFocus()
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Escape)
    assert listed(room) == ["Models", "General", "Data"]
    assert room.window.isVisible()


async def test_the_data_page_tells_where_everything_is(room: Room) -> None:
    back_up(room.home.paths.database, room.home.paths.backups, "by-hand")
    await room.open()
    room.window.show_page("data")

    assert room.find(QLineEdit, "databasePathEdit").text() == str(room.home.paths.database)
    assert room.shows("backupRow")
    assert not room.shows("noBackups")


async def test_a_narrow_window_shows_the_pages_as_icons(room: Room) -> None:
    await room.open()

    room.window.resize(480, 420)
    pages = room.find(QListWidget, "settingsPageList")
    assert (listed(room), pages.width() < 60) == (["", "", ""], True)
    assert pages.item(1).toolTip() == "General"

    room.window.resize(900, 700)
    assert listed(room) == ["Models", "General", "Data"]
