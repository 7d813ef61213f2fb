"""Tables: a card with hairlines; wide ones scroll sideways, long ones come in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from desktop.ui.tokens import RADIUS_CARD
from desktop.ui.transcript.items.base import Action, ActionKind, Canvas, place
from desktop.ui.transcript.items.block import BUBBLE_PAD, BlockItem, BlockSpec
from desktop.ui.transcript.items.sideways import Sideways
from desktop.ui.transcript.model import TableBlock
from desktop.ui.transcript.rich_text import Link, RichText
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import TextBox
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.visible import reveal
from desktop.ui.transcript.wording import tr

BUTTON = 26
PAD_X = 13
PAD_Y = 7
WIDEST_COLUMN = 44
NARROWEST_COLUMN = 9
"""Characters: what a column asks for at most, and gets at least."""


@dataclass(slots=True)
class _Row:
    """The laid out cells of a row, and all that their layout depends on."""

    key: tuple[object, ...]
    boxes: list[TextBox]


class TableItem(BlockItem):
    """A piece of a table; selected text has tabs between cells, line breaks between rows."""

    bubble_bottom = BUBBLE_PAD

    def __init__(self, spec: BlockSpec, block: TableBlock) -> None:
        super().__init__(spec)
        self._block = block
        self.sideways = Sideways()
        self._width = 0
        self._rows: list[tuple[float, float]] = []
        self.cells: list[_Row] = []
        self._reusable: list[_Row] = []
        self._copy = QRectF()

    def actions(self) -> Sequence[Action]:
        """Offer Copy in the header."""
        beside = super().actions()
        if not self._block.opens or not self.measured:
            return beside
        return [Action(ActionKind.COPY_TABLE, self._copy, tr("Copy table")), *beside]

    def plain_content(self, typesetter: Typesetter) -> str:
        """Return the rows as lines, tabs between the cells."""
        rows = (
            (self._rich(row, cell, typesetter) for cell in cells)
            for row, cells in enumerate(self._block.rows)
        )
        lines = ["\t".join(_in_one_line(rich) for rich in row) for row in rows]
        return "".join(f"{line}\n" for line in lines)

    def reuse(self, old: "TableItem") -> None:
        """Take over the rows that the same table had before it grew."""
        if old.measured:
            self._reusable = old.cells

    def release(self) -> None:
        """Drop the layout of the cells too."""
        super().release()
        self.cells = []

    def estimate_content(self, width: int, style: Style) -> int:
        """Guess one or two lines a row."""
        widths = self._column_widths(width, style)
        row = style.line + 2 * style.px(PAD_Y) + 1
        height = 0
        for cells in self._block.rows:
            needed = max(
                (
                    len(cell) * style.character / each
                    for cell, each in zip(cells, widths, strict=False)
                ),
                default=1.0,
            )
            height += row + int(needed) * style.line
        return height + 1

    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Set every cell in the width of its column."""
        style = typesetter.style
        widths = self._column_widths(width, style)
        self._width = width
        self._rows = []
        self.cells = [self._row(i, widths, typesetter) for i in range(len(self._block.rows))]
        self._reusable = []
        boxes: list[tuple[TextBox, float, float]] = []
        pad_x, pad_y = style.px(PAD_X), style.px(PAD_Y)
        y = float(self.top)
        for row in self.cells:
            x = float(self.left)
            for box, column in zip(row.boxes, widths, strict=False):
                boxes.append((box, x + pad_x, y + pad_y))
                x += column
            height = max((box.height for box in row.boxes), default=style.line) + 2 * pad_y + 1
            self._rows.append((y, float(height)))
            y += height
        self.boxes = list(place(boxes))
        self.is_stale = any(box.rich.is_late for row in self.cells for box in row.boxes)
        self.sideways.fit(sum(widths), width)
        side = style.px(BUTTON)
        right, top = self.left + width - style.px(5) - side, self.top + style.px(5)
        self._copy = QRectF(right, top, side, side)
        return round(y) - self.top + 1

    def displayed(self, typesetter: Typesetter) -> str:
        """Return the cells as they are set."""
        cells = ((row, cell) for row, cells in enumerate(self._block.rows) for cell in cells)
        return self.separator.join(self._rich(row, cell, typesetter).text for row, cell in cells)

    def show_position(self, start: int, end: int) -> QRectF:
        """Scroll sideways if needed."""
        rect = super().show_position(start, end)
        self.sideways.show(rect.left() - self.left, rect.right() - self.left)
        return rect

    def readable_content(self) -> str:
        """Return the cells, tabs between them."""
        return "\n".join("\t".join(map(reveal, cells)) for cells in self._block.rows)

    def original(self, start: int, end: int) -> str:
        """Return the selected cells as tab-separated lines."""
        columns = len(self._block.weights)
        rows: list[list[str]] = []
        for index, placed in enumerate(self.boxes):
            if placed.start < end and placed.end > start:
                if not rows or index % columns == 0:
                    rows.append([])
                rows[-1].append(
                    placed.box.rich.original(max(0, start - placed.start), end - placed.start)
                )
        return "\n".join("\t".join(cells) for cells in rows)

    def offset_at(self, x: float, y: float) -> int:
        """Count in what is scrolled out of sight."""
        return super().offset_at(x + self.sideways.offset, y)

    def link_at(self, x: float, y: float) -> Link | None:
        """Count in what is scrolled out of sight."""
        return super().link_at(x + self.sideways.offset, y)

    def paint_content(self, canvas: Canvas) -> None:
        """Paint the card, the header's background, hairlines and the cells."""
        painter = canvas.painter
        height = sum(height for _, height in self._rows) + 1
        rect = QRectF(self.left, self.top, self._width, height)
        outline = self._outline(rect)
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        self._paint_lines(canvas, rect, outline)
        painter.setClipRect(rect.adjusted(1, 0, -1, 0), Qt.ClipOperation.IntersectClip)
        painter.translate(-self.sideways.offset, 0)
        self.paint_boxes(canvas)
        painter.restore()
        if self._block.opens:
            self._paint_copy(canvas)
        if self._block.closes:
            track = QRectF(rect.left() + 12, rect.bottom() - 6, rect.width() - 24, 4)
            self.sideways.paint_bar(canvas, track)

    def _paint_copy(self, canvas: Canvas) -> None:
        """Paint the button while the mouse is over the message or the keyboard is here."""
        kind, tokens = ActionKind.COPY_TABLE, canvas.style.tokens
        if not canvas.over and kind not in {canvas.focused, canvas.done}:
            return
        fill = tokens.selected if canvas.hovered is kind else tokens.code_header
        canvas.panel(self._copy, fill, None, 6)
        if canvas.focused is kind:
            canvas.focus_ring(self._copy, 6)
        done = canvas.done is kind
        colour = tokens.success if done else tokens.muted
        canvas.icon("check" if done else "copy", colour, self._copy.center(), canvas.style.px(14))

    def _outline(self, rect: QRectF) -> QPainterPath:
        above = 0.5 if self._block.opens else -RADIUS_CARD
        below = -0.5 if self._block.closes else RADIUS_CARD
        path = QPainterPath()
        path.addRoundedRect(rect.adjusted(0.5, above, -0.5, below), RADIUS_CARD, RADIUS_CARD)
        return path

    def _paint_lines(self, canvas: Canvas, rect: QRectF, outline: QPainterPath) -> None:
        painter, style = canvas.painter, canvas.style
        border = style.colour(style.tokens.border)
        if self._block.opens:
            painter.save()
            header = QRectF(rect.left(), rect.top(), rect.width(), self._rows[0][1])
            painter.setClipRect(header, Qt.ClipOperation.IntersectClip)
            painter.fillPath(outline, style.colour(style.tokens.code_header))
            painter.restore()
        for y, _ in self._rows[1:] if self._block.opens else self._rows:
            painter.fillRect(QRectF(rect.left(), y - 1, rect.width(), 1), border)
        painter.setPen(QPen(border, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _row(self, index: int, widths: Sequence[float], typesetter: Typesetter) -> "_Row":
        key = (self._block.rows[index], tuple(widths), typesetter, index == 0)
        if index < len(self._reusable) and self._reusable[index].key == key:
            return self._reusable[index]
        style = typesetter.style
        boxes: list[TextBox] = []
        cells = zip(self._block.rows[index], widths, self._block.alignments, strict=False)
        for cell, width, align in cells:
            box = TextBox(self._rich(index, cell, typesetter), style.body_face, align=align)
            box.lay_out(width - 2 * style.px(PAD_X))
            boxes.append(box)
        return _Row(key, boxes)

    def _rich(self, index: int, cell: str, typesetter: Typesetter) -> RichText:
        tokens = typesetter.style.tokens
        if index == 0 and self._block.opens:
            return typesetter.bold(cell, self._block.references, tokens.muted)
        colour = getattr(tokens, self.colour)
        return typesetter.inline(cell, self._block.references, colour)

    def _column_widths(self, width: int, style: Style) -> list[float]:
        pad = 2 * style.px(PAD_X)
        wanted = [min(max(weight, 4), WIDEST_COLUMN) for weight in self._block.weights]
        least = [min(want, NARROWEST_COLUMN) * style.character * 1.15 + pad for want in wanted]
        natural = [want * style.character * 1.15 + pad for want in wanted]
        spare = width - sum(least)
        if spare <= 0:
            return least
        more = [big - small for big, small in zip(natural, least, strict=True)]
        if sum(more) <= spare:
            factor = width / sum(natural)
            return [each * factor for each in natural]
        return [small + spare * extra / sum(more) for small, extra in zip(least, more, strict=True)]


def _in_one_line(rich: RichText) -> str:
    return " ".join(rich.original(0, len(rich.text)).split())
