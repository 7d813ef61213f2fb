"""Fonts, colours and measures of the transcript at one zoom; made anew when either changes."""

from functools import cache

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextFormat

from desktop.ui.fonts import code_font, text_font
from desktop.ui.tokens import BODY_PX, COLUMN_WIDTH, Tokens
from desktop.ui.transcript.face import Face
from desktop.ui.transcript.inline import Span

CODE_PX = 13
SMALL_PX = 13
HEADING_PX = {1: 22, 2: 19, 3: 17, 4: 15, 5: 15, 6: 15}
LINE_HEIGHT = 1.62
CODE_LINE_HEIGHT = 1.68
FORMULA_SCALE = 1.12
"""The font of formulas has smaller letters than that of text."""


class Style:
    """What every item needs to lay out and paint itself; lengths in logical pixels."""

    def __init__(self, tokens: Tokens, zoom: float = 1.0, column: int = COLUMN_WIDTH) -> None:
        self.tokens = tokens
        self.zoom = zoom
        self.column = self.px(column)
        self.body = text_font(self.px(BODY_PX))
        self.code = code_font(self.px(CODE_PX))
        self.small = text_font(self.px(SMALL_PX))
        self.small_bold = text_font(self.px(SMALL_PX), QFont.Weight.Medium)
        self.name = text_font(self.px(14), QFont.Weight.DemiBold)
        self.line = round(self.px(BODY_PX) * LINE_HEIGHT)
        self.code_line = round(self.px(CODE_PX) * CODE_LINE_HEIGHT)
        self.formula_size = self.px(BODY_PX) * FORMULA_SCALE
        self.character = QFontMetricsF(self.body).averageCharWidth()
        self.body_face = Face(self.body, self.line)
        self.code_face = Face(self.code, self.code_line)
        self.heading_face = cache(self._heading_face)
        self.colour = cache(QColor)
        self._formats: dict[tuple[object, ...], QTextCharFormat] = {}

    def px(self, length: float) -> int:
        """Scale a length by the zoom."""
        return round(length * self.zoom)

    def heading_line(self, level: int) -> int:
        """Return the line height of a heading; level 0 is a paragraph."""
        return round(self.px(HEADING_PX[level]) * 1.4) if level else self.line

    def span_format(self, span: Span, base: str) -> QTextCharFormat:
        """Return how a span looks where the text around has the colour `base`."""
        is_link = span.href is not None
        traits = (span.bold, span.italic, span.strike, span.code, span.faint, bool(span.note))
        key = (*traits, is_link, base)
        if key not in self._formats:
            self._formats[key] = self._format(span, base)
        return self._formats[key]

    def _heading_face(self, level: int) -> Face:
        if not level:
            return self.body_face
        font = text_font(self.px(HEADING_PX[level]), QFont.Weight.DemiBold)
        return Face(font, self.heading_line(level))

    def _format(self, span: Span, base: str) -> QTextCharFormat:
        look = QTextCharFormat()
        if span.bold:
            look.setFontWeight(QFont.Weight.DemiBold)
        look.setFontItalic(span.italic)
        look.setFontStrikeOut(span.strike)
        if span.code:
            look.setFontFamilies([self.code.family()])
            look.setProperty(QTextFormat.Property.FontPixelSize, self.px(CODE_PX))
            look.setFontFeatures({QFont.Tag("calt"): 0})  # no ligatures in code
        colour = self.tokens.faint if span.faint else base
        is_link = span.href is not None
        if span.note:
            look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
            colour = self.tokens.accent
        look.setForeground(self.colour(self.tokens.accent if is_link else colour))
        look.setFontUnderline(is_link)
        return look
