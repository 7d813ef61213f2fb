from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStyleOptionViewItem,
)
from pytestqt.qtbot import QtBot

from desktop.core.changes import AddFolder, Delete, Erase, Move, Pin, Restore
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import new_folder_id, new_message_id
from desktop.core.organising import Folder, Group, Listing, Place
from desktop.core.search import SearchHit
from desktop.ui.conversation_model import grouped
from desktop.ui.filter_button import FilterButton
from desktop.ui.icons import Icons
from desktop.ui.sidebar import Sidebar
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
    show(sidebar, rows)
    return sidebar


def show(sidebar: Sidebar, rows: list[ConversationSummary]) -> None:
    today = datetime.now().astimezone().date()
    sidebar.show_list(Listing(), grouped(rows, today), {0: rows})


def search_edit(sidebar: Sidebar) -> QLineEdit:
    edit = sidebar.findChild(QLineEdit, "searchEdit")
    assert isinstance(edit, QLineEdit)
    return edit


def row_centre(sidebar: Sidebar, row: ConversationSummary) -> QPoint:
    return sidebar.list.visualRect(sidebar.list.conversations.index_of(row.id)).center()


def test_a_click_selects(qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]) -> None:
    with qtbot.waitSignal(sidebar.conversation_selected) as selected:
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
    with qtbot.waitSignal(sidebar.conversation_selected) as opened:
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    assert opened.args == [rows[1].id]

    with qtbot.waitSignal(sidebar.change_requested) as deleted:
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    assert deleted.args == [Delete((rows[1].id,))]


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
    with qtbot.waitSignal(sidebar.rename_requested) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert renamed.args == [rows[1].id, "Stew"]


def test_rows_that_come_during_a_rename_wait_for_its_end(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    sidebar.list.rename(rows[1])
    show(sidebar, [rows[2]])
    editor = sidebar.list.findChild(QLineEdit, "renameEdit")
    assert isinstance(editor, QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: sidebar.list.conversations.rowCount() == 2, timeout=20_000)


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
    show(sidebar, many)
    sidebar.select(many[40].id)
    scrolled = sidebar.list.verticalScrollBar().value()
    show(sidebar, [*many, summary("Another")])

    assert scrolled > 0
    assert sidebar.list.verticalScrollBar().value() == scrolled
    assert sidebar.list.conversations.summary(sidebar.list.currentIndex()) == many[40]


def test_search_waits_for_a_pause_in_typing(qtbot: QtBot, sidebar: Sidebar) -> None:
    asked: list[str] = []
    sidebar.search_changed.connect(asked.append)
    qtbot.keyClicks(search_edit(sidebar), "soup")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["soup"], timeout=20_000)

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
    show(sidebar, [])
    assert empty.isVisible()
    assert empty.text() == "No conversations yet"

    qtbot.keyClicks(search_edit(sidebar), "xyz")
    sidebar.show_results("xyz", [], complete=False)
    assert empty.text() == "Looking for what means the same…"
    sidebar.show_results("xyz", [])
    assert empty.text() == "Nothing found for “xyz”"
    sidebar.show_similar([])
    assert empty.text() == "Nothing is much like this message"


