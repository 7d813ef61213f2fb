"""The conversation on screen: header, transcript or greeting, notices, composer."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import ParleyError, StorageError
from desktop.core.ids import ConversationId, MessageId
from desktop.core.preferences import NORMAL_TEXT_PX, SendKey
from desktop.ui.chat_foot import ChatFoot
from desktop.ui.chat_header import ChatHeader
from desktop.ui.composer import SHADOW, Composer
from desktop.ui.edit_bar import EditBar
from desktop.ui.empty_state import EmptyState
from desktop.ui.icons import Icons
from desktop.ui.look import centred, named, set_kind
from desktop.ui.message_commands import MessageCommands
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.reading_places import ReadingPlaces
from desktop.ui.theme import Theme
from desktop.ui.tokens import COLUMN_WIDTH
from desktop.ui.transcript_signals import report_on

if TYPE_CHECKING:
    from desktop.core.conversation import Message
    from desktop.ui.fade import Fade
    from desktop.ui.transcript.view import TranscriptView

CARD_WIDTH = COLUMN_WIDTH + 32
AFTER_PAINT_MS = 30
"""Long enough for the first picture to reach the screen; a delay of 0 comes before it."""


class ChatPane(QWidget):
    """Implements `ChatView`."""

    submitted = Signal(str)
    stop_requested = Signal()
    draft_changed = Signal(str)
    retry_requested = Signal(object)
    edit_requested = Signal(object)
    edit_submitted = Signal(object, str)
    sibling_requested = Signal(object, int)
    branch_requested = Signal(object)
    continue_requested = Signal(object)
    delete_requested = Signal(object)
    save_requested = Signal(str, str)
    messages_requested = Signal(object)
    settings_requested = Signal()
    passage_requested = Signal(object, int)
    similar_requested = Signal(object)
    model_menu_requested = Signal()
    model_chosen = Signal(str)
    busy_changed = Signal(bool)
    title_changed = Signal(str)
    model_changed = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        named(self, "chatPane", self.tr("Chat"))
        set_kind(self, "page")
        self.setAcceptDrops(True)
        self._busy = False
        self._text_px = NORMAL_TEXT_PX
        self._look: tuple[float, int] | None = None
        self.messages = MessageCommands(self)
        self._shown: ConversationId | None = None
        self.places = ReadingPlaces()
        self.header = ChatHeader(theme=theme, icons=icons)
        self._theme, self._icons = theme, icons
        self._transcript: TranscriptView | None = None
        self.composer = Composer(theme=theme, icons=icons)
        self._empty = EmptyState(theme=theme, icons=icons)
        self._notice = NoticeBar(theme=theme, icons=icons)
        self._edit_bar = EditBar(theme=theme, icons=icons)
        self._fade: Fade | None = None
        self._foot = ChatFoot(theme=theme, icons=icons)
        self.sources = self._foot.sources
        self._lay_out()
        self._connect()
        self.show_conversation("", (), "")
        self.set_model("")

    @property
    def transcript(self) -> "TranscriptView":
        """The transcript: built when it is first needed, or right after the first paint."""
        if self._transcript is None:
            self._transcript = self._build_transcript()
        return self._transcript

    @property
    def is_busy(self) -> bool:
        """Whether an answer is under way."""
        return self._busy

    @property
    def draft(self) -> str:
        """What is kept as the draft: what stands in the composer, or waits for an edit's end.

        An edit is kept as the draft where no other waits, so that a crash does not lose it.
        """
        return self._edit_bar.draft or self.composer.text

    def find_words(self) -> None:
        """Look for words in the conversation, at first for those that are selected."""
        if self._body.currentWidget() is self._transcript:
            self.transcript.open_find()

    def find_next(self) -> None:
        """Go on to the next place that was found; without a search, begin one."""
        if self._body.currentWidget() is self._transcript:
            self.transcript.find_next()

    def find_previous(self) -> None:
        """Go back to the place found before; without a search, begin one."""
        if self._body.currentWidget() is self._transcript:
            self.transcript.find_previous()

    def show_conversation(self, title: str, messages: "Sequence[Message]", draft: str) -> None:
        """Replace everything; an empty sequence is a new chat."""
        self.messages.replace(messages)
        self._notice.hide()
        self._end_edit()
        self.set_title(title)
        self._note_place()
        self._shown = messages[0].conversation_id if messages else None
        if messages or self._transcript is not None:
            self.transcript.set_messages(messages)
        if self._shown is not None:
            self.transcript.go_to_place(self.places.get(self._shown))
        self.composer.set_text(draft)
        self._show_body(bool(messages))

    def reading_places(self) -> dict[str, list[Any]]:
        """Return where the reader is in each conversation, for `places.restore`."""
        self._note_place()
        return self.places.state()

    def set_title(self, title: str) -> None:
        """Name the conversation."""
        self.header.set_title(title or self.tr("New chat"))
        self.title_changed.emit(title)

    def add_message(self, message: "Message") -> None:
        """Append a question, or an answer about to stream."""
        self.messages.add(message)
        self._notice.hide()
        self._show_body(True)
        self._shown = message.conversation_id
        self.transcript.add_message(message)

    def append_text(self, message_id: MessageId, text: str) -> None:
        """Add streamed text to an answer."""
        self.transcript.append_text(message_id, text)

    def append_reasoning(self, message_id: MessageId, text: str) -> None:
        """Add streamed reasoning to an answer."""
        self.transcript.append_reasoning(message_id, text)

    def finish_message(self, message: "Message") -> None:
        """Show the final state of an answer."""
        self.messages.add(message)
        self.transcript.finish_message(message)

    def set_progress(self, message_id: MessageId, text: str) -> None:
        """Say what is going on while no text comes; '' for nothing."""
        self.transcript.set_progress(message_id, text)

    def set_busy(self, busy: bool) -> None:
        """While busy, Send becomes Stop."""
        self._busy = busy
        self.composer.set_busy(busy)
        if self._transcript is not None:
            self._transcript.set_busy(busy)
        self.busy_changed.emit(busy)

    def show_messages(self, messages: "Sequence[Message]") -> None:
        """Replace the transcript alone; what is being written stays."""
        self.messages.replace(messages)
        self.transcript.swap_messages(messages)
        self._show_body(bool(messages))

    def show_earlier(self, before: MessageId, ids: Sequence[MessageId]) -> None:
        """Tell which messages stand above the first of those shown."""
        self.transcript.show_earlier(before, ids)

    def fill_in(self, messages: "Sequence[Message]") -> None:
        """Show messages that were asked for."""
        self.transcript.fill_in(messages)

    def edit_question(self, message_id: MessageId, text: str) -> None:
        """Put a question into the composer to be written anew; its draft waits meanwhile."""
        self._edit_bar.begin(message_id, self.composer.text)
        self.composer.edit.takes_escape = True
        self.composer.set_text(text)
        self.focus_composer()

    def clear_composer(self, text: str) -> None:
        """Empty the composer if it still holds `text`, which is safely stored now."""
        if self.composer.text == text:
            self._cancel_edit()

    def set_model(self, label: str) -> None:
        """Name the model on the model button; '' when none is chosen."""
        self.header.model_button.set_model(label)
        self._empty.set_model(label)
        self.model_changed.emit()

    def set_model_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Set the models to choose from, as pairs of id and label."""
        self.header.model_button.set_choices(choices)

    def show_notice(self, error: ParleyError) -> None:
        """Show an error that belongs to no message, above the composer.

        Where it kept what is written from being stored, it can be sent again from there.
        """
        if self.composer.allow_resend() and isinstance(error, StorageError):
            self.show_problem(error, self.tr("Send again"), self.composer.submit)
        else:
            self._notice.show_error(error)

    def show_problem(self, error: ParleyError, label: str, action: Callable[[], None]) -> None:
        """Show an error above the composer with a button that does something about it."""
        self._notice.show_problem(error, label, action)

    def show_action(self, message: str, label: str, action: Callable[[], None]) -> None:
        """Say above the composer that something was done, and offer to undo it."""
        self._notice.show_action(message, label, action)

    def undo(self) -> None:
        """Undo what was done last, while the offer to do so stands."""
        self._notice.take_offer()

    def focus_composer(self) -> None:
        """Put the cursor into the composer."""
        self.composer.edit.setFocus()

    def set_text_px(self, pixels: int) -> None:
        """Show messages and what is written in letters of that size at 100 %."""
        self._text_px = pixels
        self.composer.edit.set_text_px(pixels)
        if self._transcript is not None:
            self._transcript.set_text_px(pixels)

    def set_send_key(self, key: SendKey) -> None:
        """Send with Enter, or with Ctrl+Enter alone."""
        self.composer.edit.set_send_key(key)
        self._foot.set_send_key(key)

    def look(self) -> dict[str, Any]:
        """Return zoom and width of the text, for `restore_look`."""
        zoom, width = self.transcript.look
        return {"zoom": zoom, "text_width": width}

    def restore_look(self, state: Mapping[str, Any]) -> None:
        """Take back what `look` returned; what makes no sense is left out."""
        zoom, width = state.get("zoom"), state.get("text_width")
        if isinstance(zoom, float) and isinstance(width, int):
            self._look = zoom, width
            if self._transcript is not None:
                self._transcript.set_look(zoom, width)

    def zoom(self, step: int) -> None:
        """Make the transcript's text larger (1), smaller (-1), or its usual size (0)."""
        view = self.transcript
        {1: view.zoom_in, -1: view.zoom_out, 0: view.zoom_reset}[step]()

    def show_message(self, message_id: MessageId, words: str) -> None:
        """Bring a message into view with `words` marked in it, where there are any."""
        self.transcript.show_message(message_id)
        if words:
            self.transcript.open_find(words)

    def _lay_out(self) -> None:
        self._body = named(QStackedWidget(), "chatBody", self.tr("Messages"))
        self._body.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        column.addLayout(centred(self._notice, CARD_WIDTH, margin=16 + SHADOW))
        column.addLayout(centred(self._edit_bar, CARD_WIDTH, margin=16 + SHADOW))
        column.addLayout(centred(self.composer, CARD_WIDTH + 2 * SHADOW, margin=16))
        column.addLayout(centred(self._foot, CARD_WIDTH, margin=16 + SHADOW))

    def _connect(self) -> None:
        self.composer.submitted.connect(self._submit)
        self.composer.stop_requested.connect(self.stop_requested)
        self.composer.text_changed.connect(self._report_draft)
        self.composer.edit.escaped.connect(self._cancel_edit)
        self._edit_bar.cancelled.connect(self._cancel_edit)
        self.composer.edit_last_requested.connect(self.messages.edit)
        self._empty.suggestion_chosen.connect(self._suggest)
        self._notice.settings_requested.connect(self.settings_requested)
        button = self.header.model_button
        button.menu_requested.connect(self.model_menu_requested)
        button.model_chosen.connect(self.model_chosen)
        button.settings_requested.connect(self.settings_requested)

    def _build_transcript(self) -> "TranscriptView":
        # Markdown, highlighting and typesetting cost a third of the start-up time.
        from desktop.ui.fade import Fade
        from desktop.ui.transcript.view import TranscriptView

        transcript = TranscriptView(theme=self._theme, icons=self._icons, parent=self)
        transcript.set_text_px(self._text_px)
        if self._look is not None:
            transcript.set_look(*self._look)
        report_on(transcript, self)
        transcript.set_busy(self._busy)
        self._body.addWidget(transcript)
        self._fade = Fade(self, self._body, self._theme)
        return transcript

    def _show_body(self, any_messages: bool) -> None:
        self._body.setCurrentWidget(self.transcript if any_messages else self._empty)
        if self._fade is not None:
            self._fade.setVisible(any_messages)
            self._fade.raise_()

    def _report_draft(self) -> None:
        self.draft_changed.emit(self.draft)

    def _submit(self, text: str) -> None:
        edited = self._edit_bar.message_id
        if edited is None:
            self.submitted.emit(text)
        else:
            self.edit_submitted.emit(edited, text)

    def _end_edit(self) -> str:
        self.composer.edit.takes_escape = False
        return self._edit_bar.end()

    def _cancel_edit(self) -> None:
        """Write on with what was being written before the edit."""
        draft = self._end_edit()
        self.composer.set_text(draft)
        self.draft_changed.emit(draft)
        self.focus_composer()

    def _suggest(self, text: str) -> None:
        self.composer.set_text(text)
        self.draft_changed.emit(text)
        self.focus_composer()

    def _note_place(self) -> None:
        if self._shown is not None:
            self.places.note(self._shown, self.transcript.reading_place)

    def quote(self, text: str) -> None:
        """Put a quotation above what is being written."""
        quoted = "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))
        self._suggest(f"{quoted}\n\n{self.composer.text}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures wherever they are dropped on the conversation."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give the composer what was dropped."""
        self.composer.edit.insertFromMimeData(event.mimeData())
        self.focus_composer()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the window can be seen, build what it will need next."""
        super().paintEvent(event)
        if self._transcript is None:
            QTimer.singleShot(AFTER_PAINT_MS, self, lambda: self.transcript)
