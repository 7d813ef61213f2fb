"""Paragraphs, headings, literal text and rules."""

from math import ceil

from PySide6.QtCore import QRectF

from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.items.base import Canvas, place
from desktop.ui.transcript.items.block import BlockItem, BlockSpec
from desktop.ui.transcript.model import TextBlock
from desktop.ui.transcript.rich_text import RichText, compose
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import TextBox
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.visible import reveal


class TextItem(BlockItem):
    """A paragraph or a heading."""

    def __init__(self, spec: BlockSpec, block: TextBlock) -> None:
        super().__init__(spec)
        self._block = block

    def estimate_content(self, width: int, style: Style) -> int:
        """Guess from the number of characters and line breaks."""
        source = self._block.source
        line = style.heading_line(self._block.level)
        breaks = source.count("\n")
        return line * (breaks + max(1, ceil(len(source) * style.character / max(width, 40))))

    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Parse the inline Markdown and wrap it."""
        style = typesetter.style
        rich = self._rich(typesetter)
        self.is_stale = rich.is_late
        box = TextBox(rich, style.heading_face(self._block.level))
        self.boxes = list(place([(box, self.left, self.top)]))
        return box.lay_out(width)

    def natural_width(self, typesetter: Typesetter) -> float:
        """Return how wide the text would be without wrapping."""
        return TextBox(self._rich(typesetter), typesetter.style.body_face).natural_width()

    def displayed(self, typesetter: Typesetter) -> str:
        """Return the text as it is set."""
        return self._rich(typesetter).text

    def plain_content(self, typesetter: Typesetter) -> str:
        """Return the words without their Markdown; formulas as they are written."""
        rich = self._rich(typesetter)
        return rich.original(0, len(rich.text))

    def readable_content(self) -> str:
        """Return the text as it is written."""
        return reveal(self._block.source)

    def _first_line(self, style: Style) -> int:
        return style.heading_line(self._block.level)

    def _rich(self, typesetter: Typesetter) -> RichText:
        block = self._block
        colour = getattr(typesetter.style.tokens, self.colour)
        if block.literal:
            source = block.source.removesuffix("\n").replace("\n", "\u2028")
            return compose([Span(source)], typesetter.style, colour)
        return typesetter.inline(block.source, block.references, colour)


class RuleItem(BlockItem):
    """A hairline across the column."""

    def __init__(self, spec: BlockSpec) -> None:
        super().__init__(spec)
        self._width = 0

    def estimate_content(self, width: int, style: Style) -> int:
        """Return the exact height: there is nothing to wrap."""
        return style.px(17)

    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Remember the width."""
        self._width = width
        return typesetter.style.px(17)

    def paint_content(self, canvas: Canvas) -> None:
        """Draw the line."""
        rect = QRectF(self.left, self.top + canvas.style.px(8), self._width, 1)
        canvas.painter.fillRect(rect, canvas.style.colour(canvas.style.tokens.border))

    def readable_content(self) -> str:
        """Return nothing: a line is not read out."""
        return ""
