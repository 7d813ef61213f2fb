"""Where the transcript meets the composer."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.look import named
from desktop.ui.theme import Theme

HEIGHT = 28
SCROLL_BAR = 10


class Fade(QWidget):
    """Lets the transcript fade out above the composer; mouse events pass through."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        named(self, "fade", "")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)
        self.hide()

    def lie_over(self, area: QRect) -> None:
        """Take the place at the lower edge of `area`, beside its scroll bar."""
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
