"""A font with its line height: what is the same for every paragraph that is set in it."""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextOption

_ALIGNMENTS = {
    "right": Qt.AlignmentFlag.AlignRight,
    "center": Qt.AlignmentFlag.AlignHCenter,
}


class Face:
    """Lines of `line` pixels; `ascent` is from a line's top to its base line."""

    def __init__(self, font: QFont, line: int) -> None:
        self.font = font
        self.line = line
        metrics = QFontMetricsF(font)
        self.ascent = (line - metrics.height()) / 2 + metrics.ascent()
        self.space = metrics.horizontalAdvance("\u00a0")
        self._tab = 4 * metrics.horizontalAdvance("0")
        self.option = cache(self._option)

    def _option(self, align: str, *, wrap: bool) -> QTextOption:
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        mode = QTextOption.WrapMode
        option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wrap else mode.NoWrap)
        option.setTabStopDistance(self._tab)
        if align in _ALIGNMENTS:
            option.setAlignment(_ALIGNMENTS[align])
        return option
