from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.core.conversation import ConversationSummary
from desktop.ui.icons import Icons
from desktop.ui.sidebar import SEARCH_DELAY, Sidebar
from desktop.ui.theme import Theme

SummaryMaker = Callable[..., ConversationSummary]


@pytest.fixture
def rows(summary: SummaryMaker) -> list[ConversationSummary]:
    return [summary("Pinned one", pinned=True), summary("Soup"), summary("Old", days=3)]


@pytest.fixture
def sidebar(qtbot: QtBot, theme: Theme, icons: Icons, rows: list[ConversationSummary]) -> Sidebar:
    sidebar = Sidebar(theme=theme, icons=icons)
    qtbot.addWidget(sidebar)
    sidebar.resize(268, 600)
    sidebar.show()
    sidebar.show_conversations(rows, searching=False)
    return sidebar


def search_edit(sidebar: Sidebar) -> QLineEdit:
    edit = sidebar.findChild(QLineEdit, "searchEdit")
    assert isinstance(edit, QLineEdit)
    return edit


def row_centre(sidebar: Sidebar, row: ConversationSummary) -> QPoint:
    return sidebar.list.visualRect(sidebar.list.conversations.index_of(row.id)).center()


def test_a_click_selects(qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]) -> None:
    with qtbot.waitSignal(sidebar.conversation_selected, timeout=500) as selected:
        qtbot.mouseClick(
            sidebar.list.viewport(),
            Qt.MouseButton.LeftButton,
            pos=row_centre(sidebar, rows[1]),
        )

    assert selected.args == [rows[1].id]


def test_the_list_works_by_keyboard(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    sidebar.select(rows[0].id)
    sidebar.list.setFocus()
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Down)  # over the heading between them
    with qtbot.waitSignal(sidebar.conversation_selected, timeout=500) as opened:
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    assert opened.args == [rows[1].id]

    with qtbot.waitSignal(sidebar.delete_requested, timeout=500) as deleted:
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    assert deleted.args == [rows[1].id]


def test_f2_renames_in_place(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    sidebar.select(rows[1].id)
    sidebar.list.setFocus()
    qtbot.keyClick(sidebar.list, Qt.Key.Key_F2)
    editor = sidebar.list.findChild(QLineEdit, "renameEdit")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Soup"
    editor.selectAll()
    qtbot.keyClicks(editor, "Stew")
    with qtbot.waitSignal(sidebar.rename_requested, timeout=500) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert renamed.args == [rows[1].id, "Stew"]


def test_rows_that_come_during_a_rename_wait_for_its_end(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    sidebar.list.rename(rows[1])
    sidebar.show_conversations([rows[2]], searching=False)
    editor = sidebar.list.findChild(QLineEdit, "renameEdit")
    assert isinstance(editor, QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: sidebar.list.conversations.rowCount() == 2, timeout=1000)


def test_selecting_from_outside_reports_nothing(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    with qtbot.assertNotEmitted(sidebar.conversation_selected):
        sidebar.select(rows[2].id)

    assert sidebar.list.chosen() == rows[2]


def test_new_rows_keep_selection_and_scroll_position(
    sidebar: Sidebar, summary: SummaryMaker
) -> None:
    many = [summary(f"Chat {number}") for number in range(80)]
    sidebar.show_conversations(many, searching=False)
    sidebar.select(many[40].id)
    scrolled = sidebar.list.verticalScrollBar().value()
    sidebar.show_conversations([*many, summary("Another")], searching=False)

    assert scrolled > 0
    assert sidebar.list.verticalScrollBar().value() == scrolled
    assert sidebar.list.conversations.summary(sidebar.list.currentIndex()) == many[40]


def test_search_waits_for_a_pause_in_typing(qtbot: QtBot, sidebar: Sidebar) -> None:
    asked: list[str] = []
    sidebar.search_changed.connect(asked.append)
    qtbot.keyClicks(search_edit(sidebar), "soup")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["soup"], timeout=10 * SEARCH_DELAY)

    qtbot.keyClick(search_edit(sidebar), Qt.Key.Key_Escape)
    assert asked == ["soup", ""]
    assert search_edit(sidebar).text() == ""


def test_down_goes_from_the_search_to_the_list(qtbot: QtBot, sidebar: Sidebar) -> None:
    qtbot.waitExposed(sidebar)
    search_edit(sidebar).setFocus()
    qtbot.keyClick(search_edit(sidebar), Qt.Key.Key_Down)

    assert QApplication.focusWidget() is sidebar.list or sidebar.list.hasFocus()


def test_says_why_the_list_is_empty(qtbot: QtBot, sidebar: Sidebar) -> None:
    empty = sidebar.findChild(QLabel, "sidebarEmpty")
    assert isinstance(empty, QLabel)
    sidebar.show_conversations([], searching=False)
    assert empty.isVisible()
    assert empty.text() == "No conversations yet"

    qtbot.keyClicks(search_edit(sidebar), "xyz")
    sidebar.show_conversations([], searching=True)
    assert empty.text() == "Nothing found for “xyz”"


def test_the_context_menu_offers_what_fits(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    menu = sidebar.list.menu_for(rows[0])
    entries = {action.text(): action for action in menu.actions() if action.text()}

    assert list(entries) == ["Open", "Rename", "Unpin", "Delete"]
    with qtbot.waitSignal(sidebar.pin_requested, timeout=500) as pinned:
        entries["Unpin"].trigger()
    assert pinned.args == [rows[0].id, False]
    menu.deleteLater()


def test_the_account_is_shown(sidebar: Sidebar) -> None:
    sidebar.set_account("anthropic", "Keys in the system keyring")
    shown = {label.objectName(): label.text() for label in sidebar.findChildren(QLabel)}

    assert shown["accountTitle"] == "anthropic"
    assert shown["avatar"] == "A"


def test_the_streaming_dot_is_painted(
    sidebar: Sidebar, rows: list[ConversationSummary], theme: Theme
) -> None:
    def colours() -> set[str]:
        picture = sidebar.list.viewport().grab().toImage()
        y = row_centre(sidebar, rows[1]).y()
        return {picture.pixelColor(x, y).name() for x in range(picture.width())}

    assert theme.tokens.accent not in colours()
    sidebar.set_active(rows[1].id, True)
    assert theme.tokens.accent in colours()
