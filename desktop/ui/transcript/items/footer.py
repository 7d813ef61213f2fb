"""What ends a message: its buttons and figures, or what is going on while it streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from desktop.ui.transcript.items.base import Action, Canvas, Item
from desktop.ui.transcript.items.buttons import BUTTON, ICON, Buttons, ButtonsSpec
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.typesetter import Typesetter

HEIGHT = 42


@dataclass(frozen=True, slots=True)
class FooterSpec:
    """The buttons of a finished message and its figures, such as `412 tokens · 68 tok/s`."""

    figures: str
    buttons: ButtonsSpec


class FooterItem(Item):
    """Icon buttons on the left, figures on the right."""

    def __init__(self, spec: FooterSpec) -> None:
        super().__init__()
        self.spec = spec
        self._buttons = Buttons(spec.buttons)

    def estimate(self, width: int, style: Style) -> int:
        """Return the exact height."""
        return style.px(HEIGHT)

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Place the buttons; their icons start where the text does."""
        style = typesetter.style
        self._buttons.place(-style.px((BUTTON - ICON) / 2), style.px(10), style)
        return style.px(HEIGHT)

    def actions(self) -> Sequence[Action]:
        """Return the buttons."""
        return self._buttons.actions

    def readable(self) -> str:
        """Return the figures."""
        return self.spec.figures

    def paint(self, canvas: Canvas) -> None:
        """Paint buttons and, where there is room for them, figures."""
        style, tokens = canvas.style, canvas.style.tokens
        self._buttons.paint(canvas)
        words = QFontMetricsF(style.small).horizontalAdvance(self.spec.figures)
        if self._buttons.width(style) + words < canvas.width:
            rect = QRectF(0, style.px(10), canvas.width, style.px(BUTTON))
            canvas.text(rect, self.spec.figures, tokens.faint, style.small, right=True)


@dataclass(frozen=True, slots=True)
class ProgressSpec:
    """What is going on: `Waiting…`, `Retrying in 4 s`, or nothing but dots."""

    text: str


class ProgressItem(Item):
    """Three breathing dots and a few quiet words."""

    def __init__(self, spec: ProgressSpec) -> None:
        super().__init__()
        self.spec = spec

    def estimate(self, width: int, style: Style) -> int:
        """Return the exact height, the same as a footer's: nothing moves when it takes over."""
        return style.px(HEIGHT)

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Nothing to lay out."""
        return self.estimate(width, typesetter.style)

    def readable(self) -> str:
        """Return the words."""
        return self.spec.text

    def paint(self, canvas: Canvas) -> None:
        """Paint the dots in the phase of the moment, then the words."""
        style, tokens = canvas.style, canvas.style.tokens
        centre = style.px(10 + BUTTON / 2)
        painter = canvas.painter
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour(tokens.accent))
        for dot in range(3):
            painter.setOpacity(0.3 + 0.7 * (1 + cos(2 * pi * (canvas.phase - dot / 6))) / 2)
            radius = style.px(3)
            painter.drawEllipse(QPointF(style.px(4 + 10 * dot), centre), radius, radius)
        painter.setOpacity(1.0)
        left = style.px(38)
        words = QRectF(left, style.px(10), canvas.width - left, style.px(BUTTON))
        text = QFontMetricsF(style.small).elidedText(
            self.spec.text, Qt.TextElideMode.ElideRight, words.width()
        )
        canvas.text(words, text, tokens.muted, style.small)
