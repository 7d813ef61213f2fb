"""A card below a message: an error with its cure, a warning, or that it was cut short."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from desktop.ui.tokens import RADIUS_CARD, Tokens
from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.items.base import Action, ActionKind, Canvas, Item, place
from desktop.ui.transcript.rich_text import compose
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import TextBox
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.wording import tr

PAD = 14
ICON = 18
BUTTON_HEIGHT = 30

_LABELS = {
    ActionKind.RETRY: "Retry",
    ActionKind.SETTINGS: "Open settings",
    ActionKind.CONTINUE: "Continue",
    ActionKind.SOURCES: "Show sources",
}
_ICONS = {"danger": "circle-alert", "warning": "triangle-alert", "muted": "info"}


@dataclass(frozen=True, slots=True)
class CardSpec:
    """What happened, what to do, and the buttons.

    `tone` is danger or warning; a muted one is a quiet line without a card around it.
    """

    tone: str
    message: str
    cure: str = ""
    buttons: tuple[ActionKind, ...] = ()


class CardItem(Item):
    """An icon, the sentences and the buttons."""

    def __init__(self, spec: CardSpec) -> None:
        super().__init__()
        self.spec = spec
        self._actions: list[Action] = []
        self._height = 0

    def estimate(self, width: int, style: Style) -> int:
        """Guess from the length of the sentences."""
        inner = max(40, width - style.px(2 * self._pad + ICON + 10))
        lines = sum(
            1 + int(len(text) * style.character / inner)
            for text in (self.spec.message, self.spec.cure)
            if text
        )
        buttons = style.px(BUTTON_HEIGHT + 10) if self.spec.buttons else 0
        return style.px(12 + 2 * self._pad) + lines * style.line + buttons

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Wrap the sentences and place the buttons below."""
        style, tokens = typesetter.style, typesetter.style.tokens
        left = style.px(self._pad + ICON + 10)
        y = float(style.px(12 + self._pad))
        boxes: list[tuple[TextBox, float, float]] = []
        for text, colour, is_bold in (
            (self.spec.message, self._message_colour(tokens), bool(self.spec.cure)),
            (self.spec.cure, tokens.muted, False),
        ):
            if text:
                rich = compose([Span(text, bold=is_bold)], style, colour)
                box = TextBox(rich, style.body_face)
                boxes.append((box, left, y))
                y += box.lay_out(max(40, width - left - style.px(self._pad)))
        self.boxes = list(place(boxes))
        y = self._place_buttons(left, y, style)
        self._height = round(y) + style.px(self._pad)
        return self._height

    @property
    def _pad(self) -> int:
        return 0 if self.spec.tone == "muted" else PAD

    def _message_colour(self, tokens: Tokens) -> str:
        return tokens.muted if self.spec.tone == "muted" else tokens.text

    def _place_buttons(self, left: float, y: float, style: Style) -> float:
        self._actions = []
        if not self.spec.buttons:
            return y
        y += style.px(10)
        for kind in self.spec.buttons:
            label = tr(_LABELS[kind])
            width = QFontMetricsF(style.small_bold).horizontalAdvance(label) + style.px(28)
            rect = QRectF(left, y, width, style.px(BUTTON_HEIGHT))
            self._actions.append(Action(kind, rect, label))
            left += width + style.px(8)
        return y + style.px(BUTTON_HEIGHT)

    def actions(self) -> Sequence[Action]:
        """Return the buttons."""
        return self._actions

    def readable(self) -> str:
        """Return the sentences and the buttons' words."""
        labels = [tr(_LABELS[kind]) for kind in self.spec.buttons]
        return "\n".join(filter(None, (self.spec.message, self.spec.cure, *labels)))

    def paint(self, canvas: Canvas) -> None:
        """Paint the card in its tone."""
        style, tokens = canvas.style, canvas.style.tokens
        fills = {"danger": tokens.danger_soft, "warning": tokens.warning_soft}
        top = style.px(12)
        rect = QRectF(0, top, canvas.width, self._height - top)
        if self.spec.tone in fills:
            canvas.panel(rect, fills[self.spec.tone], None, RADIUS_CARD)
        pad = style.px(self._pad)
        centre = QPointF(pad + style.px(ICON / 2), top + pad + style.line / 2)
        colour = getattr(tokens, self.spec.tone)
        canvas.icon(_ICONS[self.spec.tone], colour, centre, style.px(ICON))
        self.paint_boxes(canvas)
        for action in self._actions:
            self._paint_button(canvas, action)

    def _paint_button(self, canvas: Canvas, action: Action) -> None:
        style, tokens = canvas.style, canvas.style.tokens
        fill = tokens.hover if canvas.hovered is action.kind else tokens.background
        canvas.panel(action.rect, fill, tokens.border, 8)
        if canvas.focused is action.kind:
            canvas.focus_ring(action.rect, 8)
        rect = action.rect.adjusted(style.px(14), 0, 0, 0)
        canvas.text(rect, action.label, tokens.text, style.small_bold)
