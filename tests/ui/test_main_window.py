import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.errors import ParleyError, VaultError
from desktop.core.preferences import Preferences
from desktop.ui.icons import Icons
from desktop.ui.main_window import MIN_SIZE, SIZE, MainWindow
from desktop.ui.theme import Theme

SummaryMaker = Callable[..., ConversationSummary]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, icons: Icons) -> MainWindow:
    window = MainWindow(theme=theme, icons=icons)
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    qtbot.waitActive(window)
    return window


def tool_button(window: QWidget, name: str) -> QToolButton:
    found = window.findChild(QToolButton, name)
    assert isinstance(found, QToolButton)
    return found


def test_the_cursor_stands_in_the_composer(window: MainWindow) -> None:
    assert window.chat.composer.edit.hasFocus()


@pytest.mark.parametrize(
    ("key", "modifier", "signal"),
    [
        (Qt.Key.Key_N, CONTROL, "sidebar.new_chat_requested"),
        (Qt.Key.Key_Comma, CONTROL, "settings_requested"),
        (Qt.Key.Key_Q, CONTROL, "close_requested"),
    ],
)
def test_shortcuts_work_without_a_menu_bar(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, signal: str
) -> None:
    window.take_over_closing()
    source: object = window
    for part in signal.split("."):
        source = getattr(source, part)
    with qtbot.waitSignal(source):
        qtbot.keyClick(window.chat.composer.edit, key, modifier)


def test_a_key_held_down_regenerates_and_stops_once(window: MainWindow) -> None:
    repeating = {action.objectName() for action in window.actions() if action.autoRepeat()}

    assert "zoomIn" in repeating
    assert not repeating & {"stop", "regenerate"}


