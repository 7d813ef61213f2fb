"""Where the transcript meets the composer."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.look import named
from desktop.ui.theme import Theme

HEIGHT = 28
SCROLL_BAR = 10


class Fade(QWidget):
    """Lets the transcript fade out above the composer, at the edge of `over`; mouse events pass through."""

    def __init__(self, parent: QWidget, over: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme, self._over = theme, over
        named(self, "fade", "")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)
        over.installEventFilter(self)
        self._place()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the lower edge of what it lies over."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move}:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Take the place at the lower edge, beside the scroll bar."""
        area = self._over.geometry()
        width = area.width() - SCROLL_BAR
        self.setGeometry(area.left(), area.bottom() + 1 - HEIGHT, width, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw from nothing to the background."""
        colour = QColor(self._theme.tokens.background)
        gradient = QLinearGradient(0, 0, 0, self.height())
        gradient.setColorAt(1, colour)
        colour.setAlpha(0)
        gradient.setColorAt(0, colour)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), gradient)
