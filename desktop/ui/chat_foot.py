"""Below the composer: what answers draw on, what leaves the computer for it, and the keys."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.preferences import SendKey
from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel, named
from desktop.ui.sources_button import SourcesButton
from desktop.ui.theme import Theme

WIDE = 520
"""Pixels of width from which the whole hint fits."""


class ChatFoot(QWidget):
    """The row below the composer, and a line under it as long as sources are attached."""

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        named(self, "chatFoot", self.tr("Below the composer"))
        self._send_key: SendKey = "enter"
        self.sources = SourcesButton(theme=theme, icons=icons)
        self._hint = Label(kind="hint", name="composerHint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._hint.setMinimumWidth(1)
        self._leaves = WrappedLabel(kind="leaves", name="whatLeavesLabel")
        self._leaves.hide()
        self._lay_out()
        self.sources.what_leaves_changed.connect(self._say_what_leaves)

    def set_send_key(self, key: SendKey) -> None:
        """Name the keys, with this one to send."""
        self._send_key = key
        self._show_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the hint within the width."""
        super().resizeEvent(event)
        self._show_hint()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.addWidget(self.sources)
        row.addWidget(self._hint, 1)
        column.addLayout(row)
        column.addWidget(self._leaves)

    def _say_what_leaves(self, words: str) -> None:
        self._leaves.set_text(words)
        self._leaves.setVisible(bool(words))

    def _show_hint(self) -> None:
        with_enter = self._send_key == "enter"
        short = self.tr("Enter to send") if with_enter else self.tr("Ctrl + Enter to send")
        line = self.tr("Shift + Enter") if with_enter else self.tr("Enter")
        keys = self.tr("{0} for a new line").format(line), self.tr("↑ to edit the last message")
        self._hint.set_text("  ·  ".join((short, *keys)) if self.width() >= WIDE else short)
