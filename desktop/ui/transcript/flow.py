"""The blocks of one text with their distances: parsed at once, or as the text grows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from desktop.ui.transcript.flatten import WHOLE_LIMIT
from desktop.ui.transcript.items.block import BlockSpec
from desktop.ui.transcript.items.buttons import ButtonsSpec
from desktop.ui.transcript.markdown import RICH_LIMIT, Markdown
from desktop.ui.transcript.model import (
    Block,
    Bubble,
    CodeBlock,
    Container,
    ListItem,
    TableBlock,
    TextBlock,
)
from desktop.ui.transcript.splitter import Splitter

GAP = 12
TIGHT_GAP = 4
LIST_GAP = 8
_LARGE_HEADINGS = (1, 2)
REPARSE_LIMIT = 20_000
"""Characters of an answer above which it is only parsed as a whole once it is complete if it
may hold link definitions, which can stand below the links that use them."""


class Flow:
    """One text; the first `settled` of its `specs` never change again while it grows."""

    def __init__(self, markdown: Markdown, around: tuple[Container, ...] = ()) -> None:
        self.specs: list[BlockSpec] = []
        self.settled = 0
        self.text = ""
        self._markdown = markdown
        self._around = around
        self._splitter: Splitter | None = None
        self._waiting: list[str] = []

    def set_text(self, text: str) -> None:
        """Show a complete text."""
        self.text = with_line_feeds(text)
        self._splitter = None
        self._waiting = []
        self.specs = self._specs(self._markdown.blocks(self.text), None)
        self.settled = len(self.specs)

    def append(self, text: str) -> None:
        """Take more text; it shows after the next `flush`."""
        self._waiting.append(text)

    def flush(self, most: int | None = None) -> bool:
        """Parse what was appended, at most `most` characters; tells whether more is waiting."""
        text = "".join(self._waiting)
        if text in {"", "\r"}:
            return False
        text, rest = text[:most], text[most:] if most else ""
        # The other half of a line break may still be on its way.
        self._waiting = ["\r", rest] if text.endswith("\r") else [rest]
        text = with_line_feeds(text.removesuffix("\r"))
        self.text += text
        if self._splitter is None:
            self._splitter = Splitter(self._markdown)
            self.specs, self.settled, text = [], 0, self.text
        split = self._splitter.feed(text)
        del self.specs[self.settled :]
        self.specs.extend(self._specs(split.settled, self._last()))
        self.settled = len(self.specs)
        self.specs.extend(self._specs(split.tail, self._last()))
        return bool(rest)

    def finish(self, text: str) -> None:
        """Show the complete text; a long one keeps what was settled while it grew."""
        self.flush()
        grown = self._splitter is not None and self.text == with_line_feeds(text)
        if not grown or len(text) <= REPARSE_LIMIT or (len(text) < RICH_LIMIT and "]:" in text):
            self.set_text(text)
        else:
            self.specs = list(_with_whole_code(self.specs))
        self.settled = len(self.specs)

    def _last(self) -> Block | None:
        return self.specs[-1].block if self.specs else None

    def _specs(self, blocks: Sequence[Block], previous: Block | None) -> list[BlockSpec]:
        specs: list[BlockSpec] = []
        for block in blocks:
            placed = replace(block, containers=self._around + block.containers)
            gap = gap_between(previous, placed)
            specs.append(BlockSpec(block=placed, gap=gap, joined=_shared(previous, placed)))
            previous = placed
        return specs


def with_line_feeds(text: str) -> str:
    """Write every line break as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _with_whole_code(specs: Sequence[BlockSpec]) -> Iterator[BlockSpec]:
    """Let the pieces of each code block know the whole, now that it is known."""
    index = 0
    while index < len(specs):
        end = index + 1
        while end < len(specs) and specs[end].block.continued:
            end += 1
        yield from _knowing_whole(specs[index:end]) if end > index + 1 else specs[index:end]
        index = end


def _knowing_whole(specs: Sequence[BlockSpec]) -> Iterator[BlockSpec]:
    pieces = [spec.block for spec in specs if isinstance(spec.block, CodeBlock)]
    whole = "".join(piece.text for piece in pieces)
    if len(pieces) < len(specs) or len(whole) > WHOLE_LIMIT:
        yield from specs
        return
    offset = 0
    for spec, piece in zip(specs, pieces, strict=True):
        yield replace(spec, block=replace(piece, whole=whole, offset=offset))
        offset += len(piece.text)


def in_bubble(
    specs: Sequence[BlockSpec], width: int, gap: int, beside: ButtonsSpec
) -> list[BlockSpec]:
    """Put the user's blocks into a bubble of `width`, `gap` below the message before.

    The message's buttons stand `beside` it.
    """
    last = len(specs) - 1
    return [
        replace(
            spec,
            block=replace(
                spec.block,
                containers=(Bubble(index == 0, index == last), *spec.block.containers),
            ),
            gap=gap if index == 0 else spec.gap,
            joined=spec.joined + 1,
            bubble_width=width,
            beside=beside if index == last else None,
        )
        for index, spec in enumerate(specs)
    ]


def gap_between(previous: Block | None, block: Block) -> int:
    """Return the distance above a block, in unscaled pixels."""
    if previous is None or block.continued:
        return 0
    if isinstance(block, TextBlock) and block.level and not block.containers:
        return 22 if block.level in _LARGE_HEADINGS else 18
    if block.tight:
        return TIGHT_GAP
    if isinstance(block, CodeBlock | TableBlock) or isinstance(previous, CodeBlock | TableBlock):
        return GAP
    if isinstance(previous, TextBlock) and previous.level:
        return LIST_GAP
    is_inside = any(isinstance(each, ListItem) for each in block.containers)
    return LIST_GAP if is_inside else GAP


def _shared(previous: Block | None, block: Block) -> int:
    if previous is None:
        return 0
    shared = 0
    for mine, other in zip(block.containers, previous.containers, strict=False):
        if not _is_same(mine, other):
            break
        shared += 1
    return shared


def _is_same(mine: Container, other: Container) -> bool:
    if isinstance(mine, ListItem) and isinstance(other, ListItem):
        return mine.line == other.line
    return mine == other
