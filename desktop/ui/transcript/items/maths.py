"""A formula on lines of its own."""

from desktop.ui.transcript.formula import guess
from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.items.base import place
from desktop.ui.transcript.items.block import BlockItem, BlockSpec
from desktop.ui.transcript.model import MathsBlock
from desktop.ui.transcript.rich_text import RichText
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import TextBox
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.visible import reveal


class MathsItem(BlockItem):
    """A centred formula; its source where it could not be set."""

    def __init__(self, spec: BlockSpec, block: MathsBlock) -> None:
        super().__init__(spec)
        self._block = block

    def estimate_content(self, width: int, style: Style) -> int:
        """Guess from what it is built of."""
        size = guess(self._block.tex, display=True)
        return max(style.line, round((size.ascent + size.descent) * style.formula_size))

    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Set the formula, or leave room for it while it is being set."""
        rich = self._rich(typesetter)
        self.is_stale = rich.is_late
        align = "center" if rich.objects else ""
        box = TextBox(rich, typesetter.style.body_face, align=align)
        self.boxes = list(place([(box, self.left, self.top)]))
        return box.lay_out(width)

    def displayed(self, typesetter: Typesetter) -> str:
        """Return the formula's place, or its source."""
        return self._rich(typesetter).text

    def plain_content(self, typesetter: Typesetter) -> str:
        """Return the formula as it is written."""
        return self._block.source

    def readable_content(self) -> str:
        """Return the formula as it is written."""
        return reveal(self._block.source)

    def _rich(self, typesetter: Typesetter) -> RichText:
        colour = getattr(typesetter.style.tokens, self.colour)
        block = self._block
        return typesetter.set([Span(block.source, tex=block.tex, display=True)], colour)
