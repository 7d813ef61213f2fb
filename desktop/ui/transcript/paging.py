"""Messages as they are needed: a long conversation is opened by its end."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal

from desktop.core.conversation import Message
from desktop.core.ids import MessageId
from desktop.ui.reading_places import ReadingPlace
from desktop.ui.transcript.acting import Acting
from desktop.ui.transcript.items.waiting import HEIGHT
from desktop.ui.transcript.searching import CALM_SHARE
from desktop.ui.transcript.selection import Selection
from desktop.ui.transcript.surface import Anchor


class Paging(Acting):
    """A surface that asks for the messages it comes to show."""

    messages_requested = Signal(object)
    """The ids of messages, as a list."""

    _goal: ReadingPlace | None = None  # a place whose message is still to come
    _copies_when_whole = False

    @property
    def reading_place(self) -> ReadingPlace | None:
        """Return where the reader is; None at the end."""
        anchor = self._anchor
        if self.is_following or anchor is None:
            return None
        return ReadingPlace(self._messages.id_at(anchor.message), anchor.index, anchor.y)

    def go_to_place(self, place: ReadingPlace | None) -> None:
        """Show a place as it was left, once its message is loaded; None changes nothing."""
        self._goal = place
        index = self._messages.find(place.message_id) if place else None
        if place is None or index is None:
            return
        is_loaded = self._messages.get(index) is not None
        self.set_following(False)
        self._anchor = Anchor(index, place.index, place.y) if is_loaded else Anchor(index, 0, 0)
        self.arrange()
        if is_loaded:
            self._goal = None

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Give up the place that was to be shown: the reader goes elsewhere."""
        if not self._is_arranging:
            self._goal = None
        super().scrollContentsBy(dx, dy)

    def show_message(self, message_id: MessageId) -> None:
        """Bring a message into view, its head a little below the upper edge."""
        self.go_to_place(ReadingPlace(message_id, 0, self.viewport().height() // CALM_SHARE))

    def show_earlier(self, before: MessageId, ids: Sequence[MessageId]) -> None:
        """Learn which messages stand above `before`, the first one here; nothing moves."""
        if not ids or not len(self._messages) or self._messages.id_at(0) != before:
            return
        count = len(ids)
        self._messages.prepend(ids)
        self._layout.prepend(count, HEIGHT)
        self._shift(count)
        self._finder.search_again(count)
        self.arrange()
        self.go_to_place(self._goal)

    def fill_in(self, messages: Sequence[Message]) -> None:
        """Show messages that were asked for; what the reader looks at stays where it is."""
        for message in messages:
            index = self._messages.find(message.id)
            if index is not None and self._messages.get(index) is None:
                self._messages.put(index, message)
                self._layout.forget(index)
                self._finder.look_again(index)
        self.arrange()
        self.go_to_place(self._goal)
        if self._copies_when_whole and self._messages.is_whole:
            self.copy()

    def arrange(self) -> None:
        """Ask for what came into view and is not loaded."""
        super().arrange()
        wanted, self._wanted = self._messages.to_ask_for(self._wanted), set()
        if wanted:
            self.messages_requested.emit(wanted)

    def open_find(self, words: str = "") -> None:
        """Look through everything: what is not loaded is, from the end up."""
        self._ask_for_all()
        super().open_find(words)

    def copy(self) -> None:
        """Copy what is selected, once it is loaded."""
        self._copies_when_whole = self.has_selection and not self._is_selection_loaded()
        if self._copies_when_whole:
            self._ask_for_all()
        else:
            super().copy()

    def _ask_for_all(self) -> None:
        for ids in self._messages.all_to_ask_for():
            self.messages_requested.emit(ids)

    def _is_selection_loaded(self) -> bool:
        if self._selection is None or self._messages.is_whole:
            return True
        first, last = self._selection.start[0], self._selection.end[0]
        every = range(first, min(last + 1, len(self._messages)))
        return all(self._messages.get(index) is not None for index in every)

    def _shift(self, count: int) -> None:
        """Count everything that was noted from the new beginning."""
        self._hovered = self._over = None
        if self._anchor is not None:
            self._anchor = replace(self._anchor, message=self._anchor.message + count)
        if self._focused is not None:
            self._focused = replace(self._focused, message=self._focused.message + count)
        if self._done is not None:
            self._done = replace(self._done, message=self._done.message + count)
        if self._selection is not None:
            (first, *start), (last, *end) = self._selection.anchor, self._selection.head
            self._selection = Selection(
                (first + count, start[0], start[1]), (last + count, end[0], end[1])
            )
