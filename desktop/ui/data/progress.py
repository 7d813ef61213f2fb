"""How far a piece of work is, shown at the foot of a dialog."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.ui.look import WrappedLabel, named


class Progress(QWidget):
    """A bar while something runs, and a line that says what came of it.

    `prefix` begins its object names: one window may hold several dialogs.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        named(self, f"{prefix}Progress", self.tr("Progress"))
        self._bar = named(QProgressBar(), f"{prefix}ProgressBar", self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._text = WrappedLabel(kind="muted", name=f"{prefix}ProgressText")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._bar)
        column.addWidget(self._text)
        self._bar.hide()
        self._text.hide()

    def begin(self) -> None:
        """Show a bar that does not know its end yet."""
        self._bar.setRange(0, 0)
        self._bar.show()
        self._text.hide()

    def set(self, done: int, total: int) -> None:
        """Show how much is done."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def end(self) -> None:
        """Take the bar away."""
        self._bar.hide()

    def say(self, text: str) -> None:
        """Say what came of it; '' for nothing."""
        self._text.set_text(text)
        self._text.setVisible(bool(text))
