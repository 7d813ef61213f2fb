"""Where words begin and end, as Unicode and the platform see them."""

from PySide6.QtCore import QTextBoundaryFinder

from desktop.ui.transcript.units import Units


def word_at(text: str, position: int) -> tuple[int, int]:
    """Return the word [start, end) around a position; the character there if it is in none."""
    if not text:
        return 0, 0
    units = Units(text)
    position = units.to_qt(min(position, len(text) - 1))
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)
    finder.setPosition(position + 1)
    start = finder.toPreviousBoundary()
    finder.setPosition(position)
    end = finder.toNextBoundary()
    return units.from_qt(max(0, start)), units.from_qt(end) if end >= 0 else len(text)
