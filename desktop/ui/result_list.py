"""What a search found: title, day, and the text with the match marked."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from desktop.core.search import DocumentHit, Hit, SearchHit, Why
from desktop.ui.conversation_delegate import MARGIN, PADDING
from desktop.ui.fonts import text_font
from desktop.ui.look import named
from desktop.ui.theme import Theme
from desktop.ui.tokens import CHROME_PX, RADIUS, Tokens

Index = QModelIndex | QPersistentModelIndex

ABOVE, BELOW = 8, 6
GAP = 3
"""Pixels above and below a result's words, and between its title and its text."""
SNIPPET_PX = 12
LINES = 2
_REASONS = {
    Why.WORDS: "",
    Why.LIKENESS: "",
    Why.MEANING: "by meaning · ",
    Why.BOTH: "words, meaning · ",
}
_HIT = Qt.ItemDataRole.UserRole
_NOWHERE = QModelIndex()
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ResultModel(QAbstractListModel):
    """The hits, in the order they were found."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: Sequence[Hit] = ()

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Count the hits."""
        return 0 if parent.isValid() else len(self._hits)

    def hit(self, row: int) -> Hit | None:
        """Return the hit in a row."""
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the hit, or its words."""
        hit = self.hit(index.row())
        if hit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            found = f"{_REASONS[hit.why]}{hit.title}"
            return f"{found}: {hit.snippet}" if hit.key is not None else found
        return hit if role == _HIT else None


class ResultList(QListView):
    """Emits `chosen` with a `Hit`."""

    chosen = Signal(object)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        named(self, "resultList", self.tr("Search results"))
        self.results = ResultModel()
        self.setModel(self.results)
        self.setItemDelegate(_ResultDelegate(self, theme))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.clicked.connect(self._choose)
        theme.changed.connect(self._repaint)

    def _repaint(self) -> None:
        self.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        hit = self.results.hit(index.row())
        if hit is not None:
            self.chosen.emit(hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to what was found."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _ResultDelegate(QStyledItemDelegate):
    def __init__(self, view: ResultList, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._theme = view, theme
        self._title = text_font(CHROME_PX, QFont.Weight.Medium)
        self._small = text_font(SNIPPET_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Be as high as what there is to read: a title alone, or one and its text."""
        hit = self._view.results.hit(index.row())
        if hit is None:
            return QSize(0, 0)
        width = self._view.viewport().width() - 2 * (MARGIN + PADDING)
        words = QFontMetrics(self._title).height() + GAP
        if _is_title(hit):
            words, width = 0, self._room_beside_day(width, hit)
        layout = _laid_out(hit.snippet, self._snippet_font(hit), width, ())
        return QSize(0, ABOVE + words + round(layout.boundingRect().height()) + BELOW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one result."""
        hit = self._view.results.hit(index.row())
        if hit is None:
            return
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        tokens = self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, rect, index, tokens)
        inner = rect.adjusted(MARGIN + PADDING, ABOVE, -MARGIN - PADDING, -BELOW)
        room = self._draw_head(painter, inner, hit, tokens)
        if _is_title(hit):
            self._draw_snippet(painter, QPointF(inner.topLeft()), room, hit)
        else:
            top = inner.top() + QFontMetrics(self._title).height() + GAP
            self._draw_snippet(painter, QPointF(inner.left(), top), inner.width(), hit)
        painter.restore()

    def _draw_ground(self, painter: QPainter, rect: QRect, index: Index, tokens: Tokens) -> None:
        current = index == self._view.currentIndex() and self._view.hasFocus()
        hovered = self._view.underMouse() and rect.contains(
            self._view.viewport().mapFromGlobal(self._view.cursor().pos())
        )
        if current or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if current else tokens.hover))
            shape = QRectF(rect).adjusted(MARGIN, 1, -MARGIN, -1)
            painter.drawRoundedRect(shape, RADIUS, RADIUS)

    def _draw_head(self, painter: QPainter, inner: QRect, hit: Hit, tokens: Tokens) -> int:
        """Draw day and title, of what is no title itself; return how wide it may be."""
        top = Qt.AlignmentFlag.AlignTop
        painter.setFont(self._small)
        painter.setPen(QColor(tokens.faint))
        painter.drawText(inner, top | Qt.AlignmentFlag.AlignRight, _when(hit))
        width = self._room_beside_day(inner.width(), hit)
        if _is_title(hit):
            return width
        painter.setFont(self._title)
        painter.setPen(QColor(tokens.text))
        place = f" · {hit.place}" if isinstance(hit, DocumentHit) and hit.place else ""
        title = painter.fontMetrics().elidedText(
            f"{hit.title}{place}", Qt.TextElideMode.ElideRight, width
        )
        flags = top | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(inner, flags, title)
        return width

    def _draw_snippet(self, painter: QPainter, place: QPointF, width: int, hit: Hit) -> None:
        tokens = self._theme.tokens
        font = self._snippet_font(hit)
        formats = _formats(hit, tokens)
        layout = _laid_out(hit.snippet, font, width, formats)
        if (rest := _rest_from_last_line(layout, hit.snippet)) is not None:
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)
            layout = _laid_out(hit.snippet.removesuffix(rest) + shown, font, width, formats)
        painter.setPen(QColor(tokens.text if _is_title(hit) else tokens.muted))
        layout.draw(painter, place)

    def _snippet_font(self, hit: Hit) -> QFont:
        return self._title if _is_title(hit) else self._small

    def _room_beside_day(self, width: int, hit: Hit) -> int:
        return width - QFontMetrics(self._small).horizontalAdvance(_when(hit)) - 10


def _laid_out(
    text: str, font: QFont, width: int, formats: Sequence[QTextLayout.FormatRange]
) -> QTextLayout:
    """Break a text into at most `LINES` lines; what is longer is left out."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(formats)
    layout.beginLayout()
    height = 0.0
    for _ in range(LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height() + 1
    layout.endLayout()
    return layout


def _rest_from_last_line(layout: QTextLayout, text: str) -> str | None:
    """Return the text from the last line on, where more follows that line; None else."""
    if not layout.lineCount():
        return None
    last = layout.lineAt(layout.lineCount() - 1)
    units = text.encode("utf-16-le", "surrogatepass")
    if 2 * (last.textStart() + last.textLength()) >= len(units):
        return None
    return units[2 * last.textStart() :].decode("utf-16-le", "surrogatepass")


def _is_title(hit: Hit) -> bool:
    return isinstance(hit, SearchHit) and hit.message_id is None


def _formats(hit: Hit, tokens: Tokens) -> list[QTextLayout.FormatRange]:
    formats: list[QTextLayout.FormatRange] = []
    for start, end in hit.marks:
        look = QTextCharFormat()
        look.setBackground(QColor(tokens.accent_soft))
        look.setForeground(QColor(tokens.accent))
        found = QTextLayout.FormatRange()
        found.start = _units(hit.snippet[:start])  # pyright: ignore[reportAttributeAccessIssue]
        found.length = _units(hit.snippet[start:end])  # pyright: ignore[reportAttributeAccessIssue]
        found.format = look  # pyright: ignore[reportAttributeAccessIssue]
        formats.append(found)
    return formats


def _units(text: str) -> int:
    """Count as Qt does: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _when(hit: Hit) -> str:
    return f"{_REASONS[hit.why]}{_day(hit.at)}"


def _day(at: datetime) -> str:
    from PySide6.QtCore import QDate, QLocale  # thousands of enum members: only when needed

    local = at.astimezone()
    now = datetime.now().astimezone()
    if local.date() == now.date():
        return f"{local:%H:%M}"
    pattern = "d MMM" if local.year == now.year else "d MMM yyyy"
    return QLocale().toString(QDate(local.year, local.month, local.day), pattern)
