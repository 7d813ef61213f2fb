"""Finding words in the conversation: hits are marked, and the reader is taken to them."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.find_bar import ROOM, FindBar
from desktop.ui.icons import Icons as DrawnIcons
from desktop.ui.theme import Theme
from desktop.ui.transcript.finding import Finder, Hit
from desktop.ui.transcript.items.base import Mark
from desktop.ui.transcript.layout import Place
from desktop.ui.transcript.reader import Reader
from desktop.ui.transcript.selection import selected_text
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.surface import Anchor

CALM_SHARE = 8
"""A hit closer to the edges than this part of the height is moved further in."""


class Searching(Reader):
    """A surface that can be searched."""

    found_changed = Signal(int, int, bool)
    """The number of the current hit, how many there are, and whether all is searched."""

    def __init__(
        self, theme: Theme, style: Style, icons: DrawnIcons, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, icons, parent)
        self._theme = theme
        self._find_bar = FindBar(self, theme=theme, icons=icons)
        self._find_bar.words_changed.connect(self.find_words)
        self._find_bar.next_requested.connect(self.find_next)
        self._find_bar.previous_requested.connect(self.find_previous)
        self._find_bar.closed.connect(self.setFocus)
        self._find_bar.room_changed.connect(self._make_room)
        self.found_changed.connect(self._find_bar.show_found)
        self._finder = Finder(self._source_of, self._displayed_texts, self)
        self._finder.changed.connect(self._on_found)
        self._finder.moved.connect(self._show_hit)

    def open_find(self, words: str = "") -> None:
        """Ask what to look for, at first for `words` or what is selected."""
        words = words or self.selected_text()
        self._find_bar.open_bar("" if "\n" in words else words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bar in its corner."""
        super().resizeEvent(event)
        self._make_room()

    def find_words(self, words: str) -> None:
        """Mark `words` wherever they stand and go to the nearest place; '' marks nothing."""
        place = self._layout.place_at(self.verticalScrollBar().value())
        self._finder.search(words, len(self._messages), place.message if place else 0)

    def find_next(self) -> None:
        """Go on to the next place; without a search, begin one."""
        self._step(1)

    def find_previous(self) -> None:
        """Go back to the place before; without a search, begin one."""
        self._step(-1)

    def marks_at(self, place: Place) -> list[Mark]:
        """Return what is to be marked in an item."""
        current = self._finder.current
        hits = self._finder.hits_in(place.message, place.index)
        return [Mark(hit.start, hit.end, hit == current) for hit in hits]

    def selected_text(self) -> str:
        """Return what `copy` would copy."""
        if self._selection is None or not self.has_selection or not len(self._messages):
            return ""
        return selected_text(self._selection, self._messages, self._layout.entry)

    def copy(self) -> None:
        """Copy what is selected: Markdown of whole blocks, plain text of their parts."""
        text = self.selected_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def _make_room(self) -> None:
        """Keep the bar in its corner; where it would cover words, these begin below it."""
        bar = self._find_bar
        bar.lie_over(QRect(0, 0, self.viewport().width(), self.height()))
        covers = not bar.isHidden() and bar.x() < self.column_left + self.column_width
        self.setViewportMargins(0, ROOM if covers else 0, 0, 0)

    def _step(self, distance: int) -> None:
        if self._find_bar.isHidden():
            self.open_find()
        else:
            self._finder.step(distance)

    def _source_of(self, message: int) -> str:
        entry = self._layout.at_hand(message)
        return entry.source if entry else self._messages.text(message)

    def _displayed_texts(self, message: int) -> Iterator[tuple[int, str]]:
        entry = self._layout.at_hand(message) or self._make_entry(message)
        for index, item in enumerate(entry.items):
            yield index, item.displayed(self._typesetter)

    def _on_found(self) -> None:
        finder = self._finder
        self.found_changed.emit(finder.number, finder.count, finder.is_done)
        self.viewport().update()

    def _show_hit(self, hit: Hit) -> None:
        """Bring a hit into view, sideways too; where it is well visible nothing moves."""
        self.set_following(False)
        entry = self._layout.entry(hit.message)
        entry.measure(hit.index)
        self._layout.update(hit.message)
        rect = entry.items[hit.index].show_position(hit.start, hit.end)
        top = self._layout.top_of(hit.message, hit.index) - self.verticalScrollBar().value()
        height = self.viewport().height()
        calm = height // CALM_SHARE
        if not calm <= top + rect.top() <= height - calm - rect.height():
            top = round(height / 3 - rect.top())
        self._anchor = Anchor(hit.message, hit.index, top)
        self.arrange()
