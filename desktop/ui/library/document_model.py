"""The rows of a collection's documents, read page by page as they are scrolled to."""

from collections.abc import Iterator, Sequence

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

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()
_KEPT_PAGES = 40


class DocumentModel(QAbstractListModel):
    """Emits `page_requested` when a document is looked at whose page was not read yet."""

    page_requested = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._count = 0
        self._pages: dict[int, list[DocumentView]] = {}
        self._asked: set[int] = set()

    def show(self, count: int, pages: Pages) -> None:
        """Show other documents; those not among `pages` are asked for when seen."""
        known = {number: list(rows) for number, rows in pages.items()}
        if count == self._count and all(self._pages.get(n) == rows for n, rows in known.items()):
            return
        same = count == self._count
        if not same:
            self.beginResetModel()
        self._count, self._pages, self._asked = count, known, set()
        if same:
            self._tell_changed(0, count - 1)
        else:
            self.endResetModel()

    def set_page(self, number: int, documents: Sequence[DocumentView]) -> None:
        """Fill in one page."""
        self._asked.discard(number)
        self._pages.pop(number, None)
        while len(self._pages) >= _KEPT_PAGES:
            del self._pages[next(iter(self._pages))]
        self._pages[number] = list(documents)
        self._tell_changed(number * PAGE, min(self._count, (number + 1) * PAGE) - 1)

    def document(self, index: Index) -> DocumentView | None:
        """Return the document at `index`; None where it was not read yet."""
        if not index.isValid():
            return None
        page, within = divmod(index.row(), PAGE)
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked:
                self._asked.add(page)
                self.page_requested.emit(page)
            return None
        return rows[within] if within < len(rows) else None

    def index_of(self, document_id: DocumentId) -> QModelIndex:
        """Return where a document stands; an invalid index when it was not read."""
        rows = (row for row, each in self._read() if each.id == document_id)
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

    def _read(self) -> Iterator[tuple[int, DocumentView]]:
        for number, rows in self._pages.items():
            for within, document in enumerate(rows):
                yield number * PAGE + within, document

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
