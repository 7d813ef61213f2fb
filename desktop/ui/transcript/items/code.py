"""Code blocks: a card with the language and Copy; long ones are cards of several pieces."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainterPath, QPen

from desktop.ui.tokens import RADIUS_CARD
from desktop.ui.transcript.items.base import Action, ActionKind, Canvas, place
from desktop.ui.transcript.items.block import BUBBLE_PAD, BlockItem, BlockSpec
from desktop.ui.transcript.items.sideways import Sideways
from desktop.ui.transcript.model import CodeBlock
from desktop.ui.transcript.rich_text import plain
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import TextBox
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.visible import reveal
from desktop.ui.transcript.wording import tr

HEADER = 36
PAD = 16
PAD_Y = 10
_BUTTONS = {
    ActionKind.WRAP_CODE: ("wrap-text", "Wrap long lines"),
    ActionKind.SAVE_CODE: ("download", "Save as a file"),
    ActionKind.COPY_CODE: ("copy", "Copy code"),
}
WRAPPED_FROM = 1_000
"""Lines longer than this are wrapped: nobody scrolls that far sideways."""


class CodeItem(BlockItem):
    """A piece of a code block."""

    bubble_bottom = BUBBLE_PAD

    def __init__(self, spec: BlockSpec, block: CodeBlock) -> None:
        super().__init__(spec)
        self.block = block
        self.sideways = Sideways()
        self._width = 0
        self._content_height = 0
        self._header = 0
        self._actions: list[Action] = []

    def estimate_content(self, width: int, style: Style) -> int:
        """Count the lines."""
        lines = self.block.text.removesuffix("\n").count("\n") + 1
        height = lines * style.code_line
        height += style.px(HEADER) + style.px(PAD_Y) if self.block.opens else 0
        return height + (style.px(PAD_Y) + 2 if self.block.closes else 0)

    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Colour the code and break its lines."""
        style = typesetter.style
        block = self.block
        self._width = width
        self._header = style.px(HEADER) if block.opens else 0
        above = self._header + (style.px(PAD_Y) if block.opens else 0)
        below = style.px(PAD_Y) + 2 if block.closes else 0
        wrap = self.sideways.wraps or max(map(len, block.text.split("\n"))) > WRAPPED_FROM
        rich, is_coloured = typesetter.code(block)
        self.is_stale = not is_coloured
        box = TextBox(rich, style.code_face, wrap=wrap)
        pad = style.px(PAD)
        self.boxes = list(place([(box, self.left + pad, self.top + above)]))
        height = box.lay_out(width - 2 * pad)
        self.sideways.fit(box.width, width - 2 * pad)
        self._content_height = above + height + below
        self._place_buttons(width, style)
        return self._content_height

    def actions(self) -> Sequence[Action]:
        """Offer Copy, wrapping and saving in the header."""
        beside = super().actions()
        return [*self._actions, *beside] if self.block.opens and self.measured else beside

    def plain_content(self, typesetter: Typesetter) -> str:
        """Return the code."""
        return self.block.text

    def displayed(self, typesetter: Typesetter) -> str:
        """Return the code as it is set."""
        return plain(self.block.text.removesuffix("\n")).text

    def show_position(self, start: int, end: int) -> QRectF:
        """Scroll sideways if needed."""
        rect = super().show_position(start, end)
        self.sideways.show(rect.left() - self.left, rect.right() - self.left)
        return rect

    def readable_content(self) -> str:
        """Return the language and the code."""
        header = f"{reveal(self.block.info)}\n" if self.block.opens and self.block.info else ""
        return header + reveal(self.block.text.removesuffix("\n"))

    def original(self, start: int, end: int) -> str:
        """Return code with the line break that a piece taken whole ends with."""
        text = super().original(start, end)
        whole = self.block.text.endswith("\n") and end > self.length and not self.block.closes
        return f"{text}\n" if whole else text

    def offset_at(self, x: float, y: float) -> int:
        """Count in what is scrolled out of sight."""
        return super().offset_at(x + self.sideways.offset, y)

    def paint_content(self, canvas: Canvas) -> None:
        """Paint the card, then the code clipped to it."""
        tokens = canvas.style.tokens
        rect = QRectF(self.left, self.top, self._width, self._content_height)
        painter = canvas.painter
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        path = self._outline(rect)
        painter.fillPath(path, canvas.style.colour(tokens.code_background))
        self._paint_header(canvas, rect, path)
        painter.setPen(QPen(canvas.style.colour(tokens.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        inner = rect.adjusted(1, self._header, -1, 0)
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        painter.setPen(canvas.style.colour(tokens.text))
        painter.translate(-self.sideways.offset, 0)
        self.paint_boxes(canvas)
        painter.restore()
        if self.block.closes:
            pad = canvas.style.px(PAD)
            track = QRectF(rect.left() + pad, rect.bottom() - 7, rect.width() - 2 * pad, 4)
            self.sideways.paint_bar(canvas, track)

    def _outline(self, rect: QRectF) -> QPainterPath:
        """Return the card's outline; where pieces meet it runs on out of sight."""
        above = 0.5 if self.block.opens else -RADIUS_CARD
        below = -0.5 if self.block.closes else RADIUS_CARD
        path = QPainterPath()
        path.addRoundedRect(rect.adjusted(0.5, above, -0.5, below), RADIUS_CARD, RADIUS_CARD)
        return path

    def _paint_header(self, canvas: Canvas, rect: QRectF, outline: QPainterPath) -> None:
        if not self.block.opens:
            return
        style, tokens = canvas.style, canvas.style.tokens
        header = QRectF(rect.left(), rect.top(), rect.width(), self._header)
        canvas.painter.save()
        canvas.painter.setClipRect(header, Qt.ClipOperation.IntersectClip)
        canvas.painter.fillPath(outline, style.colour(tokens.code_header))
        canvas.painter.restore()
        line = QRectF(rect.left(), header.bottom() - 1, rect.width(), 1)
        canvas.painter.fillRect(line, style.colour(tokens.border))
        taken = header.right() - self._actions[0].rect.left()
        label = header.adjusted(style.px(PAD), 0, -taken - style.px(6), 0)
        metrics = QFontMetricsF(style.small_bold)
        language = reveal(self.block.info) or tr("text")
        words = metrics.elidedText(language, Qt.TextElideMode.ElideRight, label.width())
        canvas.text(label, words, tokens.muted, style.small_bold)
        for action in self._actions:
            self._paint_button(canvas, action)

    def _place_buttons(self, width: int, style: Style) -> None:
        """Put the buttons at the right end of the header, Copy with its name."""
        side, top = style.px(26), self.top + (self._header - style.px(26)) / 2
        right = self.left + width - style.px(6)
        self._actions = []
        for kind, (_, label) in reversed(_BUTTONS.items()):
            wide = style.px(70) if kind is ActionKind.COPY_CODE else style.px(30)
            right -= wide
            self._actions.insert(0, Action(kind, QRectF(right, top, wide, side), tr(label)))

    def _paint_button(self, canvas: Canvas, action: Action) -> None:
        style, tokens = canvas.style, canvas.style.tokens
        done = canvas.done is action.kind
        is_on = action.kind is ActionKind.WRAP_CODE and self.sideways.wraps
        hovered = canvas.hovered is action.kind
        if hovered or is_on:
            canvas.panel(action.rect, tokens.selected, None, 6)
        if canvas.focused is action.kind:
            canvas.focus_ring(action.rect, 6)
        colour = tokens.success if done else tokens.text if hovered or is_on else tokens.muted
        icon = QPointF(action.rect.left() + style.px(15), action.rect.center().y())
        canvas.icon("check" if done else _BUTTONS[action.kind][0], colour, icon, style.px(14))
        if action.kind is ActionKind.COPY_CODE:
            label = action.rect.adjusted(style.px(27), 0, 0, 0)
            canvas.text(label, tr("Copied") if done else tr("Copy"), colour, style.small_bold)
