"""What the system would open is taken by an object that stands in its place."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import cast

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

SLOT = cast("bytes", "open")  # the stub asks for bytes, the binding takes text only


class Opener(QObject):
    """Notes what was to be opened."""

    def __init__(self, written: Callable[[QUrl], str]) -> None:
        super().__init__()
        self._written = written
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(self._written(url))


@contextmanager
def opener_of(
    *schemes: str, written: Callable[[QUrl], str] = lambda url: url.toString()
) -> Generator[Opener]:
    """Give what stands for the programs that open addresses of these schemes."""
    opener = Opener(written)
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, opener, SLOT)
    yield opener
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)
