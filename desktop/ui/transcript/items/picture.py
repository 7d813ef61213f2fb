"""A picture of the conversation; its name and size where it can't be shown."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainterPath, QPen

from desktop.ui.tokens import RADIUS_CARD
from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.items.base import Canvas, place
from desktop.ui.transcript.items.block import BUBBLE_PAD, BlockItem, BlockSpec
from desktop.ui.transcript.model import PictureBlock
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.text_box import TextBox
from desktop.ui.transcript.typesetter import Typesetter
from desktop.ui.transcript.visible import reveal

HIGHEST = 320
GUESS = 200


class PictureItem(BlockItem):
    """Paints a picture no larger than it is, no wider than the column."""

    bubble_bottom = BUBBLE_PAD

    def __init__(self, spec: BlockSpec, block: PictureBlock) -> None:
        super().__init__(spec)
        self._block = block
        self._image: QImage | None = None
        self._rect = QRectF()

    def estimate_content(self, width: int, style: Style) -> int:
        """Guess: only the picture itself knows."""
        return style.px(GUESS)

    def lay_out_content(self, width: int, typesetter: Typesetter) -> int:
        """Fit the picture in, or leave room for it while it is being decoded."""
        style = typesetter.style
        self._image, is_known = typesetter.pictures.get(self._block.part)
        self.is_stale = not is_known
        if self._image is not None:
            return self._fit(self._image, width, style)
        if not is_known:
            self._rect = QRectF(self.left, self.top, min(width, style.px(280)), style.px(GUESS))
            return style.px(GUESS)
        self._rect = QRectF()
        rich = typesetter.set([Span(self._block.words)], getattr(style.tokens, self.colour))
        box = TextBox(rich, style.body_face)
        self.boxes = list(place([(box, self.left, self.top)]))
        return box.lay_out(width)

    def release(self) -> None:
        """Let go of the picture too."""
        super().release()
        self._image = None

    def readable_content(self) -> str:
        """Return what kind of picture it is."""
        return reveal(self._block.words)

    def displayed(self, typesetter: Typesetter) -> str:
        """Return the words that may be shown in its place."""
        return self._block.words if self.boxes else ""

    def paint_content(self, canvas: Canvas) -> None:
        """Paint the picture with round corners and a hairline around it."""
        style, painter = canvas.style, canvas.painter
        if self._rect.isEmpty():
            self.paint_boxes(canvas)
            return
        path = QPainterPath()
        path.addRoundedRect(self._rect, RADIUS_CARD, RADIUS_CARD)
        painter.save()
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        painter.fillPath(path, style.colour(style.tokens.hover))
        if self._image is not None:
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            painter.drawImage(self._rect, self._image)
        painter.restore()
        painter.strokePath(path, QPen(style.colour(style.tokens.border), 1))

    def _fit(self, image: QImage, width: int, style: Style) -> int:
        factor = min(1.0, width / image.width(), style.px(HIGHEST) / image.height())
        shown = image.width() * factor, max(1.0, image.height() * factor)
        self._rect = QRectF(self.left, self.top, *shown)
        return round(shown[1])
