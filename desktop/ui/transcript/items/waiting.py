"""What stands in for a message that is still being loaded."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop.ui.transcript.items.base import Canvas, Item
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.typesetter import Typesetter

HEIGHT = 220
"""About the height of a message."""
_BARS = (0.55, 0.9, 0.8, 0.35)


@dataclass(frozen=True, slots=True)
class WaitingSpec:
    """There is nothing to tell."""


class WaitingItem(Item):
    """Quiet bars where lines will be."""

    def estimate(self, width: int, style: Style) -> int:
        """Return the exact height."""
        return HEIGHT

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Nothing to lay out."""
        return HEIGHT

    def readable(self) -> str:
        """Return nothing."""
        return ""

    def paint(self, canvas: Canvas) -> None:
        """Paint the bars."""
        for line, share in enumerate(_BARS):
            rect = QRectF(0, 40 + line * 30, canvas.width * share, 12)
            canvas.panel(rect, canvas.style.tokens.hover, None, 6)
