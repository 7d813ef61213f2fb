"""What the system would open is caught."""

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices


class Opener(QObject):
    """Takes what would go to the system's programs."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def opened() -> Iterator[list[str]]:
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, cast("bytes", "open"))
    yield opener.opened
    QDesktopServices.unsetUrlHandler("file")
