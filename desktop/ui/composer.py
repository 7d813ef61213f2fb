"""The composer: a card to write in, with Send or Stop."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop.ui.composer_edit import ComposerEdit
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton
from desktop.ui.theme import Theme
from desktop.ui.tokens import RADIUS_BUBBLE

if TYPE_CHECKING:
    from desktop.core.attachment import Attachment
    from desktop.ui.attachment_strip import AttachmentStrip

SHADOW = 10
"""Pixels around the card that its shadow needs."""
BUTTON = 34
FOCUS_ALPHA = 0.55


class Composer(QWidget):
    """Emits `submitted` with the text and keeps it until `clear` says it is stored."""

    submitted = Signal(str)
    stop_requested = Signal()
    text_changed = Signal(str)
    edit_last_requested = Signal()
    attach_requested = Signal()
    attachment_removed = Signal(int)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._busy = False
        self._submitted: str | None = None
        self._files = self._reading = 0
        self.setObjectName("composer")
        self.setAccessibleName(self.tr("Composer"))
        self.edit = ComposerEdit()
        self._send = _RoundButton("sendButton", self.tr("Send"), "arrow-up", theme, icons)
        self._stop = _RoundButton("stopButton", self.tr("Stop"), "stop", theme, icons)
        self._stop.hide()
        self.strip: AttachmentStrip | None = None
        self._attach = IconButton(
            "plus", self.tr("Attach files"), name="attachButton", theme=theme, icons=icons
        )
        self._lay_out()
        self._connect()
        self._offer()

    @property
    def text(self) -> str:
        """What is written, as it stands."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put `text` in, without reporting a change; the cursor goes to its end."""
        blocked = self.edit.blockSignals(True)
        self.edit.setPlainText(text)
        self.edit.blockSignals(blocked)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self._submitted = None
        self._offer()

    def show_attachments(self, files: "Sequence[Attachment]", *, reading: int) -> None:
        """Show the files that go with the message; `reading` more are being read."""
        if self.strip is None and (files or reading):
            from desktop.ui.attachment_strip import AttachmentStrip

            self.strip = AttachmentStrip(theme=self._theme, icons=self._icons)
            self.strip.removed.connect(self.attachment_removed)
            self._column.insertWidget(0, self.strip)
        self._files, self._reading = len(files), reading
        if self.strip is not None:
            self.strip.show_files(files, reading=reading)
        self._submitted = None
        self._offer()

    @property
    def _has_something(self) -> bool:
        """Whether there is anything to send, and all of it was read."""
        return (bool(self.text.strip()) or bool(self._files)) and not self._reading

    def set_busy(self, busy: bool) -> None:
        """Show Stop in the place of Send while an answer arrives."""
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._busy = busy
        self._send.setVisible(not busy)
        self._stop.setVisible(busy)
        if had_focus:
            self.edit.setFocus()
        if not busy:
            self._submitted = None
        self._offer()

    def allow_resend(self) -> bool:
        """Let the same text be sent again: it was not taken the first time; tell if there is any."""
        was_refused = self._submitted is not None and self._submitted == self.text
        self._submitted = None
        self._offer()
        return was_refused

    def submit(self) -> None:
        """Report the text, once, unless it is blank or an answer is under way."""
        text = self.text
        if self._busy or not self._has_something or text == self._submitted:
            return
        self._submitted = text
        self.submitted.emit(text)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SHADOW + 10, SHADOW + 10, SHADOW + 10, SHADOW + 10)
        self._column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._column.addLayout(row)
        row.addWidget(self._attach, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.edit, 1, Qt.AlignmentFlag.AlignVCenter)
        for button in (self._send, self._stop):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)

    def _connect(self) -> None:
        self.edit.send_requested.connect(self.submit)
        self.edit.previous_requested.connect(self.edit_last_requested)
        self._attach.clicked.connect(self.attach_requested)
        self.edit.textChanged.connect(self._on_text_changed)
        self._send.clicked.connect(self.submit)
        self._stop.clicked.connect(self.stop_requested)
        self._theme.changed.connect(self.update)
        self.edit.focus_changed.connect(self.update)

    def _on_text_changed(self) -> None:
        self._submitted = None
        self._offer()
        self.text_changed.emit(self.text)

    def _offer(self) -> None:
        self._send.setEnabled(self._has_something)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the card writes."""
        self.edit.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its shadow."""
        tokens = self._theme.tokens
        card = QRectF(self.rect()).adjusted(SHADOW, SHADOW - 4, -SHADOW, -SHADOW)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _draw_shadow(painter, card, dark=tokens.dark)
            painter.setBrush(QColor(tokens.field))
            border = QColor(tokens.border)
            if self.edit.hasFocus():
                border = QColor(tokens.accent)
                border.setAlphaF(FOCUS_ALPHA)
            painter.setPen(QPen(border, 1))
            painter.drawRoundedRect(
                card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_BUBBLE, RADIUS_BUBBLE
            )


class _RoundButton(QToolButton):
    """An accent-coloured disc with an icon."""

    def __init__(self, name: str, label: str, icon: str, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._icon, self._theme, self._icons = icon, theme, icons
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setToolTip(label)
        self.setFixedSize(QSize(BUTTON, BUTTON))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw disc, icon and, for the keyboard, a focus ring."""
        tokens = self._theme.tokens
        lit = self.isEnabled()
        side = 18
        size = float(self.width())
        middle = QPointF(size / 2, size / 2)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            disc = QColor(tokens.accent if lit else tokens.selected)
            painter.setBrush(disc.darker(112) if lit and self.underMouse() else disc)
            painter.drawEllipse(middle, size / 2 - 2, size / 2 - 2)
            colour = tokens.accent_text if lit else tokens.faint
            pixmap = self._icons.pixmap(self._icon, colour, side, self.devicePixelRatioF())
            painter.drawPixmap(middle - QPointF(side / 2, side / 2), pixmap)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.text), 1.5))
                painter.drawEllipse(middle, size / 2 - 1, size / 2 - 1)


def _draw_shadow(painter: QPainter, card: QRectF, *, dark: bool) -> None:
    """Draw a soft shadow as a stack of faint outlines, cheaper than a blur."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 14 if dark else 5))
    for spread in range(SHADOW - 1, 0, -2):
        grown = card.adjusted(-spread, 2 - spread, spread, min(spread + 2, SHADOW))
        painter.drawRoundedRect(grown, RADIUS_BUBBLE + spread, RADIUS_BUBBLE + spread)
