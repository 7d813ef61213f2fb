"""The rows of a collection's documents, read page by page as they are scrolled to."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.core.ids import DocumentId
from desktop.presenters.library_view import PAGE, DocumentView, Pages
from desktop.ui.library.rows import ROW_ROLE, Row, spoken
from desktop.ui.look import tooltip
from desktop.ui.paged_rows import PagedRows

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class DocumentModel(QAbstractListModel):
    """Emits `page_requested` when a document is looked at whose page was not read yet."""

    page_requested = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._count = 0
        self._read = PagedRows[DocumentView](PAGE, self.page_requested.emit)

    def show(self, count: int, pages: Pages) -> None:
        """Show other documents; those not among `pages` are asked for when seen."""
        if count == self._count and all(
            self._read.page(number) == list(rows) for number, rows in pages.items()
        ):
            return
        same = count == self._count
        if not same:
            self.beginResetModel()
        self._count = count
        self._read.show(pages)
        if same:
            self._tell_changed(0, count - 1)
        else:
            self.endResetModel()

    def set_page(self, number: int, documents: Sequence[DocumentView]) -> None:
        """Fill in one page."""
        places = self._read.put(number, documents)
        self._tell_changed(places[0], min(self._count - 1, places[-1]))

    def document(self, index: Index) -> DocumentView | None:
        """Return the document at `index`; None where it was not read yet."""
        return self._read.at(index.row()) if index.isValid() else None

    def index_of(self, document_id: DocumentId) -> QModelIndex:
        """Return where a document stands; an invalid index when it was not read."""
        rows = (row for row, each in self._read if each.id == document_id)
        return self.index(next(rows, -1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Count all documents, read or not."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row, its name, or what is said of it."""
        document = self.document(index)
        if document is None:
            return None
        row = _row(document)
        known: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: row.title,
            Qt.ItemDataRole.AccessibleTextRole: spoken(row),
            Qt.ItemDataRole.ToolTipRole: tooltip(row.tip),
            ROW_ROLE: row,
        }
        return known.get(role)

    def _tell_changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))


def _row(document: DocumentView) -> Row:
    return Row(
        key=document.id,
        title=document.name,
        detail=document.why or document.path,
        mark=document.status,
        tone="danger" if document.failed else "plain",
        tip=f"{document.path}\n{document.why}".strip(),
    )
