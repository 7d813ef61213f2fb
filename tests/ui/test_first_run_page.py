import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorKind, InvalidSetting, LLMError, LocalModelError
from desktop.ui.first_run import FirstRunPage
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

SERVER = ("Ollama", "http://127.0.0.1:11434/v1", "3 models")


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, icons: Icons) -> FirstRunPage:
    page = FirstRunPage(theme=theme, icons=icons)
    qtbot.addWidget(page)
    page.resize(760, 760)
    page.show()
    return page


def field(page: FirstRunPage, name: str) -> QLineEdit:
    found = page.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def button(page: FirstRunPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def label(page: FirstRunPage, name: str) -> QLabel:
    found = page.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def click(qtbot: QtBot, target: QPushButton) -> None:
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


def test_a_key_is_masked_and_reported_as_it_is_typed(qtbot: QtBot, page: FirstRunPage) -> None:
    edit = field(page, "firstRunKeyEdit")
    with qtbot.waitSignal(page.key_changed):
        qtbot.keyClicks(edit, "sk-ant-1")
    page.show_recognised("Anthropic")

    assert edit.echoMode() is QLineEdit.EchoMode.Password
    assert label(page, "recognisedLabel").text() == "This is a key of Anthropic."
    with qtbot.waitSignal(page.key_entered) as entered:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert entered.args == ["sk-ant-1"]


def test_an_empty_key_goes_nowhere(qtbot: QtBot, page: FirstRunPage) -> None:
    with qtbot.assertNotEmitted(page.key_entered):
        qtbot.keyClicks(field(page, "firstRunKeyEdit"), "   ")
        qtbot.keyClick(field(page, "firstRunKeyEdit"), Qt.Key.Key_Return)


def test_an_unknown_prefix_recognises_nothing(page: FirstRunPage) -> None:
    page.show_recognised("OpenAI")
    page.show_recognised("")

    assert not label(page, "recognisedLabel").isVisible()


def test_servers_that_were_found_are_offered(qtbot: QtBot, page: FirstRunPage) -> None:
    page.set_servers([SERVER])
    with qtbot.waitSignal(page.server_chosen) as chosen:
        click(qtbot, button(page, "foundServerButton"))

    assert chosen.args == ["http://127.0.0.1:11434/v1"]
    assert not label(page, "noServersLabel").isVisible()


def test_looking_for_servers_leaves_a_download_alone(page: FirstRunPage) -> None:
    page.set_busy("local", True)
    page.set_looking(True)
    assert label(page, "noServersLabel").text() == "Looking for servers…"
    page.set_looking(False)
    page.set_servers([])

    assert label(page, "noServersLabel").text() == "No server answers on the usual ports."
    assert button(page, "firstRunLocalCancel").isVisible()


def test_the_cursor_stays_in_the_key_while_servers_are_looked_for(
    qtbot: QtBot, page: FirstRunPage
) -> None:
    qtbot.waitActive(page)
    page.setFocus()
    page.set_looking(True)
    qtbot.keyClicks(field(page, "firstRunKeyEdit"), "sk-")
    page.set_servers([SERVER])
    page.set_looking(False)

    assert field(page, "firstRunKeyEdit").hasFocus()
    assert field(page, "firstRunServerEdit").isEnabled()
    assert not label(page, "noServersLabel").isVisible()


def test_servers_found_anew_replace_the_old_ones(qtbot: QtBot, page: FirstRunPage) -> None:
    page.set_servers([SERVER, ("Jan", "http://127.0.0.1:1337/v1", "")])
    page.set_servers([SERVER])

    def shown() -> int:
        buttons = page.findChildren(QPushButton, "foundServerButton")
        return sum(button.isVisible() for button in buttons)

    qtbot.waitUntil(lambda: shown() == 1, timeout=20_000)
    page.set_servers([])
    assert label(page, "noServersLabel").isVisible()


def test_an_address_can_be_typed(qtbot: QtBot, page: FirstRunPage) -> None:
    edit = field(page, "firstRunServerEdit")
    qtbot.keyClicks(edit, " http://127.0.0.1:9/v1 ")
    with qtbot.waitSignal(page.server_chosen) as chosen:
        qtbot.keyClick(edit, Qt.Key.Key_Return)

    assert chosen.args == ["http://127.0.0.1:9/v1"]


def test_the_local_model_shows_its_progress_and_can_be_cancelled(
    qtbot: QtBot, page: FirstRunPage
) -> None:
    assert "98 MB" in label(page, "firstRunLocalText").text()
    with qtbot.waitSignal(page.local_chosen):
        click(qtbot, button(page, "firstRunLocalButton"))
    page.set_busy("local", True)
    page.set_local_progress("41 of 97 MB", 0.42)
    bar = page.findChild(QProgressBar, "firstRunLocalBar")

    assert isinstance(bar, QProgressBar)
    assert bar.value() / bar.maximum() == pytest.approx(0.42)
    assert label(page, "firstRunLocalProgress").text() == "41 of 97 MB"
    with qtbot.waitSignal(page.local_cancelled):
        click(qtbot, button(page, "firstRunLocalCancel"))


def test_while_one_way_is_tried_the_others_wait(page: FirstRunPage) -> None:
    page.set_busy("local", True)
    assert not field(page, "firstRunKeyEdit").isEnabled()
    page.set_busy("local", False)
    assert field(page, "firstRunKeyEdit").isEnabled()
    assert not button(page, "firstRunLocalCancel").isVisible()


def test_errors_stand_where_they_belong(qtbot: QtBot, page: FirstRunPage) -> None:
    page.show_error("key", LLMError("The key was refused.", kind=ErrorKind.AUTH, cure="Try again."))
    page.show_error("local", LocalModelError("The download broke off."))

    assert label(page, "firstRunKeyError").text() == "The key was refused. Try again."
    assert label(page, "firstRunLocalError").isVisible()
    qtbot.keyClicks(field(page, "firstRunKeyEdit"), "x")
    assert not label(page, "firstRunKeyError").isVisible()


def test_settings_are_offered_where_they_help(qtbot: QtBot, page: FirstRunPage) -> None:
    settings = button(page, "firstRunKeySettingsButton")
    page.show_error("key", LLMError("Too many requests.", kind=ErrorKind.RATE_LIMIT))
    assert not settings.isVisible()
    page.show_error("key", InvalidSetting("Whose key is this?", field="api_key"))
    with qtbot.waitSignal(page.settings_requested):
        click(qtbot, settings)

    page.set_busy("key", True)
    assert not settings.isVisible()


def test_nothing_is_cut_off_in_a_small_window(page: FirstRunPage) -> None:
    page.set_servers([SERVER])
    page.resize(480, 400)

    assert page.horizontalScrollBar().maximum() == 0
    assert page.verticalScrollBar().maximum() > 0
