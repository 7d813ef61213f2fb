"""The passages that were sent with a question, each in the text it was taken from."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QSplitter, QTextEdit, QVBoxLayout, QWidget

from desktop.core.sources import SentPassage
from desktop.documents.formats import OPENABLE
from desktop.presenters.sources_view import PassageView
from desktop.ui.fonts import text_font
from desktop.ui.library.rows import Row, RowList
from desktop.ui.look import ElidedLabel, WrappedLabel, named, resize_to_fit
from desktop.ui.settings.controls import Button
from desktop.ui.settings.controls import Row as ButtonRow
from desktop.ui.theme import Theme

SIZE = QSize(900, 620)
SMALLEST = QSize(560, 380)
LEFT, LEAST_LEFT = 260, 180
_TEXT_PX = 14
_AROUND = 200_000
"""Characters shown before and after a passage; a text view takes its time with more."""


class PassagesWindow(QDialog):
    """Implements `PassagesView`; `go_requested` carries a conversation and a message."""

    passage_chosen = Signal(object)
    go_requested = Signal(object, object)

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "passagesWindow", self.tr("Sources of the answer"))
        self.setWindowTitle(self.tr("Sources of the answer"))
        self.setMinimumSize(SMALLEST)
        resize_to_fit(self, SIZE)
        self._theme = theme
        self._shown: PassageView | None = None
        self._span = (0, 0)
        self._about = WrappedLabel(kind="muted", name="passagesAbout")
        self._list = RowList("passageList", self.tr("Passages"), theme=theme)
        self._title = ElidedLabel(kind="title", name="passageTitle")
        self._place = ElidedLabel(kind="muted", name="passagePlace")
        self._text = named(QTextEdit(), "passageText", self.tr("The passage in its place"))
        self._text.setReadOnly(True)
        self._text.setFont(text_font(_TEXT_PX))
        self._go = Button(self.tr("Go to the conversation"), name="goToPassageButton")
        self._open = Button(self.tr("Open the file"), name="openPassageFileButton")
        self._close = Button(self.tr("Close"), name="closeButton")
        self._lay_out()
        self._list.chosen.connect(self.passage_chosen)
        self._go.clicked.connect(self._report_go)
        self._open.clicked.connect(self._open_file)
        self._close.clicked.connect(self.reject)
        theme.changed.connect(self._show_again)

    def show_passages(self, passages: Sequence[SentPassage], number: int) -> None:
        """List what was sent and choose the passage `number`."""
        count = len(passages)
        self._list.show()
        self._about.show()
        self.setWindowTitle(self.tr("Sources of the answer"))
        words = self.tr("{count} passages went with the question, and nothing else of them.")
        one = self.tr("One passage went with the question, and nothing else of it.")
        self._about.set_text(one if count == 1 else words.format(count=count))
        rows = [
            Row(key=each.number, title=f"[{each.number}] {each.title}", detail=each.place)
            for each in passages
        ]
        self._list.show_rows(rows, chosen=number)

    def show_found(self, passage: SentPassage) -> None:
        """Begin with a passage that was found, not sent: there is no list of them."""
        self._list.show_rows([])
        self._list.hide()
        self._about.hide()
        self.setWindowTitle(passage.title)

    def show_passage(self, passage: PassageView) -> None:
        """Show a passage in its place, in the middle of the view."""
        self._shown = passage
        self._title.set_text(passage.passage.title)
        self._go.setVisible(passage.message_id is not None)
        self._open.setVisible(bool(passage.path))
        whole, folder = self.tr("Open the file"), self.tr("Open its folder")
        self._open.set_text(whole if Path(passage.path).suffix.lower() in OPENABLE else folder)
        gone = not (passage.path or passage.message_id)
        gone_words = self.tr(
            "What it was taken from has changed or is gone; this is what was sent."
        )
        place = gone_words if gone else passage.passage.place
        self._place.set_text(place)
        self._place.setVisible(bool(place))
        self._show_text(passage)

    def _show_text(self, passage: PassageView) -> None:
        tokens = self._theme.tokens
        plain, marked = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(tokens.muted))
        marked.setForeground(QColor(tokens.text))
        marked.setBackground(QColor(tokens.accent_soft))
        self._text.clear()
        cursor = self._text.textCursor()
        if passage.before:
            cursor.insertText(passage.before[-_AROUND:] + "\n\n", plain)
        start = cursor.position()
        cursor.insertText(passage.passage.text, marked)
        end = cursor.position()
        if passage.after:
            cursor.insertText("\n\n" + passage.after[:_AROUND], plain)
        self._span = (start, end)
        self._reveal()

    def _reveal(self) -> None:
        """Scroll so that the passage begins a little below the upper edge."""
        start, end = self._span
        last = QTextCursor(self._text.document())
        last.setPosition(end)
        self._text.setTextCursor(last)
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(start)
        self._text.setTextCursor(cursor)
        bar = self._text.verticalScrollBar()
        bar.setValue(bar.value() + self._text.cursorRect(cursor).top() - 40)

    def _lay_out(self) -> None:
        buttons = ButtonRow(
            None, self._go, self._open, self._close, name="passageButtons", spacing=8
        )
        buttons.setAccessibleName(self.tr("Actions"))
        page = named(QWidget(), "passagePage", self.tr("Passage"))
        right = QVBoxLayout(page)
        right.setContentsMargins(14, 0, 0, 0)
        right.setSpacing(4)
        right.addWidget(self._title)
        right.addWidget(self._place)
        right.addSpacing(6)
        right.addWidget(self._text, 1)
        splitter = named(QSplitter(), "passageSplitter", self.tr("Passages and text"))
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        self._list.setMinimumWidth(LEAST_LEFT)
        splitter.addWidget(self._list)
        splitter.addWidget(page)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([LEFT, 2 * LEFT])
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self._about)
        column.addWidget(splitter, 1)
        column.addWidget(buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """Scroll once more: only now the text is laid out for its width."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._reveal)

    def _show_again(self) -> None:
        if self._shown is not None:
            self._show_text(self._shown)

    def _report_go(self) -> None:
        if self._shown is not None:
            self.go_requested.emit(self._shown.conversation_id, self._shown.message_id)

    def _open_file(self) -> None:
        if self._shown is not None and self._shown.path:
            path = Path(self._shown.path)
            # The system might run a script instead of showing it.
            opened = path if path.suffix.lower() in OPENABLE else path.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(opened)))
