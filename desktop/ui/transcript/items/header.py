"""Who answers, with which model and when; and the line that folds the reasoning."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from desktop.ui.transcript.items.base import Action, ActionKind, Canvas, Item
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.visible import reveal
from desktop.ui.transcript.wording import tr

TILE = 26


@dataclass(frozen=True, slots=True)
class HeaderSpec:
    """The words of a header; `gap` is the space above."""

    name: str
    model: str
    time: str
    gap: int = 26


class HeaderItem(Item):
    """The icon tile, the name, the model and the time."""

    def __init__(self, spec: HeaderSpec) -> None:
        super().__init__()
        self.spec = spec

    def estimate(self, width: int, style: Style) -> int:
        """Return the exact height: a header never wraps."""
        return style.px(self.spec.gap + TILE + 6)

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Nothing is laid out: the words are short and drawn as they are."""
        return self.estimate(width, typesetter.style)

    def readable(self) -> str:
        """Return the header's words."""
        return " · ".join(filter(None, (self.spec.name, reveal(self.spec.model), self.spec.time)))

    def paint(self, canvas: Canvas) -> None:
        """Paint the tile, then the words one after the other."""
        style, tokens = canvas.style, canvas.style.tokens
        size = style.px(TILE)
        tile = QRectF(0, style.px(self.spec.gap), size, size)
        canvas.panel(tile, tokens.accent_soft, None, 7)
        canvas.icon("sparkles", tokens.accent, tile.center(), style.px(16))
        x = size + style.px(10)
        x = self._word(canvas, x, self.spec.name, tokens.text, style.name) + style.px(8)
        for index, word in enumerate(filter(None, (reveal(self.spec.model), self.spec.time))):
            if index:
                x = self._word(canvas, x, "·", tokens.faint, style.small) + style.px(8)
            x = self._word(canvas, x, word, tokens.faint, style.small) + style.px(8)

    def _word(self, canvas: Canvas, x: float, word: str, colour: str, font: QFont) -> float:
        width = QFontMetricsF(font).horizontalAdvance(word)
        top, height = canvas.style.px(self.spec.gap), canvas.style.px(TILE)
        canvas.text(QRectF(x, top, width + 2, height), word, colour, font)
        return x + width


@dataclass(frozen=True, slots=True)
class ReasoningSpec:
    """The line above the reasoning: its words and whether it is unfolded."""

    label: str
    is_open: bool


class ReasoningItem(Item):
    """A quiet line that folds and unfolds the reasoning."""

    def __init__(self, spec: ReasoningSpec) -> None:
        super().__init__()
        self.spec = spec
        self._rect = QRectF()

    def estimate(self, width: int, style: Style) -> int:
        """Return the exact height."""
        return style.px(34)

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Fit the button to its words."""
        style = typesetter.style
        words = QFontMetricsF(style.small_bold).horizontalAdvance(self.spec.label)
        self._rect = QRectF(0, style.px(3), words + style.px(34), style.px(28))
        return style.px(34)

    def actions(self) -> Sequence[Action]:
        """Offer to fold or unfold."""
        label = tr("Hide the reasoning") if self.spec.is_open else tr("Show the reasoning")
        return (Action(ActionKind.REASONING, self._rect, label),) if self.measured else ()

    def readable(self) -> str:
        """Return the words of the line."""
        return self.spec.label

    def paint(self, canvas: Canvas) -> None:
        """Paint the chevron and the words."""
        style, tokens = canvas.style, canvas.style.tokens
        hovered = canvas.hovered is ActionKind.REASONING
        if hovered:
            canvas.panel(self._rect, tokens.hover, None, 7)
        if canvas.focused is ActionKind.REASONING:
            canvas.focus_ring(self._rect, 7)
        icon = "chevron-down" if self.spec.is_open else "chevron-right"
        centre = QPointF(style.px(13), self._rect.center().y())
        canvas.icon(icon, tokens.muted, centre, style.px(15))
        words = self._rect.adjusted(style.px(25), 0, 0, 0)
        canvas.text(words, self.spec.label, tokens.muted, style.small_bold)