def test_escape_stops_only_while_busy(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.assertNotEmitted(window.chat.stop_requested):
        qtbot.keyClick(window.chat.composer.edit, Qt.Key.Key_Escape)
    window.chat.set_busy(True)
    with qtbot.waitSignal(window.chat.stop_requested):
        qtbot.keyClick(window.chat.composer.edit, Qt.Key.Key_Escape)


def test_escape_in_the_search_clears_it_first(qtbot: QtBot, window: MainWindow) -> None:
    window.chat.set_busy(True)
    search = window.sidebar.findChild(QLineEdit, "searchEdit")
    assert isinstance(search, QLineEdit)
    window.commands.find.trigger()
    assert search.hasFocus()
    qtbot.keyClicks(search, "x")
    with qtbot.assertNotEmitted(window.chat.stop_requested):
        qtbot.keyClick(search, Qt.Key.Key_Escape)

    assert search.text() == ""


def test_editing_commands_reach_the_field_with_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    edit = window.chat.composer.edit
    qtbot.keyClicks(edit, "hello")
    commands = {action.objectName(): action for action in window.actions()}
    commands["selectAll"].trigger()
    commands["copy"].trigger()
    assert QGuiApplication.clipboard().text() == "hello"
    commands["cut"].trigger()
    assert edit.toPlainText() == ""
    commands["undo"].trigger()
    assert edit.toPlainText() == "hello"


@pytest.mark.qt_log_ignore("^This plugin does not support")  # popups, off screen
def test_every_command_can_be_reached_from_the_menu_button(
    qtbot: QtBot, window: MainWindow
) -> None:
    qtbot.mouseClick(tool_button(window, "menuButton"), Qt.MouseButton.LeftButton)
    menu = window.findChild(QMenu, "mainMenu")
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    submenus = menu.findChildren(QMenu) + window.findChildren(QMenu)
    offered = {action for submenu in submenus for action in submenu.actions()}
    menu.close()

    missing = [action.objectName() for action in window.actions() if action not in offered]
    assert missing == []


def test_f2_renames_the_open_conversation(
    qtbot: QtBot, window: MainWindow, summary: SummaryMaker
) -> None:
    row = summary("Soup")
    window.sidebar.show_conversations([row])
    window.sidebar.select(row.id)
    qtbot.keyClick(window.chat.composer.edit, Qt.Key.Key_F2)
    editor = window.sidebar.list.findChild(QLineEdit, "renameEdit")

    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Soup"


def test_the_theme_menu_switches(window: MainWindow, theme: Theme) -> None:
    window.commands.themes["dark"].trigger()

    assert theme.tokens.dark
    picture = window.chat.grab().toImage()
    assert picture.pixelColor(5, 300).name() == theme.tokens.background


def test_preferences_reach_the_theme_the_text_and_the_send_key(
    window: MainWindow, theme: Theme
) -> None:
    before = window.chat.composer.edit.fontMetrics().height()

    window.apply_preferences(
        Preferences(theme="dark", text_px=22, send_key="ctrl_enter", language="en")
    )
    assert QLocale().name() == "en_US"
    window.apply_preferences(Preferences(theme="dark", text_px=22, send_key="ctrl_enter"))
    assert QLocale() == QLocale.system()

    assert theme.tokens.dark
    assert window.commands.themes["dark"].isChecked()
    assert window.chat.composer.edit.fontMetrics().height() > before
    hint = window.findChild(QLabel, "composerHint")
    assert hint is not None
    assert hint.text().startswith("Ctrl + Enter to send")


def test_a_narrow_window_hides_the_sidebar_and_brings_it_back(window: MainWindow) -> None:
    expand = tool_button(window, "expandButton")
    assert window.sidebar.isVisible()
    assert not expand.isVisible()

    window.resize(640, 600)
    assert not window.sidebar.isVisible()
    assert expand.isVisible()
    window.resize(1100, 700)
    assert window.sidebar.isVisible()


def test_in_a_narrow_window_the_sidebar_is_a_drawer(
    qtbot: QtBot, window: MainWindow, summary: SummaryMaker
) -> None:
    row = summary("Soup")
    window.sidebar.show_conversations([row])
    window.resize(640, 600)
    chat_width = window.chat.width()
    qtbot.mouseClick(tool_button(window, "expandButton"), Qt.MouseButton.LeftButton)
    assert window.sidebar.isVisible()
    assert window.chat.width() == chat_width

    window.sidebar.list.opened.emit(row.id)
    assert not window.sidebar.isVisible()


def test_a_click_beside_the_drawer_closes_it(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(640, 600)
    window.commands.sidebar.trigger()
    scrim = window.findChild(QWidget, "scrim")
    assert isinstance(scrim, QWidget)
    qtbot.mouseClick(scrim, Qt.MouseButton.LeftButton, pos=scrim.rect().center())

    assert not window.sidebar.isVisible()


def test_a_sidebar_hidden_by_the_user_stays_hidden(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(tool_button(window, "collapseButton"), Qt.MouseButton.LeftButton)
    assert not window.sidebar.isVisible()
    window.resize(640, 600)
    window.resize(1100, 700)
    assert not window.sidebar.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert window.sidebar.isVisible()


def test_the_window_fits_on_a_small_screen(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    fresh = MainWindow(theme=theme, icons=icons)
    qtbot.addWidget(fresh)

    room = fresh.screen().availableSize()
    assert SIZE.width() > room.width()
    assert fresh.width() < room.width()
    assert fresh.height() < room.height()


def test_the_smallest_window_holds_everything(window: MainWindow) -> None:
    window.resize(1, 1)

    assert (window.width(), window.height()) == MIN_SIZE
    for name in ("composerEdit", "modelButton", "menuButton", "sendButton"):
        widget = window.findChild(QWidget, name)
        assert isinstance(widget, QWidget)
        corner = widget.mapTo(window, widget.rect().bottomRight())
        assert window.rect().contains(corner), name


def test_size_and_sidebar_survive_a_restart(
    qtbot: QtBot, window: MainWindow, theme: Theme, icons: Icons
) -> None:
    window.resize(780, 560)  # within the off-screen platform's screen
    window.commands.sidebar.trigger()
    state = json.loads(json.dumps(window.window_state()))
    again = MainWindow(theme=theme, icons=icons)
    qtbot.addWidget(again)
    again.restore_window_state(state)
    again.show()

    assert again.size() == window.size()
    assert not again.sidebar.isVisible()


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"geometry": "not base64 ü", "sidebar_width": "wide", "sidebar_visible": 3},
        {"geometry": None, "sidebar_width": -5, "sidebar_visible": None},
        {"geometry": "AAAA", "sidebar_width": 10**9},
    ],
)
def test_a_state_that_makes_no_sense_is_left_out(
    window: MainWindow, state: dict[str, object]
) -> None:
    window.restore_window_state(state)

    assert window.sidebar.isVisible()
    assert 200 <= window.sidebar.width() <= 420


def test_closes_at_once_while_nobody_took_over(window: MainWindow) -> None:
    assert window.close()


def test_closing_waits_for_whoever_took_over(qtbot: QtBot, window: MainWindow) -> None:
    window.take_over_closing()
    with qtbot.waitSignal(window.close_requested):
        assert not window.close()
    assert window.isVisible()

    window.allow_close()
    assert window.close()


def test_the_first_run_page_is_built_when_it_is_shown(window: MainWindow) -> None:
    assert window.findChild(QWidget, "firstRunPage") is None
    window.show_page("first_run")
    assert window.first_run.isVisible()
    assert not window.chat.isVisible()
    window.show_page("chat")
    assert window.chat.composer.edit.hasFocus()


def test_a_notice_stands_where_the_user_is_looking(qtbot: QtBot, window: MainWindow) -> None:
    def shown() -> list[str]:
        labels = window.findChildren(QLabel, "noticeMessage")
        return [each.text() for each in labels if each.isVisible()]

    window.show_page("first_run")
    window.show_notice(ParleyError("The disk is full."))
    assert shown() == ["The disk is full."]
    window.show_page("chat")
    assert shown() == []
    window.show_notice(ParleyError("The disk is still full."))
    assert shown() == ["The disk is still full."]


def test_the_first_run_page_leads_to_the_settings(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("first_run")
    window.show_notice(VaultError("The keyring is locked."))
    (button,) = (
        each for each in window.findChildren(QPushButton, "noticeButton") if each.isVisible()
    )
    with qtbot.waitSignal(window.settings_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_menu_bar_can_be_shown(window: MainWindow) -> None:
    bars: list[QAction] = window.menuBar().actions()
    assert bars == []
    window.commands.menu_bar.trigger()

    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == ["File", "Edit", "View", "Conversation", "Help"]
    assert window.menuBar().isVisible()


def test_zoom_is_left_to_the_transcript(window: MainWindow) -> None:
    shortcuts = {keys for _, keys in window.commands.listed()}

    assert {"Ctrl+N", "Ctrl+,", "Ctrl+Q", "F2", "Esc", "Ctrl+0"} <= shortcuts
