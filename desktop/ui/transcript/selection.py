"""What is selected, from one text position to another, and the text that is copied for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.items.base import Item
from desktop.ui.transcript.items.block import BlockItem
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.slots import Slots

Position = tuple[int, int, int]
"""Message, item, character; positions compare in reading order."""

END = 1 << 40


@dataclass(frozen=True, slots=True)
class Selection:
    """Where the selection was begun and where it is drawn to."""

    anchor: Position
    head: Position

    @property
    def start(self) -> Position:
        """Return the end that is read first."""
        return min(self.anchor, self.head)

    @property
    def end(self) -> Position:
        """Return the end that is read last."""
        return max(self.anchor, self.head)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is selected."""
        return self.anchor == self.head

    def within(self, message: int, index: int) -> tuple[int, int] | None:
        """Return the selected characters [start, end) of one item."""
        here = (message, index)
        if not self.start[:2] <= here <= self.end[:2]:
            return None
        first = self.start[2] if self.start[:2] == here else 0
        last = self.end[2] if self.end[:2] == here else END
        return (first, last) if first < last else None


def everything(count: int) -> Selection:
    """Select all messages."""
    return Selection((0, 0, 0), (max(0, count - 1), END, END))


def selected_text(selection: Selection, messages: Slots, entry: Callable[[int], Entry]) -> str:
    """Return the selected text: Markdown where whole blocks are selected, plain text elsewhere."""
    (first, _, _), (last, _, _) = selection.start, selection.end
    parts = [
        _message_text(selection, index, messages.text(index), entry)
        for index in range(first, min(last, len(messages) - 1) + 1)
    ]
    return "\n\n".join(filter(None, parts))


def _message_text(
    selection: Selection, index: int, text: str, entry: Callable[[int], Entry]
) -> str:
    ends_below = selection.end[:2] >= (index, END)
    if selection.start < (index, 0, 1) and ends_below and text:
        return text
    return _entry_text(selection, index, entry(index))


def _entry_text(selection: Selection, message: int, entry: Entry) -> str:
    chosen = [
        text
        for group in _groups(entry.items)
        if (text := _group_text(selection, message, group, entry.source)) is not None
    ]
    if len(chosen) == 1:
        return chosen[0].plain or chosen[0].text
    text, last_line = "", -1
    for each in chosen:
        blank_lines = (
            max(0, each.first_line - last_line) if last_line >= 0 <= each.first_line else 1
        )
        text += "\n" * (1 + blank_lines) * bool(text) + each.text
        last_line = each.last_line
    return text


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A piece to copy; lines are -1 for text that is not a part of the source."""

    text: str
    first_line: int = -1
    last_line: int = -1
    plain: str = ""


def _groups(items: Sequence[Item]) -> Iterator[list[tuple[int, Item]]]:
    """Yield each block with its continued pieces."""
    group: list[tuple[int, Item]] = []
    for index, item in enumerate(items):
        if group and not (isinstance(item, BlockItem) and item.spec.block.continued):
            yield group
            group = []
        group.append((index, item))
    if group:
        yield group


def _group_text(
    selection: Selection, message: int, group: Sequence[tuple[int, Item]], source: str
) -> _Chosen | None:
    spans = [(item, selection.within(message, index)) for index, item in group]
    chosen = [(item, span) for item, span in spans if span is not None]
    if not chosen:
        return None
    plain = "".join(item.original(*span) for item, span in chosen)
    first = group[0][1]
    is_whole = len(chosen) == len(group) and all(_covers(item, span) for item, span in chosen)
    if not is_whole or not isinstance(first, BlockItem) or first.is_thought:
        return _Chosen(plain) if plain else None
    last = group[-1][1]
    start, end = first.spec.block.lines[0], _last_line(last)
    markdown = "\n".join(source.split("\n")[start:end])
    return _Chosen(markdown, start, end, plain if isinstance(first, CodeItem) else "")


def markdown_of(pieces: Sequence[BlockItem], source: str) -> str:
    """Return the lines of the source that a block with its continued pieces comes from."""
    start, end = pieces[0].spec.block.lines[0], pieces[-1].spec.block.lines[1]
    return "\n".join(source.split("\n")[start:end])


def _last_line(item: Item) -> int:
    return item.spec.block.lines[1] if isinstance(item, BlockItem) else 0


def _covers(item: Item, span: tuple[int, int]) -> bool:
    return span[0] == 0 and (span[1] == END or (item.measured and span[1] >= item.length))
