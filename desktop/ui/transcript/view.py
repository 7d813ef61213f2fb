"""The transcript: what was said, as it is being said."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.core.conversation import Message
from desktop.core.ids import MessageId
from desktop.core.preferences import NORMAL_TEXT_PX
from desktop.ui.icons import Icons
from desktop.ui.reading_places import ReadingPlace
from desktop.ui.theme import Theme
from desktop.ui.tokens import COLUMN_WIDTH
from desktop.ui.transcript.accessible import announce, make_readable
from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.items.footer import ProgressItem
from desktop.ui.transcript.items.waiting import HEIGHT
from desktop.ui.transcript.new_text_button import NewTextButton
from desktop.ui.transcript.paging import Paging
from desktop.ui.transcript.style import Style

FLUSH_MS = 33
HURRY_MS = 8
FLUSH_CHARACTERS = 400
"""What is laid out at once; more waits for `HURRY_MS`, so that the window stays awake."""
PULSE_MS = 50
ZOOM_STEP = 0.1
ZOOM_RANGE = (0.6, 2.5)
COLUMN_STEP = 80
COLUMN_RANGE = (500, 1_540)
"""Pixels of the text's width at 100 %."""


class TranscriptView(Paging):
    """Shows messages, follows an answer as it streams, and reports what the reader asks for.

    What is said about a message of another conversation is not shown and does no harm.
    """

    def __init__(self, *, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(theme, Style(theme.tokens), icons, parent)
        self.setObjectName("transcriptView")
        self.setAccessibleName(self.tr("Transcript"))
        make_readable()
        self._zoom = 1.0
        self._text_px = NORMAL_TEXT_PX
        self._column = COLUMN_WIDTH
        self._has_news = False  # text came since the last flush
        self._flush_timer = self._timer(FLUSH_MS, self._flush, single=True)
        self._pulse_timer = self._timer(PULSE_MS, self._pulse)
        self._new_text = NewTextButton(self._style, icons, self)
        self._new_text.clicked.connect(self.go_to_end)
        theme.changed.connect(self._apply_style)
        self.following_changed.connect(self._on_following)
        self.copy_requested.connect(self.copy)
        self.zoom_turned.connect(self._turn_zoom)

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Replace everything and go to the end."""
        self._messages.replace(messages)
        self._goal, self._wanted = None, set()
        self._selection = self._hovered = self._over = self._focused = self._done = self._anchor = (
            None
        )
        self._layout.reset(len(self._messages), HEIGHT)
        self._find_bar.put_away()
        self._new_text.hide()
        self.go_to_end()
        self._pulse_timer.stop()
        if len(self._messages) and self._layout.entry(len(self._messages) - 1).is_streaming:
            self._pulse_timer.start()

    def swap_messages(self, messages: Sequence[Message]) -> None:
        """Show another branch; the reader stays where both are the same, or at what differs."""
        place, anchor = self.reading_place, self._anchor
        above = self._messages.id_at(anchor.message - 1) if anchor and anchor.message else None
        self.set_messages(messages)
        if place is None:
            return
        if self._messages.find(place.message_id) is not None:
            self.go_to_place(place)
            return
        before = self._messages.find(above) if above else -1
        if before is not None and before + 1 < len(self._messages):
            self.go_to_place(ReadingPlace(self._messages.id_at(before + 1), 0, 0))

    def add_message(self, message: Message) -> None:
        """Append a question or an answer; what the user says is always brought into view."""
        self._messages.append(message)
        if (before := self._layout.at_hand(len(self._messages) - 2)) is not None:
            before.follow()
            self._layout.update(len(self._messages) - 2)
        entry = self._layout.append()
        self._finder.look_again(len(self._messages) - 1)
        if entry.is_streaming:
            self._pulse_timer.start()
        self.go_to_end()

    def append_text(self, message_id: MessageId, text: str) -> None:
        """Add streamed text; drawn at most 30 times a second."""
        if entry := self._entry_of(message_id):
            entry.append_text(text)
            self._tell_news()

    def append_reasoning(self, message_id: MessageId, text: str) -> None:
        """Add streamed reasoning; drawn at most 30 times a second."""
        if entry := self._entry_of(message_id):
            entry.append_reasoning(text)
            self._tell_news()

    def finish_message(self, message: Message) -> None:
        """Show the final state of an answer."""
        index = self._messages.find(message.id)
        if index is None:
            return
        entry = self._layout.entry(index)
        self._messages.put(index, message)
        entry.finish(message)
        self._layout.update(index)
        self._tell_news()
        self._finder.look_again(index)
        self.arrange()
        announce(self, index)
        if not any(each.is_streaming for _, each in self._layout.built()):
            self._pulse_timer.stop()

    def set_progress(self, message_id: MessageId, text: str) -> None:
        """Say what is going on while no text comes; '' for nothing."""
        index = self._messages.find(message_id)
        if index is not None:
            self._layout.entry(index).set_progress(text)
            self._layout.update(index)
            self.arrange()

    def set_text_px(self, pixels: int) -> None:
        """Show text in letters of that size at 100 %."""
        if pixels != self._text_px:
            self._text_px = pixels
            self._apply_style()

    def zoom_in(self) -> None:
        """Make everything larger."""
        self._set_zoom(self._zoom + ZOOM_STEP)

    def zoom_out(self) -> None:
        """Make everything smaller."""
        self._set_zoom(self._zoom - ZOOM_STEP)

    def zoom_reset(self) -> None:
        """Go back to the normal size."""
        self._set_zoom(1.0)

    def widen(self, steps: int) -> None:
        """Make the column of text wider by a number of steps, or narrower."""
        self._set_column(self._column + steps * COLUMN_STEP)

    @property
    def look(self) -> tuple[float, int]:
        """Return the zoom, 1.0 for 100 %, and the width of the text at 100 % in pixels."""
        return self._zoom, self._column

    def set_look(self, zoom: float, column: int) -> None:
        """Take back what `look` returned."""
        self._set_zoom(zoom)
        self._set_column(column)

    def plain_text(self) -> str:
        """Return everything a reader can see, in order."""
        return "\n\n".join(self._layout.entry(i).readable() for i in range(len(self._messages)))

    def go_to_end(self) -> None:
        """Show the end and follow it."""
        self.set_following(True)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button above the lower edge."""
        super().resizeEvent(event)
        self._place_button()

    def changeEvent(self, event: QEvent) -> None:
        """Draw sharply on whichever screen the window is."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.viewport().update()

    def arrange(self) -> None:
        """Lay out what is visible; colours of code and formulas that take longer come soon."""
        super().arrange()
        if self._typesetter.is_late:
            self._flush_soon()

    def _timer(
        self, milliseconds: int, slot: Callable[[], None], *, single: bool = False
    ) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.setSingleShot(single)
        timer.timeout.connect(slot)
        return timer

    def _entry_of(self, message_id: MessageId) -> Entry | None:
        index = self._messages.find(message_id)
        return None if index is None else self._layout.entry(index)

    def _tell_news(self) -> None:
        self._has_news = True
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._flush_timer.isActive():
            self._flush_timer.start(FLUSH_MS)

    def _flush(self) -> None:
        self._set_again()
        for index, entry in list(self._layout.built()):
            if entry.is_streaming:
                if entry.flush(FLUSH_CHARACTERS):
                    self._flush_timer.start(HURRY_MS)
                self._layout.update(index)
        self.arrange()
        if self._has_news and not self.is_following:
            self._show_button()
        self._has_news = False

    def _set_again(self) -> None:
        """Lay out again what was shown before its colours or formulas were known."""
        if self._typesetter.is_late:
            self._typesetter.expect()
            for _, entry in self._layout.built():
                entry.release_stale()
            self.repaint_all()

    def _pulse(self) -> None:
        self._phase = (self._phase + PULSE_MS / 1200) % 1.0
        top = self.verticalScrollBar().value()
        for place in self._layout.places(top, top + self.viewport().height()):
            if isinstance(place.item, ProgressItem):
                self.update_place(place)

    def _show_button(self) -> None:
        self._place_button()
        self._new_text.show()
        self._new_text.raise_()

    def _place_button(self) -> None:
        size = self._new_text.sizeHint()
        self._new_text.resize(size)
        left = (self.viewport().width() - size.width()) // 2
        self._new_text.move(left, self.viewport().height() - size.height() - 14)

    def _on_following(self, following: bool) -> None:
        if following:
            self._new_text.hide()

    def _turn_zoom(self, delta: int) -> None:
        if delta:
            self._set_zoom(self._zoom + (ZOOM_STEP if delta > 0 else -ZOOM_STEP))

    def _set_zoom(self, zoom: float) -> None:
        zoom = round(min(max(zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1]), 2)
        if zoom != self._zoom:
            self._zoom = zoom
            self._apply_style()

    def _set_column(self, column: int) -> None:
        column = min(max(column, COLUMN_RANGE[0]), COLUMN_RANGE[1])
        if column != self._column:
            self._column = column
            self._apply_style()

    def _apply_style(self) -> None:
        zoom = self._zoom * self._text_px / NORMAL_TEXT_PX
        style = Style(self._theme.tokens, zoom, self._column)
        self._new_text.set_style(style)
        self.verticalScrollBar().setSingleStep(style.line * 2)
        self.restyle(style)
