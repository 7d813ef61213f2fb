"""The list of a collection's documents: mouse, keyboard and context menu."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView

from desktop.core.ids import DocumentId
from desktop.presenters.library_view import PAGE, DocumentView, Pages
from desktop.ui.library.document_model import DocumentModel
from desktop.ui.library.rows import ROW, RowDelegate
from desktop.ui.look import named
from desktop.ui.theme import Theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DocumentList(QTableView):
    """Says what the user wants done with the current document.

    It is a table of one column: a list view would ask the model for each of a hundred thousand
    rows. `current_changed` carries a `DocumentView`, None where no document is chosen.
    """

    current_changed = Signal(object)
    read_again_requested = Signal(object)
    leave_out_requested = Signal(object)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self.documents = DocumentModel(self)
        self._chosen: DocumentId | None = None
        self._told: DocumentView | None = None
        named(self, "documentList", self.tr("Documents"))
        self.setModel(self.documents)
        self.setItemDelegate(RowDelegate(self, theme))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._set_headers()
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._choose)
        self.doubleClicked.connect(self.open_current)
        theme.changed.connect(self.viewport().update)

    @property
    def current(self) -> DocumentView | None:
        """The document that is chosen."""
        return self.documents.document(self.currentIndex())

    def show_documents(self, count: int, pages: Pages) -> None:
        """Show other documents; the chosen one stays chosen and the list where it is."""
        bar = self.verticalScrollBar()
        scrolled, chosen = bar.value(), self._chosen
        self.documents.show(count, pages)
        if chosen is not None:
            self._put_on(self.documents.index_of(chosen))
        bar.setValue(scrolled)
        self._tell()

    def visible_pages(self) -> list[int]:
        """Return the numbers of the pages on screen, at least the first."""
        count = self.documents.rowCount()
        if not self.isVisible() or not count:
            return [0]
        top = max(0, self.verticalScrollBar().value() // ROW)
        bottom = min(count - 1, top + self.viewport().height() // ROW + 1)
        return list(range(min(top, bottom) // PAGE, bottom // PAGE + 1))

    def open_current(self) -> None:
        """Open the chosen file with the program that the system has for it."""
        if (document := self.current) is not None and document.file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(document.file)))

    def show_folder(self) -> None:
        """Open the folder that the chosen file lies in."""
        if (document := self.current) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(document.folder)))

    def read_again(self) -> None:
        """Ask for the chosen document to be read once more."""
        if (document := self.current) is not None:
            self.read_again_requested.emit(document.id)

    def leave_out(self) -> None:
        """Ask for the chosen document to be forgotten."""
        if (document := self.current) is not None and not document.left_out:
            self.leave_out_requested.emit(document.id)

    def words_for_reading(self, document: DocumentView) -> str:
        """Say what reading it once more means."""
        if document.left_out:
            return self.tr("Take back in")
        return self.tr("Try again") if document.failed else self.tr("Read again")

    def menu(self, document: DocumentView) -> QMenu:
        """Build the context menu of the chosen document."""
        menu = named(QMenu(self), "documentMenu", self.tr("Document"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def offer(text: str, act: Callable[[], None], *, fits: bool = True) -> None:
            menu.addAction(text, act).setEnabled(fits)

        offer(self.tr("Open"), self.open_current, fits=document.file is not None)
        offer(self.tr("Open its folder"), self.show_folder)
        menu.addSeparator()
        offer(self.words_for_reading(document), self.read_again)
        offer(self.tr("Leave out"), self.leave_out, fits=not document.left_out)
        return menu

    def _choose(self, current: QModelIndex) -> None:
        document = self.documents.document(current)
        self._chosen = None if document is None else document.id
        self._tell()

    def _put_on(self, index: QModelIndex) -> None:
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def _tell(self) -> None:
        if (document := self.current) != self._told:
            self._told = document
            self.current_changed.emit(document)

    def _set_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        named(rows, "documentRowHeader", self.tr("Rows"))
        named(columns, "documentColumnHeader", self.tr("Columns"))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows.hide()
        columns.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete leaves out."""
        if event.key() in _ENTER:
            self.open_current()
        elif event.key() == Qt.Key.Key_Delete and not event.isAutoRepeat():
            self.leave_out()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the document under the mouse or the keyboard."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        document = self.documents.document(index)
        if document is not None:
            self.setCurrentIndex(index)
            where = self.visualRect(index).center() if by_key else event.pos()
            self.menu(document).popup(self.viewport().mapToGlobal(where))
