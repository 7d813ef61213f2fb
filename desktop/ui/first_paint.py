"""The moment from which there is something to look at: what is heavy loads after it."""

import asyncio
import json
import os
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Waits until a window was painted for the first time, and notes when.

    A window covered by its children gets no paint event of its own; its surface is always
    exposed, and Qt paints before that event has been dealt with.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._painted = asyncio.Event()
        window.winId()  # makes the surface
        self._surface = window.windowHandle()
        self._surface.installEventFilter(self)

    async def wait(self) -> None:
        """Return once the window is on screen."""
        await self._painted.wait()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the first paint, once it is over."""
        if event.type() is QEvent.Type.Expose and not self._painted.is_set():
            asyncio.get_running_loop().call_soon(self._note)
        return False

    def _note(self) -> None:
        if self._painted.is_set():
            return
        self._painted.set()
        self._surface.removeEventFilter(self)
        report = os.environ.get("PARLEY_REPORT_START")
        if report:
            Path(report).write_text(json.dumps({"first_paint": time.time()}), "utf-8")