def entries_of(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_context_menu_offers_what_fits(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    menu = sidebar.list.menu_for(rows[:1])
    entries = entries_of(menu)

    assert list(entries) == [
        *("Open", "Rename", "Duplicate", "Unpin", "Move to folder", "Tags", "Archive"),
        *("Delete", "Statistics…", "Export…"),
    ]
    with qtbot.waitSignal(sidebar.export_requested) as exported:
        entries["Export…"].trigger()
    assert exported.args == [(rows[0].id,)]
    with qtbot.waitSignal(sidebar.change_requested) as pinned:
        entries["Unpin"].trigger()
    assert pinned.args == [Pin((rows[0].id,), on=False)]
    menu.deleteLater()


def test_several_are_chosen_and_changed_together(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    viewport = sidebar.list.viewport()
    left, ctrl = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(viewport, left, pos=row_centre(sidebar, rows[1]))
    with qtbot.assertNotEmitted(sidebar.conversation_selected):
        qtbot.mouseClick(viewport, left, ctrl, pos=row_centre(sidebar, rows[2]))
    sidebar.list.setFocus()
    assert sidebar.list.all_chosen() == rows[1:]

    with qtbot.waitSignal(sidebar.change_requested) as deleted:
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    assert deleted.args == [Delete((rows[1].id, rows[2].id))]
    menu = sidebar.list.menu_for(rows[1:])
    assert "Delete 2" in entries_of(menu)
    assert "Rename" not in entries_of(menu)
    menu.deleteLater()


def test_what_is_in_the_trash_can_be_restored_or_erased(
    qtbot: QtBot, sidebar: Sidebar, summary: SummaryMaker
) -> None:
    gone = replace(summary("Gone"), deleted=True)
    sidebar.show_list(Listing(place=Place.TRASH), [Group(None, 1)], {0: [gone]})
    empty = sidebar.findChild(QPushButton, "emptyTrash")
    assert empty is not None
    assert empty.isVisible()

    menu = sidebar.list.menu_for([gone])
    with qtbot.waitSignal(sidebar.change_requested) as restored:
        entries_of(menu)["Restore"].trigger()
    assert restored.args == [Restore((gone.id,))]
    menu.deleteLater()
    sidebar.select(gone.id)
    sidebar.list.setFocus()
    with qtbot.waitSignal(sidebar.change_requested) as erased:
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    assert erased.args == [Erase((gone.id,))]


def test_conversations_are_dragged_into_folders(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    folder = Folder(id=new_folder_id(), name="Kitchen", count=3)
    sidebar.show_folders([folder], ["red"])
    assert sidebar.folders.isVisible()
    model = sidebar.list.conversations
    data = model.mimeData([model.index_of(rows[1].id), model.index_of(rows[2].id)])
    place = sidebar.folders.visualItemRect(sidebar.folders.item(0)).center()
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, Qt.DropAction.MoveAction, data, left, nothing)
    sidebar.folders.dragEnterEvent(enter)
    assert enter.isAccepted()

    drop = QDropEvent(QPointF(place), Qt.DropAction.MoveAction, data, left, nothing)
    with qtbot.waitSignal(sidebar.change_requested) as moved:
        sidebar.folders.dropEvent(drop)
    assert moved.args == [Move((rows[1].id, rows[2].id), folder.id)]
    with qtbot.waitSignal(sidebar.listing_requested) as listed:
        qtbot.mouseClick(sidebar.folders.viewport(), left, pos=place)
    assert listed.args == [Listing(place=Place.FOLDER, folder_id=folder.id, name="Kitchen")]


def test_one_label_stands_for_all_that_is_dragged(
    sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    listed = sidebar.list
    indexes = [listed.conversations.index_of(row.id) for row in rows[:2]]
    listed.show_current(indexes[0])
    listed.selectionModel().select(indexes[1], QItemSelectionModel.SelectionFlag.Select)
    listed.setState(QAbstractItemView.State.DraggingState)
    nothing = dragged(sidebar, QModelIndex())

    assert dragged(sidebar, indexes[0]) != nothing
    assert dragged(sidebar, indexes[1]) == nothing
    listed.setState(QAbstractItemView.State.NoState)
    assert dragged(sidebar, indexes[1]) != nothing


def dragged(sidebar: Sidebar, index: QModelIndex) -> QImage:
    """Paint a row as it hangs on the mouse."""
    pixmap = QPixmap(268, 34)
    pixmap.fill(Qt.GlobalColor.transparent)
    option = QStyleOptionViewItem()
    option.rect = pixmap.rect()  # pyright: ignore[reportAttributeAccessIssue]
    with QPainter(pixmap) as painter:
        if index.isValid():
            sidebar.list.itemDelegate().paint(painter, option, index)
    return pixmap.toImage()


def test_a_new_folder_is_named(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    menu = sidebar.list.menu_for(rows[:1])
    folders = menu.findChild(QMenu, "folderMenu")
    assert isinstance(folders, QMenu)
    entries_of(folders)["New folder…"].trigger()
    edit = sidebar.window().findChild(QLineEdit, "nameEdit")
    assert isinstance(edit, QLineEdit)
    qtbot.keyClicks(edit, "Kitchen")
    with qtbot.waitSignal(sidebar.change_requested) as made:
        qtbot.keyClick(edit, Qt.Key.Key_Return)

    assert made.args == [AddFolder("Kitchen", (rows[0].id,))]
    menu.deleteLater()


def test_results_show_the_match_and_lead_to_it(
    qtbot: QtBot, sidebar: Sidebar, rows: list[ConversationSummary]
) -> None:
    hit = SearchHit(
        conversation_id=rows[1].id,
        message_id=new_message_id(),
        title="Soup",
        snippet="💥 Boil the onions",
        marks=((11, 17),),
        at=datetime.now(UTC),
    )
    search_edit(sidebar).setText("onion")
    sidebar.show_results("onion", [hit])
    assert sidebar.results.isVisible()
    plain = sidebar.results.grab().toImage()
    unmarked = replace(hit, marks=())
    assert plain != replaced(sidebar, unmarked)
    assert replaced(sidebar, unmarked) != replaced(sidebar, replace(unmarked, snippet=""))
    long = replace(unmarked, snippet="onions and " * 40)
    assert replaced(sidebar, long) == replaced(sidebar, replace(long, snippet=long.snippet * 2))
    title = replace(hit, message_id=None, snippet="Onions")
    sidebar.show_results("onion", [hit, title])
    rects = [sidebar.results.visualRect(sidebar.results.results.index(row)) for row in (0, 1)]
    assert rects[1].height() < 32 < rects[0].height()  # a title alone has no room for a text

    qtbot.keyClick(search_edit(sidebar), Qt.Key.Key_Down)
    with qtbot.waitSignal(sidebar.hit_chosen) as chosen:
        qtbot.keyClick(sidebar.results, Qt.Key.Key_Return)
    assert chosen.args == [hit]
    sidebar.end_search()
    assert sidebar.list.isVisible()


def replaced(sidebar: Sidebar, hit: SearchHit) -> QImage:
    sidebar.show_results("onion", [hit])
    return sidebar.results.grab().toImage()


def test_filters_are_put_into_the_search_field(qtbot: QtBot, sidebar: Sidebar) -> None:
    sidebar.offer_models(["gpt 5"])
    button = sidebar.findChild(FilterButton)
    assert button is not None
    search_edit(sidebar).setText("onion")
    button.open_menu()
    menu = button.findChild(QMenu, "filterMenu")
    assert isinstance(menu, QMenu)
    entries_of(menu)["Messages with code"].trigger()
    assert search_edit(sidebar).text() == "onion has:code "
    models = menu.findChild(QMenu, "modelFilterMenu")
    assert isinstance(models, QMenu)
    entries_of(models)["gpt 5"].trigger()
    assert search_edit(sidebar).text() == 'onion has:code model:"gpt 5" '

    with qtbot.waitSignal(sidebar.listing_requested) as listed:
        entries_of(menu)["Archive"].trigger()
    assert listed.args == [Listing(place=Place.ARCHIVE)]
    assert search_edit(sidebar).text() == ""
    menu.close()


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
