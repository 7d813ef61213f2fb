"""The library's window shows what it is told and says what the user wants."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QInputDialog, QLabel, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId, DocumentId, SourceId
from desktop.presenters.library_view import (
    PAGE,
    CollectionView,
    DocumentView,
    IndexView,
    SourceView,
)
from desktop.ui.library.document_list import DocumentList
from desktop.ui.library.window import LibraryWindow
from desktop.ui.theme import Theme
from tests.ui.test_accessibility import nameless

ONE, TWO = CollectionId(uuid4()), CollectionId(uuid4())
COLLECTIONS = [
    CollectionView(id=ONE, name="Kitchen", detail="2 documents"),
    CollectionView(id=TWO, name="Papers", detail="0 documents"),
]
SOURCE = SourceView(id=SourceId(uuid4()), name="Recipes", folder="~")


def document(name: str, **values: object) -> DocumentView:
    view = DocumentView(
        id=DocumentId(uuid4()),
        name=name,
        path=f"~/Recipes/{name}",
        folder=Path("/home/ann/Recipes"),
        status="Markdown",
    )
    return replace(view, **values)  # pyright: ignore[reportArgumentType]


BREAD = document("bread.md", file=Path("/home/ann/Recipes/bread.md"))
BROKEN = document("old.pdf", status="Failed", why="It is damaged.", failed=True)
WORKING = IndexView(
    title="Indexing, 40%", detail="30 passages", action="Pause", share=0.4, can_cancel=True,
    has_choices=True,
)  # fmt: skip


@pytest.fixture
def library(qtbot: QtBot, theme: Theme) -> LibraryWindow:
    window = LibraryWindow(theme=theme)
    qtbot.addWidget(window)
    window.show()
    window.show_index(WORKING)
    window.show_collections(COLLECTIONS, ONE)
    window.show_content([SOURCE], {0: [BROKEN, BREAD]}, count=2, failed=1)
    return window


def button(library: QWidget, name: str) -> QPushButton:
    found = library.findChild(QPushButton, name)
    assert found is not None
    return found


def rows(library: QWidget, name: str) -> QListWidget:
    found = library.findChild(QListWidget, name)
    assert found is not None
    return found


def documents(library: QWidget) -> DocumentList:
    found = library.findChild(DocumentList, "documentList")
    assert found is not None
    return found


def choose(library: QWidget, row: int) -> DocumentList:
    listed = documents(library)
    listed.setCurrentIndex(listed.documents.index(row))
    return listed


def test_every_widget_has_a_name(library: LibraryWindow) -> None:
    assert [each for each in nameless(library) if "Prompt" not in each] == []


def test_the_rows_speak_of_status_and_reason(library: LibraryWindow) -> None:
    index = documents(library).documents.index(0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)

    assert spoken == "old.pdf, Failed, It is damaged."
    assert button(library, "retryDocumentsButton").text() == "Try 1 again"


def test_the_index_is_steered(library: LibraryWindow, qtbot: QtBot) -> None:
    for name, signal in (
        ("indexActionButton", library.action_requested),
        ("indexCancelButton", library.cancel_requested),
        ("retryDocumentsButton", library.retry_requested),
    ):
        with qtbot.waitSignal(signal):
            button(library, name).click()
    gentle = library.findChild(QCheckBox, "indexGentleCheck")
    assert gentle is not None
    with qtbot.waitSignal(library.gentle_chosen) as chosen:
        gentle.click()
    assert chosen.args == [True]


def test_what_has_no_button_shows_none(library: LibraryWindow) -> None:
    library.show_index(IndexView(title="Ready", detail="All is found."))

    assert not button(library, "indexActionButton").isVisible()
    assert not button(library, "indexCancelButton").isVisible()


def test_choosing_and_removing(library: LibraryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(library.collection_chosen) as chosen:
        rows(library, "collectionList").setCurrentRow(1)
    assert chosen.args == [TWO]
    sources = rows(library, "sourceList")
    assert not button(library, "removeSourceButton").isVisible()
    sources.setCurrentRow(0)
    with qtbot.waitSignal(library.source_removed) as removed:
        qtbot.keyClick(sources, Qt.Key.Key_Delete)
    assert removed.args == [SOURCE.id]


def test_what_is_not_listed_is_counted(library: LibraryWindow, qtbot: QtBot) -> None:
    removed: list[object] = []
    library.source_removed.connect(removed.append)
    library.show_content([SOURCE], {0: [BREAD]}, count=1, failed=0, more_sources=4800)
    sources = rows(library, "sourceList")
    assert sources.item(1).text() == "And 4,800 more"
    sources.setCurrentRow(1)
    qtbot.keyClick(sources, Qt.Key.Key_Delete)

    assert not button(library, "removeSourceButton").isVisible()
    assert removed == []


def test_new_rows_keep_the_chosen_one(library: LibraryWindow) -> None:
    listed = choose(library, 1)
    library.show_content([SOURCE], {0: [BREAD]}, count=1, failed=0)

    assert listed.currentIndex().row() == 0
    assert listed.current == BREAD
    assert not button(library, "retryDocumentsButton").isVisible()

    library.show_content([SOURCE], {0: [BROKEN]}, count=1, failed=1)
    assert listed.current is None
    assert not button(library, "readAgainButton").isVisible()


def test_a_chosen_document_says_why_it_failed_and_can_be_read_again(
    library: LibraryWindow, qtbot: QtBot
) -> None:
    listed = choose(library, 0)
    why = library.findChild(QLabel, "documentWhy")
    assert why is not None
    assert (why.text(), why.isVisible()) == ("It is damaged.", True)
    assert not button(library, "openDocumentButton").isVisible()
    with qtbot.waitSignal(library.read_again_requested) as again:
        button(library, "readAgainButton").click()
    with qtbot.waitSignal(library.leave_out_requested) as left_out:
        qtbot.keyClick(listed, Qt.Key.Key_Delete)
    assert [again.args, left_out.args] == [[BROKEN.id], [BROKEN.id]]

    menu = listed.menu(BROKEN)
    assert [each.text() for each in menu.actions() if each.isEnabled() and each.text()] == [
        "Open its folder",
        "Try again",
        "Leave out",
    ]
    menu.close()


def test_files_and_folders_are_opened(
    library: LibraryWindow, qtbot: QtBot, opened: list[str]
) -> None:
    listed = choose(library, 1)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    button(library, "openFolderButton").click()
    qtbot.keyClick(choose(library, 0), Qt.Key.Key_Return)

    assert opened == ["/home/ann/Recipes/bread.md", "/home/ann/Recipes"]


def test_a_hundred_thousand_documents_are_read_where_they_are_looked_at(
    library: LibraryWindow, qtbot: QtBot
) -> None:
    asked: list[int] = []
    library.page_requested.connect(asked.append)
    first = [document(f"{number}.md") for number in range(PAGE)]
    library.show_content([SOURCE], {0: first}, count=100_000, failed=0)
    listed = documents(library)
    listed.scrollToBottom()
    qtbot.waitUntil(lambda: asked == [999])
    library.show_page(999, [document(f"last {number}.md") for number in range(PAGE)])
    choose(library, 99_999)

    assert listed.current is not None
    assert listed.current.name == "last 99.md"
    assert library.visible_pages() == [999]
    assert asked == [999]


def test_names_are_asked_for(library: LibraryWindow, qtbot: QtBot) -> None:
    button(library, "newCollectionButton").click()
    dialog = library.findChild(QInputDialog, "collectionNameDialog")
    assert dialog is not None
    dialog.setTextValue("Letters")
    with qtbot.waitSignal(library.create_requested) as created:
        dialog.accept()

    assert created.args == ["Letters"]


def test_deleting_is_asked_about(library: LibraryWindow, qtbot: QtBot) -> None:
    choose(library, 0)
    button(library, "deleteCollectionButton").click()
    assert not button(library, "readAgainButton").isVisible()
    button(library, "cancelDeleteButton").click()
    assert button(library, "readAgainButton").isVisible()
    button(library, "deleteCollectionButton").click()
    with qtbot.waitSignal(library.delete_requested):
        button(library, "confirmDeleteButton").click()


def test_files_can_be_dropped(library: LibraryWindow, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    buttons = Qt.MouseButton.LeftButton
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(library.paths_added) as added:
        library.dropEvent(event)

    assert added.args == [[tmp_path]]


def test_without_collections_it_says_what_they_are_for(library: LibraryWindow) -> None:
    library.show_collections([], None)
    words = library.findChild(QLabel, "libraryEmptyWords")

    assert words is not None
    assert words.isVisible()


def test_an_error_is_told(library: LibraryWindow) -> None:
    library.show_error(ParleyError("The disk is full.", cure="Free some space."))

    assert button(library, "dismissErrorButton").isVisible()
