"""The pill that leads back to the end when text arrives below."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.ui.transcript.items.base import Icons
from desktop.ui.transcript.style import Style


class NewTextButton(QAbstractButton):
    """An arrow and "New text below", painted like the transcript."""

    def __init__(self, style: Style, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._icons = icons
        self.setObjectName("newTextButton")
        self.setText(self.tr("New text below"))
        self.setAccessibleName(self.text())
        self.setToolTip(self.tr("Go to the end"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def set_style(self, style: Style) -> None:
        """Follow the theme and the zoom."""
        self._style = style
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the words."""
        words = QFontMetricsF(self._style.small_bold).horizontalAdvance(self.text())
        return QSize(round(words) + 46, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill."""
        tokens, colour = self._style.tokens, self._style.colour
        fill = tokens.hover if self.underMouse() else tokens.field
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = tokens.accent if self.hasFocus() else tokens.border
            painter.setPen(QPen(colour(edge), 1.5 if self.hasFocus() else 1))
            painter.setBrush(colour(fill))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            pixmap = self._icons.pixmap("arrow-down", tokens.accent, 15, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(13, (self.height() - 15) / 2), pixmap)
            painter.setFont(self._style.small_bold)
            painter.setPen(colour(tokens.text))
            words = rect.adjusted(32, 0, 0, 0)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter.value), self.text())
