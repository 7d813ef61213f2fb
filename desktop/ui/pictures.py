"""Pictures made fit to be sent: decoded within limits, small enough, of a kind that models read."""

import asyncio

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from desktop.core.images import image_type
from desktop.services.attaching import Picture

MAX_SIDE = 2048
"""Pixels; models scale down what is larger."""
MAX_BYTES = 4_500_000
"""Anthropic refuses pictures of more than 5 MB in base64."""
THUMBNAIL = 96
_QUALITY = 88
# No SVG: it is drawn by rules that can read files and take for ever.
_FORMATS = frozenset({"png", "jpeg", "jpg", "gif", "webp", "bmp", "tiff", "ico"})


async def prepare_picture(data: bytes) -> Picture | None:
    """Make a picture ready to be sent, in a thread; None where it can't be decoded."""
    return await asyncio.to_thread(_prepared, data)


async def png_of(image: QImage) -> bytes:
    """Return a picture as PNG, made in a thread."""
    return await asyncio.to_thread(_encoded, image, "PNG")


def _prepared(data: bytes) -> Picture | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)  # cameras note which side is up
    if bytes(reader.format().data()).decode("ascii", "replace") not in _FORMATS:
        return None
    image = reader.read()
    if image.isNull():
        return None
    thumbnail = _encoded(_within(image, THUMBNAIL), "PNG")
    kind = image_type(data)
    if kind is None or len(data) > MAX_BYTES or max(image.width(), image.height()) > MAX_SIDE:
        image = _within(image, MAX_SIDE)
        data = _encoded(image, "PNG") if image.hasAlphaChannel() else b""
        if not data or len(data) > MAX_BYTES:
            data = _encoded(image, "JPEG")
        kind = image_type(data) or "image/jpeg"
    return Picture(
        data=data,
        media_type=kind,
        width=image.width(),
        height=image.height(),
        thumbnail=thumbnail,
    )


def _within(image: QImage, side: int) -> QImage:
    if max(image.width(), image.height()) <= side:
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, smooth)


def _encoded(image: QImage, kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode("ascii")))
    if kind == "JPEG":
        writer.setQuality(_QUALITY)
    writer.write(image)
    return bytes(buffer.data().data())
