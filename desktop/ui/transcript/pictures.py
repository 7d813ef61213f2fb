"""The conversation's own pictures, decoded in a thread; no other picture is ever shown."""

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from desktop.core.content import ImagePart

FORMATS = frozenset({b"png", b"jpeg", b"jpg", b"gif", b"webp", b"bmp"})
"""What is decoded, whatever a picture calls itself; SVG is none of it."""
MOST_BYTES = 30_000_000
MOST_PIXELS = 50_000_000
KEPT_SIDE = 1_600
"""Pixels of the longer side that are kept: twice the width of the column."""
KEPT = 24


def decode(part: ImagePart) -> QImage:
    """Decode a picture, made smaller where it is larger than anyone sees.

    Raises:
        ValueError: it is too large, or no picture that Parley shows.
        OSError: its file is gone.
    """
    data = part.data
    if len(data) > MOST_BYTES:
        raise ValueError(len(data))
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    kind, size = reader.format().data(), reader.size()
    if kind not in FORMATS or not 0 < size.width() * size.height() <= MOST_PIXELS:
        raise ValueError(kind)
    if max(size.width(), size.height()) > KEPT_SIDE:
        most = QSize(KEPT_SIDE, KEPT_SIDE)
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise ValueError(reader.errorString())
    return image


class Pictures:
    """Remembers the last few pictures.

    `is_late` is set when one was asked for that is still to come.
    """

    def __init__(self) -> None:
        self.is_late = False
        self._decoder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
        self._found: OrderedDict[ImagePart, Future[QImage]] = OrderedDict()

    def get(self, part: ImagePart) -> tuple[QImage | None, bool]:
        """Return a picture and whether it is known yet; None if it is not or can't be shown."""
        if part not in self._found:
            self._found[part] = self._decoder.submit(decode, part)
            if len(self._found) > KEPT:
                self._found.popitem(last=False)[1].cancel()
        future = self._found[part]
        self._found.move_to_end(part)
        if not future.done():
            self.is_late = True
            return None, False
        return (None if future.exception() else future.result()), True
