"""Sideways scrolling inside a wide block; all pieces of one block move together."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt

from desktop.ui.transcript.items.base import Canvas

MARGIN = 24
"""Pixels beside what was scrolled into view."""


@dataclass(slots=True)
class Sideways:
    """How far the content is moved to the left, in pixels, and how wide content and view are.

    Code `wraps` its long lines if the reader wants that.
    """

    offset: float = 0.0
    content: float = 0.0
    view: float = 0.0
    wraps: bool = False

    @property
    def is_needed(self) -> bool:
        """Tell whether anything is out of sight."""
        return self.content > self.view + 1

    def fit(self, content: float, view: float) -> None:
        """Learn of a piece's width."""
        self.content = content if view != self.view else max(self.content, content)
        self.view = view
        self.offset = min(self.offset, self.most)

    @property
    def most(self) -> float:
        """Return the largest offset."""
        return max(0.0, self.content - self.view)

    def move(self, distance: float) -> bool:
        """Scroll; tells whether anything moved."""
        offset = min(max(0.0, self.offset + distance), self.most)
        moved, self.offset = offset != self.offset, offset
        return moved

    def show(self, left: float, right: float) -> None:
        """Scroll as little as brings what lies between two distances from the left into view."""
        if right - self.offset > self.view:
            self.move(right + MARGIN - self.view - self.offset)
        if left < self.offset:
            self.move(left - MARGIN - self.offset)

    def paint_bar(self, canvas: Canvas, track: QRectF) -> None:
        """Paint a thin handle in its track."""
        if not self.is_needed:
            return
        width = max(24.0, track.width() * self.view / self.content)
        left = track.left() + (track.width() - width) * self.offset / self.most
        canvas.painter.setPen(Qt.PenStyle.NoPen)
        colour = canvas.style.colour(canvas.style.tokens.faint)
        canvas.painter.setOpacity(0.45)
        canvas.painter.setBrush(colour)
        canvas.painter.drawRoundedRect(QRectF(left, track.top(), width, track.height()), 2, 2)
        canvas.painter.setOpacity(1.0)
