"""A block in its containers: indentation, quote bars, list markers, the user's bubble."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainterPath, QPen

from desktop.ui.tokens import RADIUS_BUBBLE
from desktop.ui.transcript.items.base import Action, Canvas, Item
from desktop.ui.transcript.items.buttons import BUTTON, Buttons, ButtonsSpec
from desktop.ui.transcript.model import Block, Bubble, Container, ListItem, Quote, Thought
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.typesetter import Typesetter

LIST_INDENT = 24
QUOTE_INDENT = 16
DEEPEST = 8
"""Containers beyond this depth are no longer indented: there must be room for the text."""
BUBBLE_PAD = 16
BUBBLE_TOP = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """A block and its place: the gap above, the containers shared with the block before.

    `bubble_width` is the width of the user's bubble around it, 0 without one; the message's
    buttons stand `beside` its last block.
    """

    block: Block
    gap: int = 0
    joined: int = 0
    bubble_width: int = 0
    beside: ButtonsSpec | None = None


class BlockItem(Item):
    """Lays out and paints what is around a block; subclasses do its content."""

    bubble_bottom = BUBBLE_TOP

    def __init__(self, spec: BlockSpec) -> None:
        super().__init__()
        self.spec = spec
        self.top = 0
        self.left = 0
        self._height = 0
        self._beside = Buttons(spec.beside) if spec.beside else None

    @property
    def containers(self) -> tuple[Container, ...]:
        """Return the containers from the outside in."""
        return self.spec.block.containers

    @property
    def is_thought(self) -> bool:
        """Tell whether it is a part of the reasoning."""
        return any(isinstance(each, Thought) for each in self.containers)

    @property
    def colour(self) -> str:
        """Return the token of the text colour: reasoning and quotations stand back."""
        quiet = any(isinstance(each, Quote | Thought) for each in self.containers)
        return "muted" if quiet else "text"

    def readable(self) -> str:
        """Return what can be read of it, list markers included."""
        return " ".join(filter(None, [*map(_marker, self.containers), self.readable_content()]))

    @abstractmethod
    def readable_content(self) -> str:
        """Return what can be read of the content."""

    def estimate(self, width: int, style: Style) -> int:
        """Guess the height from the amount of text."""
        left, right, top, bottom = self._frame(width, style)
        return top + self.estimate_content(width - left - right, style) + bottom

    def lay_out(self, width: int, typesetter: Typesetter) -> int:
        """Lay out the content inside its containers."""
        self.left, right, self.top, bottom = self._frame(width, typesetter.style)
        content = self.lay_out_content(max(40, width - self.left - right), typesetter)
        self._height = self.top + content + bottom
        if self._beside is not None:
            self._place_beside(self._beside, width, typesetter.style)
        return self._height

    def actions(self) -> Sequence[Action]:
        """Offer what stands beside the bubble."""
        return self._beside.actions if self._beside is not None and self.measured else ()

    def plain_text(self, typesetter: Typesetter) -> str:
        """Return the content's words with list markers before them."""
        if self.is_thought:
            return ""
        words = [*map(_marker, self.containers), self.plain_content(typesetter)]
        return " ".join(filter(None, words))

    def plain_content(self, typesetter: Typesetter) -> str:
        """Return the content's words without Markdown."""
        return self.readable_content()

    def _place_beside(self, buttons: Buttons, width: int, style: Style) -> None:
        left = width - self.spec.bubble_width - buttons.width(style) - style.px(6)
        middle = self._height - style.px(BUBBLE_TOP) - style.line / 2
        buttons.place(left, middle - style.px(BUTTON) / 2, style)

    @abstractmethod
    def estimate_content(self, width: int, style: Style) -> int:
        """Guess the height of the content in `width` pixels."""

    @abstractmethod
    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Lay out the content at (`left`, `top`); returns its height."""

    def paint_content(self, canvas: Canvas) -> None:
        """Paint the content."""
        self.paint_boxes(canvas)

    def paint(self, canvas: Canvas) -> None:
        """Paint containers first, from the outside in."""
        x = 0.0
        for depth, container in enumerate(self.containers):
            x = self._paint_container(canvas, depth, container, x)
        self.paint_content(canvas)
        if self._beside is not None:
            self._beside.paint(canvas, everything=canvas.over)

    def _frame(self, width: int, style: Style) -> tuple[int, int, int, int]:
        """Return the space left, right, above and below the content."""
        left = right = bottom = 0
        top = style.px(self.spec.gap)
        for depth, container in enumerate(self.containers):
            if isinstance(container, Bubble):
                left = width - self.spec.bubble_width + style.px(BUBBLE_PAD)
                right = style.px(BUBBLE_PAD)
                top += style.px(BUBBLE_TOP) if container.first else 0
                bottom = style.px(self.bubble_bottom) if container.last else 0
            elif depth < DEEPEST:
                left += style.px(indent_of(container))
        return left, right, top, bottom

    def _paint_container(self, canvas: Canvas, depth: int, container: Container, x: float) -> float:
        style = canvas.style
        if isinstance(container, Bubble):
            self._paint_bubble(canvas, container)
            return float(canvas.width - self.spec.bubble_width + style.px(BUBBLE_PAD))
        if isinstance(container, Quote | Thought):
            if depth < DEEPEST:
                self._paint_bar(canvas, depth, x)
        elif container.task is not None:
            self._paint_task(canvas, x, done=container.task)
        elif container.marker:
            self._paint_marker(canvas, container, x)
        return x + (style.px(indent_of(container)) if depth < DEEPEST else 0)

    def _paint_bar(self, canvas: Canvas, depth: int, x: float) -> None:
        top = 0.0 if depth < self.spec.joined else float(self.top)
        rect = QRectF(x, top, canvas.style.px(3), self._height - top)
        canvas.painter.fillRect(rect, canvas.style.colour(canvas.style.tokens.border))

    def _paint_bubble(self, canvas: Canvas, bubble: Bubble) -> None:
        style = canvas.style
        top = style.px(self.spec.gap) if bubble.first else 0
        width = self.spec.bubble_width
        rect = QRectF(canvas.width - width, top, width, self._height - top)
        radius = style.px(RADIUS_BUBBLE)
        # Corners that lie between two blocks of one bubble are moved out of sight.
        grown = rect.adjusted(0, 0 if bubble.first else -radius, 0, 0 if bubble.last else radius)
        path = QPainterPath()
        path.addRoundedRect(grown, radius, radius)
        canvas.painter.save()
        canvas.painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        canvas.painter.fillPath(path, style.colour(style.tokens.bubble))
        canvas.painter.restore()

    def _first_line(self, style: Style) -> int:
        return style.line

    def _paint_marker(self, canvas: Canvas, item: ListItem, x: float) -> None:
        style, marker = canvas.style, item.marker
        line = self._first_line(style)
        centre = self.top + line / 2
        if marker == "•":
            canvas.painter.setPen(Qt.PenStyle.NoPen)
            canvas.painter.setBrush(style.colour(style.tokens.muted))
            canvas.painter.drawEllipse(QPointF(x + style.px(13), centre + 1), 2.5, 2.5)
            return
        width = QFontMetricsF(style.body).horizontalAdvance(marker) + 1
        right = x + style.px(indent_of(item) - 5)
        rect = QRectF(right - width, self.top, width, line)
        canvas.text(rect, marker, style.tokens.muted, style.body, right=True)

    def _paint_task(self, canvas: Canvas, x: float, *, done: bool) -> None:
        style = canvas.style
        size = style.px(15)
        top = self.top + (self._first_line(style) - size) / 2
        rect = QRectF(x + style.px(3), top, size, size)
        tokens = style.tokens
        if not done:
            canvas.panel(rect, None, tokens.faint, 4)
            return
        canvas.panel(rect, tokens.accent, None, 4)
        pen = QPen(style.colour(tokens.accent_text), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        canvas.painter.setPen(pen)
        points = ((0.26, 0.52), (0.44, 0.7), (0.76, 0.32))
        corner = rect.topLeft()
        canvas.painter.drawPolyline([corner + QPointF(px * size, py * size) for px, py in points])


def _marker(container: Container) -> str:
    if not isinstance(container, ListItem):
        return ""
    boxes = {True: "☑", False: "☐", None: container.marker}
    return boxes[container.task]


def indent_of(container: Container) -> int:
    """Return how far a container moves its content to the right."""
    if not isinstance(container, ListItem):
        return QUOTE_INDENT
    return LIST_INDENT + max(0, container.digits - 2) * 9
