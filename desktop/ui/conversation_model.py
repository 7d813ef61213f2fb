"""The sidebar's rows: conversations under headings that say how old they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from itertools import groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.core.conversation import ConversationSummary
from desktop.core.ids import ConversationId
from desktop.ui.look import tooltip

_NOWHERE = QModelIndex()
_WEEK = 7
_MONTH = 30


class ConversationRole(IntEnum):
    """What a row knows beside its text."""

    SUMMARY = Qt.ItemDataRole.UserRole  # None in a heading
    PINNED = Qt.ItemDataRole.UserRole + 1
    ACTIVE = Qt.ItemDataRole.UserRole + 2  # an answer is streaming in it
    OPEN = Qt.ItemDataRole.UserRole + 3  # it is the one on screen


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    summary: ConversationSummary | None = None


class ConversationListModel(QAbstractListModel):
    """Rows of conversations and headings; emits `renamed` when a title was edited."""

    renamed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._active: set[ConversationId] = set()
        self._open: ConversationId | None = None

    def set_rows(
        self,
        rows: Sequence[ConversationSummary],
        *,
        headings: bool = True,
        today: date | None = None,
    ) -> None:
        """Replace the rows, in the given order; search results go without headings."""
        today = today or datetime.now().astimezone().date()
        new = list(self._grouped(rows, today)) if headings else [_row(each) for each in rows]
        if [_identity(row) for row in new] == [_identity(row) for row in self._rows]:
            self._rows = new
            self._tell_changed(0, len(new) - 1)
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    def summary(self, index: QModelIndex) -> ConversationSummary | None:
        """Return the conversation at `index`; None for a heading or no row."""
        return self._rows[index.row()].summary if index.isValid() else None

    def index_of(self, conversation_id: ConversationId | None) -> QModelIndex:
        """Return where a conversation stands; an invalid index when it is not listed."""
        for number, row in enumerate(self._rows):
            if row.summary is not None and row.summary.id == conversation_id:
                return self.index(number)
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

    def _tell_row(self, conversation_id: ConversationId | None) -> None:
        row = self.index_of(conversation_id).row()
        self._tell_changed(row, row)

    def _tell_changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def _grouped(self, rows: Sequence[ConversationSummary], today: date) -> Iterator[_Row]:
        for heading, group in groupby(rows, key=lambda each: self._heading(each, today)):
            yield _Row(heading)
            yield from (_row(each) for each in group)

    def _heading(self, summary: ConversationSummary, today: date) -> str:
        if summary.pinned:
            return self.tr("Pinned")
        day = summary.updated_at.astimezone().date()
        age = (today - day).days
        if age <= 0:
            return self.tr("Today")
        if age == 1:
            return self.tr("Yesterday")
        if age <= _WEEK:
            return self.tr("Previous 7 days")
        if age <= _MONTH:
            return self.tr("Previous 30 days")
        return _month(day, today)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """Count headings and conversations."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Headings can't be chosen; titles can be edited."""
        if not index.isValid() or self._rows[index.row()].summary is None:
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return (
            flag.ItemIsEnabled
            | flag.ItemIsSelectable
            | flag.ItemIsEditable
            | flag.ItemNeverHasChildren
        )

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the text, the conversation or one of its marks."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        item = Qt.ItemDataRole
        if role in {item.DisplayRole, item.EditRole}:
            return row.text
        if row.summary is None:
            return None
        summary = row.summary
        known: dict[int, object] = {
            ConversationRole.SUMMARY: summary,
            ConversationRole.PINNED: summary.pinned,
            ConversationRole.ACTIVE: summary.id in self._active,
            ConversationRole.OPEN: summary.id == self._open,
            item.AccessibleTextRole: self._spoken(summary),
            item.ToolTipRole: tooltip(summary.title),
        }
        return known.get(role)

    def setData(
        self,
        index: QModelIndex | QPersistentModelIndex,
        value: object,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        """Report an edited title; the row changes when the storage says so."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        summary = self._rows[index.row()].summary
        title = " ".join(str(value).split())
        if summary is None or not title or title == summary.title:
            return False
        self.renamed.emit(summary.id, title)
        return True

    def _spoken(self, summary: ConversationSummary) -> str:
        marks = [self.tr("pinned")] if summary.pinned else []
        if summary.id in self._active:
            marks.append(self.tr("answering"))
        return ", ".join([summary.title, *marks])


def _row(summary: ConversationSummary) -> _Row:
    return _Row(summary.title, summary)


def _identity(row: _Row) -> object:
    return row.text if row.summary is None else row.summary.id


def _month(day: date, today: date) -> str:
    from PySide6.QtCore import QDate, QLocale  # thousands of enum members: only when needed

    pattern = "MMMM" if day.year == today.year else "MMMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, 1), pattern)
