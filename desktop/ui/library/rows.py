"""Lists whose rows have two lines: what it is, and fainter what is to be said of it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.ui.fonts import text_font
from desktop.ui.look import named, tooltip
from desktop.ui.settings.controls import blocked
from desktop.ui.theme import Theme
from desktop.ui.tokens import CHROME_PX, RADIUS

Index = QModelIndex | QPersistentModelIndex
Tone = Literal["plain", "danger"]

ROW = 48
LINE = 19
PADDING = 10
DETAIL_PX = 12
ROW_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; `key` is what it stands for, `mark` stands at its right end."""

    key: Hashable
    title: str
    detail: str = ""
    mark: str = ""
    tone: Tone = "plain"
    tip: str = ""


class RowList(QListWidget):
    """Emits `chosen` with a row's key when the current row changes, `opened` on Enter."""

    chosen = Signal(object)
    opened = Signal(object)
    delete_pressed = Signal()

    def __init__(self, name: str, label: str, *, theme: Theme) -> None:
        super().__init__()
        self._rows: list[Row] = []
        named(self, name, label)
        self.setItemDelegate(RowDelegate(self, theme))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.currentItemChanged.connect(self._choose)
        self.itemActivated.connect(self._open)
        theme.changed.connect(self.viewport().update)

    @property
    def current(self) -> Row | None:
        """The row that is chosen."""
        return self.currentItem().data(ROW_ROLE) if self.currentRow() >= 0 else None

    def show_rows(self, rows: Sequence[Row], *, chosen: Hashable = None) -> None:
        """Replace the rows; the one with the key `chosen` is the current one.

        Without `chosen` the current row stays the current one, if it is still there.
        """
        if list(rows) == self._rows and chosen in {None, self.current and self.current.key}:
            return
        self._rows = list(rows)
        wanted = chosen if chosen is not None or self.current is None else self.current.key
        bar = self.verticalScrollBar()
        scrolled = bar.value()
        with blocked(self):
            self.clear()
            for row in rows:
                item = _item(row)
                self.addItem(item)
                if row.key == wanted:
                    self.setCurrentItem(item)
        bar.setValue(scrolled)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Report Delete."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if (row := self.current) is not None:
            self.chosen.emit(row.key)

    def _open(self) -> None:
        if (row := self.current) is not None:
            self.opened.emit(row.key)


def spoken(row: Row) -> str:
    """Return what a screen reader says of a row."""
    return ", ".join(part for part in (row.title, row.mark, row.detail) if part)


def _item(row: Row) -> QListWidgetItem:
    item = QListWidgetItem(row.title)
    item.setData(ROW_ROLE, row)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken(row))
    item.setToolTip(tooltip(row.tip))
    return item


class RowDelegate(QStyledItemDelegate):
    """Draws the `Row` that an item has as `ROW_ROLE`; nothing where it has none yet."""

    def __init__(self, view: QAbstractItemView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._font = text_font(CHROME_PX, QFont.Weight.Medium)
        self._small = text_font(DETAIL_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows have two lines."""
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: Row | None = index.data(ROW_ROLE)
        if row is None:
            return
        place: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, place, index)
        inside = place.adjusted(PADDING, 5, -PADDING, -5)
        # What nothing is to be said of stands in the middle.
        upper = inside.top() if row.detail else inside.center().y() - LINE // 2
        top = QRect(inside.left(), upper, inside.width(), LINE)
        left = self._draw_mark(painter, top, row)
        self._draw(painter, QRect(top.left(), top.top(), left, LINE), row.title, self._font)
        below = QRect(inside.left(), inside.bottom() - LINE + 1, inside.width(), LINE)
        danger = row.tone == "danger"
        colour = self._theme.tokens.danger if danger else self._theme.tokens.faint
        self._draw(painter, below, row.detail, self._small, colour)
        painter.restore()

    def _draw_ground(self, painter: QPainter, place: QRect, index: Index) -> None:
        tokens = self._theme.tokens
        shape = QRectF(place).adjusted(1, 1, -1, -1)
        current = index == self._view.currentIndex()
        if current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected))
            painter.drawRoundedRect(shape, RADIUS, RADIUS)
        if current and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(shape, RADIUS, RADIUS)

    def _draw_mark(self, painter: QPainter, place: QRect, row: Row) -> int:
        """Draw what stands at the right; return the width that is left for the title."""
        if not row.mark:
            return place.width()
        tokens = self._theme.tokens
        width = QFontMetrics(self._small).horizontalAdvance(row.mark)
        painter.setFont(self._small)
        painter.setPen(QColor(tokens.danger if row.tone == "danger" else tokens.muted))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, flags, row.mark)
        return max(0, place.width() - width - PADDING)

    def _draw(
        self, painter: QPainter, place: QRect, text: str, font: QFont, colour: str = ""
    ) -> None:
        line = " ".join(text.split())
        shown = QFontMetrics(font).elidedText(line, Qt.TextElideMode.ElideRight, place.width())
        painter.setFont(font)
        painter.setPen(QColor(colour or self._theme.tokens.text))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, flags | Qt.TextFlag.TextSingleLine, shown)
