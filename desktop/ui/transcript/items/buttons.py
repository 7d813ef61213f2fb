"""Small icon buttons in a row, with the arrows that lead to a message's other versions."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from desktop.ui.transcript.items.base import Action, ActionKind, Canvas
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.wording import tr

BUTTON = 28
GAP = 2
ICON = 16
RADIUS = 7

_LOOKS = {
    ActionKind.COPY_MESSAGE: ("copy", "Copy message"),
    ActionKind.REGENERATE: ("refresh-cw", "Regenerate"),
    ActionKind.EDIT: ("pencil", "Edit"),
    ActionKind.BRANCH: ("git-branch", "Fork into a new conversation"),
    ActionKind.MORE: ("ellipsis", "More"),
    ActionKind.OLDER: ("chevron-left", "Previous version"),
    ActionKind.NEWER: ("chevron-right", "Next version"),
}


@dataclass(frozen=True, slots=True)
class ButtonsSpec:
    """Which buttons, and which of how many versions the message is, from 0 on."""

    buttons: tuple[ActionKind, ...]
    version: int = 0
    versions: int = 1


class Buttons:
    """Places and paints a row of buttons; the versions stand at the right end."""

    def __init__(self, spec: ButtonsSpec) -> None:
        self._spec = spec
        self._label = f"{spec.version + 1}/{spec.versions}" if spec.versions > 1 else ""
        self._words = QRectF()
        self.actions: list[Action] = []

    def width(self, style: Style) -> float:
        """Return how much room the row needs."""
        versions = self._label_width(style) + 2 * style.px(BUTTON) if self._label else 0
        return len(self._spec.buttons) * style.px(BUTTON + GAP) + versions

    def place(self, x: float, y: float, style: Style) -> None:
        """Put the row at a point."""
        side = style.px(BUTTON)
        self.actions = []
        for kind in self._spec.buttons:
            self._add(kind, QRectF(x, y, side, side))
            x += side + style.px(GAP)
        if self._label:
            width = self._label_width(style)
            if self._spec.version > 0:
                self._add(ActionKind.OLDER, QRectF(x, y, side, side))
            self._words = QRectF(x + side, y, width, side)
            if self._spec.version < self._spec.versions - 1:
                self._add(ActionKind.NEWER, QRectF(x + side + width, y, side, side))

    def paint(self, canvas: Canvas, *, everything: bool = True) -> None:
        """Paint the row; of what is not shown all the time only the button with the focus."""
        for action in self.actions:
            is_arrow = action.kind in {ActionKind.OLDER, ActionKind.NEWER}
            if everything or is_arrow or canvas.focused is action.kind:
                _paint_button(canvas, action)
        if self._label:
            style = canvas.style
            rect = self._words.translated(self._slack(style) / 2, 0)
            canvas.text(rect, self._label, style.tokens.muted, style.small)
            self._paint_ends(canvas)

    def _paint_ends(self, canvas: Canvas) -> None:
        """Paint the arrow that leads nowhere as a shadow of itself."""
        style, half = canvas.style, QPointF(canvas.style.px(BUTTON) / 2, 0)
        colour, middle = style.tokens.border, self._words.center().y()
        if self._spec.version == 0:
            centre = QPointF(self._words.left(), middle) - half
            canvas.icon("chevron-left", colour, centre, style.px(ICON))
        if self._spec.version == self._spec.versions - 1:
            centre = QPointF(self._words.right(), middle) + half
            canvas.icon("chevron-right", colour, centre, style.px(ICON))

    def _add(self, kind: ActionKind, rect: QRectF) -> None:
        self.actions.append(Action(kind, rect, tr(_LOOKS[kind][1])))

    def _label_width(self, style: Style) -> float:
        return QFontMetricsF(style.small).horizontalAdvance(self._label) + self._slack(style)

    @staticmethod
    def _slack(style: Style) -> int:
        return style.px(2)


def _paint_button(canvas: Canvas, action: Action) -> None:
    tokens = canvas.style.tokens
    hovered = canvas.hovered is action.kind
    if hovered:
        canvas.panel(action.rect, tokens.hover, None, RADIUS)
    if canvas.focused is action.kind:
        canvas.focus_ring(action.rect, RADIUS)
    done = canvas.done is action.kind
    colour = tokens.success if done else tokens.text if hovered else tokens.muted
    icon = "check" if done else _LOOKS[action.kind][0]
    canvas.icon(icon, colour, action.rect.center(), canvas.style.px(ICON))
