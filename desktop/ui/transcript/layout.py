"""Where everything is: messages from top to bottom, laid out only where someone looks."""

from collections import OrderedDict
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.heights import Heights
from desktop.ui.transcript.items.base import Item
from desktop.ui.transcript.typesetter import Typesetter

KEPT_ENTRIES = 60
KEPT_BOXES = 300
"""Laid out paragraphs and cells that are kept, besides the visible ones."""


@dataclass(frozen=True, slots=True)
class Place:
    """An item and where its top is, in pixels from the top of everything."""

    message: int
    index: int
    top: int
    item: Item


class Layout:
    """Heights of all messages, estimated until they were seen; a few of them as entries."""

    def __init__(self, make_entry: Callable[[int], Entry]) -> None:
        self.heights = Heights()
        self._make_entry = make_entry
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._laid_out: OrderedDict[Item, None] = OrderedDict()

    def reset(self, count: int, height: int) -> None:
        """Start anew with `count` messages, each thought to be `height` pixels high."""
        self._entries.clear()
        self._laid_out.clear()
        self.heights = Heights(count, height)

    def prepend(self, count: int, height: int) -> None:
        """Add messages above the first one, each thought to be `height` pixels high."""
        self.heights.prepend(count, height)
        self._entries = OrderedDict((at + count, each) for at, each in self._entries.items())

    def forget(self, message: int) -> None:
        """Have a message's items made anew; its height stays until they are measured."""
        entry = self._entries.pop(message, None)
        for item in entry.items if entry else ():
            self._laid_out.pop(item, None)

    def append(self) -> Entry:
        """Add a message at the end."""
        self.heights.append(0)
        message = len(self.heights) - 1
        entry = self.entry(message)
        self.update(message)
        return entry

    def entry(self, message: int) -> Entry:
        """Return a message's items, made now if they are not at hand.

        Its height is taken over when it is measured: whoever only reads moves nothing.
        """
        entry = self._entries.get(message)
        if entry is None:
            entry = self._entries[message] = self._make_entry(message)
        self._entries.move_to_end(message)
        return entry

    def at_hand(self, message: int) -> Entry | None:
        """Return a message's items if they were made; nothing is kept longer for it."""
        return self._entries.get(message)

    def set_width(self, width: int, typesetter: Typesetter) -> None:
        """Lay out anew for a column width or a look."""
        self._laid_out.clear()
        for message, entry in self._entries.items():
            if entry.set_width(width, typesetter):
                self.heights.set(message, entry.heights.total)

    def built(self) -> Iterator[tuple[int, Entry]]:
        """Yield the messages whose items are at hand."""
        yield from self._entries.items()

    def update(self, message: int) -> None:
        """Take over a message's height after its items changed."""
        if message in self._entries:
            self.heights.set(message, self._entries[message].heights.total)

    def top_of(self, message: int, index: int) -> int:
        """Return where an item begins."""
        entry = self.entry(message)
        return self.heights.top(message) + entry.heights.top(min(index, len(entry.items)))

    def height_of(self, place: Place) -> int:
        """Return an item's height."""
        return self.entry(place.message).heights[place.index]

    def measure(self, top: float, bottom: float) -> bool:
        """Lay out what lies between two heights; True when anything was not as high as thought."""
        before = self.heights.total
        grown = False
        message, y = self._first(top)
        while message < len(self.heights) and y < bottom:
            grown |= self._measure_message(message, top - y, bottom - y)
            y += self.heights[message]
            message += 1
        return grown or self.heights.total != before

    def _first(self, y: float) -> tuple[int, int]:
        return self.heights.find(max(0.0, y)) if len(self.heights) else (0, 0)

    def _measure_message(self, message: int, top: float, bottom: float) -> bool:
        entry = self.entry(message)
        index, y = entry.heights.find(max(0.0, top)) if entry.items else (0, 0)
        grown = self.heights[message] != entry.heights.total
        while index < len(entry.items) and y < bottom:
            grown |= entry.measure(index) != 0
            self._touch(entry.items[index])
            y += entry.heights[index]
            index += 1
        if grown:
            self.update(message)
        return grown

    def places(self, top: float, bottom: float) -> Iterator[Place]:
        """Yield the items between two heights whose messages are at hand, from the top."""
        if not len(self.heights):
            return
        message, message_top = self._first(top)
        while message < len(self.heights) and message_top < bottom:
            if message in self._entries:
                yield from self._places_in(message, message_top, top, bottom)
            message_top += self.heights[message]
            message += 1

    def _places_in(
        self, message: int, message_top: int, top: float, bottom: float
    ) -> Iterator[Place]:
        entry = self._entries[message]
        if not entry.items:
            return
        index, y = entry.heights.find(max(0.0, top - message_top))
        while index < len(entry.items) and message_top + y < bottom:
            yield Place(message, index, message_top + y, entry.items[index])
            y += entry.heights[index]
            index += 1

    def place_at(self, y: float) -> Place | None:
        """Return the item at a height, the first or the last one beyond the ends."""
        if not len(self.heights):
            return None
        message, top = self._first(y)
        entry = self.entry(message)
        if not entry.items:
            return None
        index, item_top = entry.heights.find(max(0.0, y - top))
        return Place(message, index, top + item_top, entry.items[index])

    def trim(self, visible: Container[Item]) -> None:
        """Forget the layouts and the items that were not looked at for the longest time."""
        boxes = sum(len(item.boxes) for item in self._laid_out)
        for item in list(self._laid_out):
            if boxes <= KEPT_BOXES:
                break
            if item not in visible:
                boxes -= len(item.boxes)
                del self._laid_out[item]
                item.release()
        for message in list(self._entries)[: max(0, len(self._entries) - KEPT_ENTRIES)]:
            if not self._entries[message].is_streaming:
                del self._entries[message]

    def _touch(self, item: Item) -> None:
        self._laid_out[item] = None
        self._laid_out.move_to_end(item)
