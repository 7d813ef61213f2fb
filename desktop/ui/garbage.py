"""Cyclic garbage is collected on the UI thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000


class GarbageCollection(QObject):
    """Takes over from Python's own timing for as long as `start` to `stop`.

    Python collects in whichever thread happens to allocate. A Qt object that dies in a
    database's thread brings the process down, so only the thread that owns the widgets
    collects, the young generations often and the old one seldom, as Python would.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Collect here and nowhere else."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Collect what is left and leave it to Python again."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        due = [
            count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)
        ]
        for generation in (2, 1, 0):
            if due[generation]:
                gc.collect(generation)
                return
