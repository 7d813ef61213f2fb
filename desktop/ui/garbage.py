"""Cyclic garbage is collected on the UI thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000


class GarbageCollection(QObject):
    """Takes over from Python's own timing from `start` on.

    Python collects in whichever thread happens to allocate. A Qt object that dies in a
    database's thread brings the process down, so only the thread that owns the widgets
    collects, the young generations often and the old one seldom, as Python would. What is there
    when the old one is due first is never walked: that is the modules and the window, which live
    as long as the app, and the window would stand still for a tenth of a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._spares_the_old = False

    def start(self) -> None:
        """Collect here and nowhere else."""
        gc.disable()
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        due = [
            count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)
        ]
        if due[2] and not self._spares_the_old:
            self._spares_the_old = True
            gc.freeze()
        for generation in (2, 1, 0):
            if due[generation]:
                gc.collect(generation)
                return
