"""The conversations of a file as a list with check marks; however many, only rows on screen cost."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QDate,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from desktop.core.ids import ConversationId
from desktop.services.transfer.importer import Candidate

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole


class CandidateModel(QAbstractTableModel):
    """Columns: title with a check mark, last change, messages, whether it is here already."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Candidate] = ()
        self._chosen: set[ConversationId] = set()

    @property
    def chosen(self) -> set[ConversationId]:
        """What is checked."""
        return set(self._chosen)

    def show(self, rows: Sequence[Candidate]) -> None:
        """Replace the rows; all are checked."""
        self.beginResetModel()
        self._rows = rows
        self._chosen = {row.id for row in rows}
        self.endResetModel()

    def choose_all(self, chosen: bool) -> None:
        """Check all, or none."""
        self.beginResetModel()
        self._chosen = {row.id for row in self._rows} if chosen else set()
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many conversations there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return the columns of a row."""
        return 0 if parent.isValid() else 4

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let the title's check mark be changed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        row, column = self._rows[index.row()], index.column()
        if role in {_Role.DisplayRole, _Role.AccessibleTextRole}:
            return self._text(row, column)
        if role == _Role.CheckStateRole and column == 0:
            checked = row.id in self._chosen
            return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:
        """Check a row, or uncheck it."""
        if role != _Role.CheckStateRole:
            return False
        row = self._rows[index.row()]
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._chosen.add(row.id)
        else:
            self._chosen.discard(row.id)
        self.dataChanged.emit(index, index)
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Name the columns."""
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        names = self.tr("Title"), self.tr("Changed"), self.tr("Messages"), self.tr("State")
        return names[section]

    def _text(self, row: Candidate, column: int) -> str:
        new = self.tr("New, in the trash") if row.in_trash else self.tr("New")
        day = row.updated_at.astimezone().date()
        changed = QDate(day.year, day.month, day.day)
        cells = (
            " ".join(row.title.split()),
            QLocale().toString(changed, QLocale.FormatType.ShortFormat),
            f"{row.messages:,}",
            self.tr("Here already") if row.is_known else new,
        )
        return cells[column]
