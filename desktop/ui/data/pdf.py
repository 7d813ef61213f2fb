"""A page of HTML printed into a PDF file, without loading anything."""

import asyncio
import re
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPdfWriter, QTextDocument

_DPI = 96
_MARGIN_MM = 18.0
_TAG_OR_LONG_WORD = re.compile(r"<[^>]*>|[^\s<>&]{120}(?=[^\s<>&])")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_LOOK = """
body { font-size: 10pt; } h1 { font-size: 15pt; } h2, h3 { font-size: 12pt; }
.who { font-weight: 600; margin-top: 14px; } .when { color: #70707a; font-weight: 400; }
.user { background-color: #f1f1f4; } pre { background-color: #f6f6f7; font-size: 8.5pt; }
"""


class _Document(QTextDocument):
    """Shows nothing that is not in the page itself.

    Qt reads a file where this returns nothing, so that it returns an empty picture instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pictures: dict[str, QImage] = {}  # Qt asks for each many times

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Load pictures from the page's own data only, and none that is drawn by rules."""
        address = name if isinstance(name, str) else name.toString()
        if address not in self._pictures:
            self._pictures[address] = _picture(address)
        return self._pictures[address]


async def write_pdf(page: str, path: Path) -> None:
    """Print `page` into `path`, in a thread: laying out a long conversation takes a while.

    Raises:
        OSError: the file can't be written.
    """
    await asyncio.to_thread(_print, page, path)


def _picture(address: str) -> QImage:
    if address.startswith("data:image/") and not address.startswith("data:image/svg"):
        _, _, data = address.partition("base64,")
        with suppress(ValueError):
            image = QImage.fromData(b64decode(data))
            if not image.isNull():
                return image
    return QImage(1, 1, QImage.Format.Format_ARGB32)


def _breakable(match: re.Match[str]) -> str:
    found = match[0]
    return found if found.startswith("<") else f"{found}\u200b"


def _print(page: str, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    writer.setCreator("Parley")
    document = _Document()
    document.setDefaultStyleSheet(_LOOK)
    # A word without an end takes minutes to lay out; it breaks at these places.
    document.setHtml(_TAG_OR_LONG_WORD.sub(_breakable, _STYLE.sub("", page)))
    document.print_(writer)
    del writer  # writes the end of the file
    if not path.stat().st_size:
        raise OSError(28, "No space left on device", str(path))
