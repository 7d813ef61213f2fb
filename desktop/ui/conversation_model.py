"""The sidebar's rows: conversations under headings, read page by page as they are scrolled to."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import IntEnum
from itertools import accumulate, groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId
from desktop.core.organising import Age, Group, Span, span_of
from desktop.presenters.sidebar_view import PAGE, Pages
from desktop.ui.look import tooltip
from desktop.ui.paged_rows import PagedRows

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()

MIME_TYPE = "application/x-parley-conversations"
"""What is dragged: ids as hexadecimal, one a line."""


class ConversationRole(IntEnum):
    """What a row knows beside its text."""

    SUMMARY = Qt.ItemDataRole.UserRole  # None in a heading and where nothing was read yet
    PINNED = Qt.ItemDataRole.UserRole + 1
    ACTIVE = Qt.ItemDataRole.UserRole + 2  # an answer is streaming in it
    OPEN = Qt.ItemDataRole.UserRole + 3  # it is the one on screen
    HEADING = Qt.ItemDataRole.UserRole + 4


class ConversationListModel(QAbstractListModel):
    """Rows of conversations and headings.

    Emits `renamed` when a title was edited, and `page_requested` when a row is looked at
    whose page was not read yet.
    """

    renamed = Signal(object, str)
    page_requested = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[Group] = []
        self._starts: list[int] = []  # the row of each group's heading, or of its first row
        self._before: list[int] = []  # how many conversations stand above each group
        self._count = 0
        self._rows = 0
        self._read = PagedRows[ConversationSummary](PAGE, self.page_requested.emit)
        self._active: set[ConversationId] = set()
        self._open: ConversationId | None = None

    def set_rows(self, rows: Sequence[ConversationSummary], *, today: date | None = None) -> None:
        """Show `rows` and nothing else, in the given order."""
        today = today or datetime.now().astimezone().date()
        groups = grouped(rows, today)
        pages = [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]
        self.set_list(groups, dict(enumerate(pages)))

    def set_list(self, groups: Sequence[Group], pages: Pages) -> None:
        """Show other groups; rows that are not among `pages` are asked for when seen."""
        same = list(groups) == self._groups and all(
            _ids(self._read.page(number)) == _ids(rows) for number, rows in pages.items()
        )
        if same:
            self._read.show(pages)
            self._tell_changed(0, self.rowCount() - 1)
            return
        self.beginResetModel()
        self._read.show(pages)
        self._groups = list(groups)
        self._measure()
        self.endResetModel()

    def set_page(self, number: int, rows: Sequence[ConversationSummary]) -> None:
        """Fill in one page."""
        places = self._read.put(number, rows)
        first, last = places[0], min(self._count - 1, places[-1])
        if first <= last:
            self._tell_changed(self.row_at(first), self.row_at(last))

    def summary(self, index: Index) -> ConversationSummary | None:
        """Return the conversation at `index`; None for a heading, and for what is not read."""
        place = self._place(index.row()) if index.isValid() else None
        return None if place is None else self._read.at(place)

    def summaries(self, first: int, last: int) -> Iterator[ConversationSummary]:
        """Yield what was read of the rows `first` to `last`; the rest is asked for."""
        for row in range(first, last + 1):
            summary = self.summary(self.index(row))
            if summary is not None:
                yield summary

    def page_of(self, row: int) -> int:
        """Return the number of the page that a row, or the one below a heading, is on."""
        place = self._place(row)
        place = self._place(row + 1) if place is None else place
        return (place or 0) // PAGE

    def row_at(self, place: int) -> int:
        """Return the row of the conversation that has `place` others above it."""
        group = bisect_right(self._before, place) - 1
        heading = self._groups[group].span is not None
        return self._starts[group] + heading + place - self._before[group]

    def index_of(self, conversation_id: ConversationId | None) -> QModelIndex:
        """Return where a conversation stands; an invalid index when it was not read."""
        for place, summary in self._read:
            if summary.id == conversation_id:
                return self.index(self.row_at(place))
        return QModelIndex()

    @property
    def open_id(self) -> ConversationId | None:
        """The conversation on screen; None for a new chat."""
        return self._open

    def set_open(self, conversation_id: ConversationId | None) -> None:
        """Mark the conversation on screen."""
        before, self._open = self._open, conversation_id
        for each in (before, conversation_id):
            self._tell_row(each)

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        """Mark that an answer is streaming in a conversation."""
        change = self._active.add if active else self._active.discard
        change(conversation_id)
        self._tell_row(conversation_id)

    def _measure(self) -> None:
        counts = [group.count for group in self._groups]
        heights = [group.count + (group.span is not None) for group in self._groups]
        self._before = [0, *accumulate(counts)][:-1]
        self._starts = [0, *accumulate(heights)][:-1]
        self._count, self._rows = sum(counts), sum(heights)

    def _place(self, row: int) -> int | None:
        """Return how many conversations stand above a row; None for a heading."""
        group = bisect_right(self._starts, row) - 1
        if group < 0 or row >= self.rowCount():
            return None
        within = row - self._starts[group] - (self._groups[group].span is not None)
        return None if within < 0 else self._before[group] + within

    def _tell_row(self, conversation_id: ConversationId | None) -> None:
        row = self.index_of(conversation_id).row()
        self._tell_changed(row, row)

    def _tell_changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def _heading(self, span: Span) -> str:
        match span.age:
            case Age.PINNED:
                return self.tr("Pinned")
            case Age.TODAY:
                return self.tr("Today")
            case Age.YESTERDAY:
                return self.tr("Yesterday")
            case Age.WEEK:
                return self.tr("Previous 7 days")
            case Age.MONTH:
                return self.tr("Previous 30 days")
            case Age.OLDER:
                return _month(span.month or date.min)

    def _heading_at(self, row: int) -> str:
        """Return the heading that a row is; '' for a conversation."""
        group = bisect_right(self._starts, row) - 1
        span = self._groups[group].span if group >= 0 else None
        return self._heading(span) if span and self._starts[group] == row else ""

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Count headings and conversations, read or not."""
        if parent.isValid():
            return 0
        return self._rows

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings can't be chosen; titles can be edited and conversations dragged."""
        flag = Qt.ItemFlag
        if not index.isValid() or self._place(index.row()) is None:
            return flag.NoItemFlags
        return (
            flag.ItemIsEnabled
            | flag.ItemIsSelectable
            | flag.ItemIsEditable
            | flag.ItemIsDragEnabled
            | flag.ItemNeverHasChildren
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text, the conversation or one of its marks."""
        if not index.isValid():
            return None
        item = Qt.ItemDataRole
        summary = self.summary(index)
        if summary is None:
            wanted = role in {item.DisplayRole, item.EditRole, ConversationRole.HEADING}
            return self._heading_at(index.row()) if wanted else None
        if role in {item.DisplayRole, item.EditRole}:
            return summary.title
        known: dict[int, object] = {
            ConversationRole.SUMMARY: summary,
            ConversationRole.PINNED: summary.pinned,
            ConversationRole.ACTIVE: summary.id in self._active,
            ConversationRole.OPEN: summary.id == self._open,
            item.AccessibleTextRole: self._spoken(summary),
            item.ToolTipRole: tooltip(summary.title),
        }
        return known.get(role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Report an edited title; the row changes when the storage says so."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        summary = self.summary(index)
        title = " ".join(str(value).split())
        if summary is None or not title or title == summary.title:
            return False
        self.renamed.emit(summary.id, title)
        return True

    def mimeTypes(self) -> list[str]:
        """Conversations can be dragged into folders."""
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the ids of the dragged conversations."""
        dragged = [self.summary(index) for index in indexes]
        data = QMimeData()
        ids = "\n".join(each.id.hex for each in dragged if each is not None)
        data.setData(MIME_TYPE, ids.encode("ascii"))
        return data

    def _spoken(self, summary: ConversationSummary) -> str:
        marks = [self.tr("pinned")] if summary.pinned else []
        if summary.id in self._active:
            marks.append(self.tr("answering"))
        return ", ".join([summary.title, *marks, *summary.tags])


def grouped(rows: Sequence[ConversationSummary], today: date) -> list[Group]:
    """Count what stands under each heading."""
    spans = groupby(rows, key=lambda each: _span(each, today))
    return [Group(span, len(list(some))) for span, some in spans]


def _span(summary: ConversationSummary, today: date) -> Span:
    if summary.pinned:
        return Span(Age.PINNED)
    return span_of(summary.updated_at.astimezone().date(), today)


def _ids(rows: Sequence[ConversationSummary] | None) -> list[ConversationId] | None:
    return None if rows is None else [row.id for row in rows]


def _month(day: date) -> str:
    from PySide6.QtCore import QDate, QLocale  # thousands of enum members: only when needed

    this_year = datetime.now().astimezone().year
    pattern = "MMMM" if day.year == this_year else "MMMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, 1), pattern)
