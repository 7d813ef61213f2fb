"""The text field of the composer: plain text that grows with what is typed."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy

from desktop.core.preferences import SendKey
from desktop.ui.fonts import text_font
from desktop.ui.tokens import BODY_PX

MAX_LINES = 10
LINE_HEIGHT = 24
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ComposerEdit(QPlainTextEdit):
    """Tells apart the keys that send from those that write."""

    send_requested = Signal()
    previous_requested = Signal()
    escaped = Signal()
    focus_changed = Signal()
    files_given = Signal(list)
    """Paths of files that were pasted or dropped."""
    picture_given = Signal(object)
    """A picture that was pasted or dropped, as a QImage."""

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        self._send_key: SendKey = "enter"
        self.takes_escape = False
        self.setObjectName("composerEdit")
        self.setAccessibleName(self.tr("Message"))
        self.setPlaceholderText(self.tr("Ask anything"))
        self.setFont(text_font(BODY_PX))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.document().clearUndoRedoStacks()  # how it looks is nothing to undo
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The send key sends, other forms of Enter break the line, Up recalls when empty.

        Escape is reported only while `takes_escape` is set.
        """
        if event.key() in _ENTER and self._sends(event):
            # While an input method composes, Enter belongs to it.
            if not self._composing and not event.isAutoRepeat():
                self.send_requested.emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Up and self.document().isEmpty() and not self._composing:
            self.previous_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and self.takes_escape and not self._composing:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def set_send_key(self, key: SendKey) -> None:
        """Send with Enter, or with Ctrl+Enter alone."""
        self._send_key = key

    def set_text_px(self, pixels: int) -> None:
        """Write in letters of that size."""
        self.setFont(text_font(pixels))
        self._fit()

    def _sends(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return False
        with_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        return with_control or self._send_key == "enter"

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window where there is nothing to undo here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            if undoes and not self.document().isUndoAvailable():
                event.ignore()
                return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether an input method is in the middle of a word."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the field has the focus."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field has lost the focus."""
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text, files and pictures."""
        return source.hasText() or source.hasUrls() or source.hasImage()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert plain text, formatting left behind; pass files and pictures on."""
        paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_given.emit(paths)
        elif source.hasText():
            self.insertPlainText(source.text())
        elif source.hasImage():
            self.picture_given.emit(source.imageData())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew and take the height that this needs."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Be as narrow as the window asks for."""
        return QSize(120, self.height())

    def _fit(self) -> None:
        lines = max(1, round(self.document().size().height()))
        shown = min(lines, MAX_LINES)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if lines > MAX_LINES else policy.ScrollBarAlwaysOff
        )
        height = shown * self.fontMetrics().lineSpacing() + 2 * round(
            self.document().documentMargin()
        )
        if height != self.height():
            self.setFixedHeight(height)
        if 1 < lines <= MAX_LINES:
            self.verticalScrollBar().setValue(0)
