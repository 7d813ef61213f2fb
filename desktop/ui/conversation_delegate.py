"""How a row of the sidebar looks: a heading, or a title with its marks."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.ui.conversation_model import ConversationRole
from desktop.ui.fonts import text_font
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.tokens import CHROME_PX, RADIUS

ROW = 34
MARGIN = 12
PADDING = 10
MARK = 15
HEADING_PX = 11
DRAGGED_WIDTH = 140
BESIDE_MOUSE = 14
"""Pixels that the words of what is dragged may take, and from the mouse to their label."""

Index = QModelIndex | QPersistentModelIndex


class ConversationDelegate(QStyledItemDelegate):
    """Paints rows from the theme's tokens.

    While `is_dragging` says so, it paints what hangs on the mouse: a small label beside it, so
    that one sees where it goes.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        *,
        theme: Theme,
        icons: Icons,
        is_dragging: Callable[[], bool],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._is_dragging = is_dragging
        self._theme, self._icons = theme, icons
        self._heading_font = text_font(HEADING_PX, QFont.Weight.DemiBold)
        self._fonts = {
            False: text_font(CHROME_PX),
            True: text_font(CHROME_PX, QFont.Weight.Medium),
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Headings are as high as rows: so Qt need not ask for each of them."""
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_dragging() and isinstance(painter.device(), QPixmap):
            self._draw_dragged(painter, self._rect(option), index)
        elif index.data(ConversationRole.HEADING):
            self._draw_heading(painter, self._rect(option), index)
        elif index.data(ConversationRole.SUMMARY):
            self._draw_ground(painter, option, index)
            right = self._draw_mark(painter, self._rect(option), index)
            self._draw_title(painter, self._rect(option), right, index)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Edit the title in place."""
        editor = QLineEdit(parent)
        editor.setObjectName("renameEdit")
        editor.setAccessibleName(self.tr("Title"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Lay the editor over the row's shape."""
        editor.setGeometry(self._rect(option).adjusted(MARGIN, 2, -MARGIN, -2))

    def _draw_heading(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(self._heading_font)
        painter.setPen(QColor(self._theme.tokens.faint))
        place = rect.adjusted(MARGIN + PADDING, 0, -MARGIN, -7)
        bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, bottom, str(index.data()))

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = self._theme.tokens
        shape = QRectF(self._rect(option)).adjusted(MARGIN, 1, -MARGIN, -1)
        hovered, focused = self._state(shape, index)
        chosen = self._view.selectionModel().isSelected(index) and self._several_are_chosen()
        colour = tokens.hover if hovered else None
        if index.data(ConversationRole.OPEN):
            colour = tokens.selected
        if chosen:  # what several have in common is seen of each of them
            colour = tokens.accent_soft
        if colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(shape, RADIUS, RADIUS)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(shape.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _draw_dragged(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if index != self._view.currentIndex():
            return  # one label stands for all
        count = len(self._view.selectionModel().selectedRows())
        words = str(index.data()) if count == 1 else self.tr("{0} conversations").format(count)
        metrics = QFontMetrics(self._fonts[True])
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, DRAGGED_WIDTH)
        mouse = self._view.viewport().mapFromGlobal(QCursor.pos()).x()
        width = metrics.horizontalAdvance(words) + 2 * PADDING
        left = min(mouse + BESIDE_MOUSE, rect.right() - width)
        label = QRectF(left, rect.top() + 4, width, rect.height() - 8)
        tokens = self._theme.tokens
        painter.setPen(QPen(QColor(tokens.accent), 1))
        painter.setBrush(QColor(tokens.accent_soft))
        painter.drawRoundedRect(label.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setFont(self._fonts[True])
        painter.setPen(QColor(tokens.text))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)

    def _several_are_chosen(self) -> bool:
        selection = self._view.selectionModel().selection()
        return selection.count() > 1 or (
            bool(selection) and selection.first().top() < selection.first().bottom()
        )

    def _state(self, shape: QRectF, index: Index) -> tuple[bool, bool]:
        """Tell whether the mouse is over a row and whether the keyboard is on it.

        The style option knows, too, but its flags come with 9 ms of enums.
        """
        mouse = self._view.mapFromGlobal(QCursor.pos())
        hovered = self._view.underMouse() and shape.contains(mouse)
        return hovered, self._view.hasFocus() and index == self._view.currentIndex()

    def _draw_mark(self, painter: QPainter, rect: QRect, index: Index) -> int:
        """Draw the dot of an answer under way, else the pin; return where the title ends."""
        tokens = self._theme.tokens
        right = rect.right() - MARGIN - PADDING
        middle = rect.center().y() + 0.5
        if index.data(ConversationRole.ACTIVE):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRectF(right - 8, middle - 3.5, 7, 7))
            return right - 18
        if index.data(ConversationRole.PINNED):
            dpr = painter.device().devicePixelRatio()
            pin = self._icons.pixmap("pin", tokens.faint, MARK, dpr)
            painter.drawPixmap(
                QRectF(right - MARK, middle - MARK / 2, MARK, MARK), pin, QRectF(pin.rect())
            )
            return right - MARK - 8
        return right

    def _draw_title(self, painter: QPainter, rect: QRect, right: int, index: Index) -> None:
        left = rect.left() + MARGIN + PADDING
        font = self._fonts[bool(index.data(ConversationRole.OPEN))]
        title = QFontMetrics(font).elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, right - left
        )
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.text))
        place = QRect(left, rect.top(), right - left, rect.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, flags | Qt.TextFlag.TextSingleLine, title)

    def _rect(self, option: QStyleOptionViewItem) -> QRect:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        # Rows keep their place when the scroll bar comes: it fits into their margin.
        return QRect(rect.left(), rect.top(), self._view.width(), rect.height())
