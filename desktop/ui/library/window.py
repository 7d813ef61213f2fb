"""The library's window: the index above, collections at the left, their documents beside."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId
from desktop.presenters.library_view import (
    CollectionView,
    DocumentView,
    IndexView,
    Pages,
    SourceView,
)
from desktop.ui.library.document_details import DocumentDetails
from desktop.ui.library.document_list import DocumentList
from desktop.ui.library.index_card import IndexCard
from desktop.ui.library.rows import Row, RowList
from desktop.ui.look import Label, WrappedLabel, named, resize_to_fit
from desktop.ui.settings.controls import Button, Group
from desktop.ui.settings.controls import Row as ButtonRow
from desktop.ui.settings.prompt import Prompt
from desktop.ui.theme import Theme

SIZE = QSize(860, 680)
SMALLEST = QSize(760, 580)
LEFT = 230
_SOURCES_SHOWN = 2


class LibraryWindow(QDialog):
    """Implements `LibraryView`; the signals say what the user wants."""

    action_requested = Signal()
    cancel_requested = Signal()
    history_chosen = Signal(bool)
    gentle_chosen = Signal(bool)
    collection_chosen = Signal(object)
    create_requested = Signal(str)
    rename_requested = Signal(str)
    delete_requested = Signal()
    paths_added = Signal(object)
    source_removed = Signal(object)
    retry_requested = Signal()
    read_again_requested = Signal(object)
    leave_out_requested = Signal(object)
    page_requested = Signal(int)

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "libraryWindow", self.tr("Library"))
        self.setWindowTitle(self.tr("Library"))
        self.setMinimumSize(SMALLEST)
        resize_to_fit(self, SIZE)
        self.setAcceptDrops(True)
        self._index = IndexCard()
        self._collections = RowList("collectionList", self.tr("Collections"), theme=theme)
        self._sources = RowList("sourceList", self.tr("Files and folders"), theme=theme)
        self._documents = DocumentList(theme=theme)
        self._details = DocumentDetails()
        self._prompt = Prompt()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.show_content([], {}, count=0, failed=0)

    def show_index(self, index: IndexView) -> None:
        """Show how far search by meaning is."""
        self._index.show_index(index)

    def show_collections(
        self, collections: Sequence[CollectionView], chosen: CollectionId | None
    ) -> None:
        """Replace the collections."""
        rows = [
            Row(key=each.id, title=each.name, detail=each.detail, tip=each.detail)
            for each in collections
        ]
        self._collections.show_rows(rows, chosen=chosen)
        any_there = bool(collections)
        self._pages.setCurrentIndex(1 if any_there else 0)
        for button in (self._rename, self._delete):
            button.setVisible(any_there)

    def visible_pages(self) -> Sequence[int]:
        """Return the numbers of the pages of documents on screen, at least the first."""
        return self._documents.visible_pages()

    def show_content(
        self,
        sources: Sequence[SourceView],
        pages: Pages,
        *,
        count: int,
        failed: int,
        more_sources: int = 0,
    ) -> None:
        """Replace what is in the chosen collection."""
        rows = [_source_row(each) for each in sources]
        if more_sources:
            title = self.tr("And {count} more").format(count=f"{more_sources:,}")
            detail = self.tr("All files are among the documents below.")
            rows.append(Row(key=None, title=title, detail=detail))
        self._sources.show_rows(rows)
        height = self._sources.sizeHintForRow(0) if sources else 0
        self._sources.setFixedHeight(height * min(len(sources), _SOURCES_SHOWN) + 4)
        self._documents.show_documents(count, pages)
        self._retry.setVisible(failed > 0)
        self._retry.set_text(self.tr("Try {count} again").format(count=f"{failed:,}"))
        self._none.setVisible(not sources)
        self._documents_title.setVisible(bool(sources))
        self._offer_removal()

    def show_page(self, number: int, documents: Sequence[DocumentView]) -> None:
        """Fill in one page of the documents."""
        self._documents.documents.set_page(number, documents)

    def show_error(self, error: ParleyError) -> None:
        """Say what failed."""
        answer = ("dismissErrorButton", self.tr("Close"), None)
        self._prompt.ask(error.message, error.cure, [answer], kind="error")
        self._show_chosen()

    def _make_buttons(self) -> None:
        self._new = Button(self.tr("New…"), name="newCollectionButton")
        self._rename = Button(self.tr("Rename…"), name="renameCollectionButton", kind="quiet")
        self._delete = Button(self.tr("Delete…"), name="deleteCollectionButton", kind="quiet")
        self._first = Button(self.tr("Add a folder…"), name="firstFolderButton", kind="primary")
        self._files = Button(self.tr("Add files…"), name="addFilesButton")
        self._folder = Button(self.tr("Add folder…"), name="addFolderButton")
        self._remove = Button(self.tr("Remove"), name="removeSourceButton", kind="quiet")
        self._retry = Button("", name="retryDocumentsButton", kind="quiet")

    def _lay_out(self) -> None:
        self._pages = named(QStackedWidget(), "libraryPages", self.tr("Documents"))
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._content_page())
        splitter = named(QSplitter(), "librarySplitter", self.tr("Collections and documents"))
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._left())
        splitter.addWidget(self._pages)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([LEFT, 3 * LEFT])
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(14)
        column.addWidget(self._index)
        column.addWidget(splitter, 1)
        column.addWidget(self._prompt)

    def _left(self) -> QWidget:
        buttons = ButtonRow(self._new, self._rename, self._delete, name="collectionButtons")
        group = Group(
            Label(self.tr("Collections"), kind="title", name="collectionsTitle"),
            self._collections,
            buttons,
            name="collectionsSide",
            spacing=8,
        )
        buttons.setAccessibleName(self.tr("Collections"))
        group.setAccessibleName(self.tr("Collections"))
        layout = group.layout()
        assert layout is not None, "a group has one"
        layout.setContentsMargins(0, 0, 12, 0)
        return group

    def _empty_page(self) -> QWidget:
        page = named(QWidget(), "libraryEmpty", self.tr("No collections"))
        words = WrappedLabel(
            self.tr(
                "A collection is a set of files and folders that Parley reads and keeps up to "
                "date: PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, HTML, Markdown, text, "
                "code and CSV. You find them by search, and attach a collection to a "
                "conversation for answers that name their sources."
            ),
            kind="muted",
            name="libraryEmptyWords",
        )
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        column.addWidget(
            Label(self.tr("No collections yet"), kind="name", name="libraryEmptyTitle")
        )
        column.addWidget(words)
        column.addSpacing(8)
        column.addWidget(self._first, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)
        return page

    def _content_page(self) -> QWidget:
        self._none = WrappedLabel(
            self.tr("Add files or folders, or drop them here."), kind="muted", name="noSources"
        )
        self._sources_title = Label(self.tr("Files and folders"), kind="title", name="sourcesTitle")
        self._documents_title = Label(self.tr("Documents"), kind="title", name="documentsTitle")
        page = named(QWidget(), "libraryContent", self.tr("Documents"))
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(_line(self._sources_title, self._remove, self._files, self._folder))
        column.addWidget(self._none)
        column.addWidget(self._sources)
        column.addSpacing(4)
        column.addLayout(_line(self._documents_title, self._retry))
        column.addWidget(self._documents, 1)
        column.addWidget(self._details)
        return page

    def _connect(self) -> None:
        self._index.action_requested.connect(self.action_requested)
        self._index.cancel_requested.connect(self.cancel_requested)
        self._index.history_chosen.connect(self.history_chosen)
        self._index.gentle_chosen.connect(self.gentle_chosen)
        self._collections.chosen.connect(self.collection_chosen)
        self._new.clicked.connect(self._ask_new_name)
        self._rename.clicked.connect(self._ask_other_name)
        self._delete.clicked.connect(self._ask_delete)
        self._first.clicked.connect(self._choose_folder)
        self._files.clicked.connect(self._choose_files)
        self._folder.clicked.connect(self._choose_folder)
        self._sources.chosen.connect(self._offer_removal)
        self._remove.clicked.connect(self._remove_source)
        self._retry.clicked.connect(self.retry_requested)
        self._prompt.dismissed.connect(self._show_chosen)
        self._sources.delete_pressed.connect(self._remove_source)
        self._connect_documents()

    def _connect_documents(self) -> None:
        documents, details = self._documents, self._details
        documents.current_changed.connect(self._show_details)
        documents.documents.page_requested.connect(self.page_requested)
        documents.read_again_requested.connect(self.read_again_requested)
        documents.leave_out_requested.connect(self.leave_out_requested)
        details.read_again_requested.connect(documents.read_again)
        details.open_requested.connect(documents.open_current)
        details.folder_requested.connect(documents.show_folder)
        details.leave_out_requested.connect(documents.leave_out)

    def _show_chosen(self) -> None:
        self._show_details(self._documents.current)

    def _show_details(self, document: DocumentView | None) -> None:
        if self._prompt.isVisibleTo(self):
            document = None  # a small window has no room for both
        words = "" if document is None else self._documents.words_for_reading(document)
        self._details.show_document(document, words)

    def _ask_new_name(self) -> None:
        self._ask_name(self.tr("New collection"), "", self.create_requested.emit)

    def _ask_other_name(self) -> None:
        chosen = self._collections.current
        if chosen is not None:
            self._ask_name(
                self.tr("Rename the collection"), chosen.title, self.rename_requested.emit
            )

    def _ask_name(self, title: str, name: str, tell: Callable[[str], None]) -> None:
        dialog = named(QInputDialog(self), "collectionNameDialog", title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(tell)
        dialog.open()

    def _ask_delete(self) -> None:
        chosen = self._collections.current
        if chosen is None:
            return
        self._prompt.ask(
            self.tr("Delete the collection {name}?").format(name=chosen.title),
            self.tr("What Parley read of its files is forgotten. The files stay where they are."),
            [
                ("confirmDeleteButton", self.tr("Delete"), self.delete_requested.emit),
                ("cancelDeleteButton", self.tr("Cancel"), None),
            ],
        )
        self._show_chosen()

    def _choose_files(self) -> None:
        self._choose(self.tr("Add files"), QFileDialog.FileMode.ExistingFiles)

    def _choose_folder(self) -> None:
        self._choose(self.tr("Add a folder"), QFileDialog.FileMode.Directory)

    def _choose(self, title: str, mode: QFileDialog.FileMode) -> None:
        dialog = named(QFileDialog(self, title), "addDocumentsDialog", title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._add)
        dialog.open()

    def _add(self, names: list[str]) -> None:
        self.paths_added.emit([Path(name) for name in names])

    def _offer_removal(self) -> None:
        chosen = self._sources.current
        self._remove.setVisible(chosen is not None and chosen.key is not None)

    def _remove_source(self) -> None:
        chosen = self._sources.current
        if chosen is not None and chosen.key is not None:
            self.source_removed.emit(chosen.key)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the collections."""
        super().showEvent(event)
        self._collections.setFocus()

    def reject(self) -> None:
        """Escape answers a question that stands, else it closes."""
        if self._prompt.isVisibleTo(self):
            self._prompt.dismiss()
        else:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        self.paths_added.emit(paths)
        event.acceptProposedAction()


def _line(title: QWidget, *buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(title, 1)
    for button in buttons:
        row.addWidget(button)
    return row


def _source_row(source: SourceView) -> Row:
    return Row(
        key=source.id,
        title=source.name,
        detail=source.problem or source.progress or source.folder,
        tone="danger" if source.problem else "plain",
        tip=f"{Path(source.folder, source.name)}\n{source.problem}".strip(),
    )
