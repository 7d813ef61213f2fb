"""Splits a growing text into blocks that are settled for good and an open tail."""

from dataclasses import dataclass, field

from markdown_it.token import Token

from desktop.ui.transcript.flatten import PIECE_LINES, Flattener, literal_blocks
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import Block, References, TableBlock
from desktop.ui.transcript.tables import PIECE_ROWS

OPEN_ITEMS = 10
OPEN_CHARACTERS = 8_000
"""Characters of an open paragraph above which its beginning is settled as plain text."""


_Parsed = tuple[list[Token], References]


@dataclass(slots=True)
class Split:
    """What one step gave: blocks that never change again and the tail as it looks now."""

    settled: list[Block] = field(default_factory=list[Block])
    tail: list[Block] = field(default_factory=list[Block])


class Splitter:
    """Takes text as it streams in; only the open block at its end is parsed again.

    A block is settled once another one follows it in complete lines. Long code, tables
    and lists are settled in parts, so that the cost of a step does not grow with them.
    """

    def __init__(self, markdown: Markdown) -> None:
        self._markdown = markdown
        self._open = ""
        self._line = 0  # the source line of the open text's first line
        self._opener: tuple[str, ...] = ()  # lines repeated from a part that was settled
        self._in_list = False
        self._number: int | None = None
        self._weights: tuple[int, ...] = ()
        self._tried = ""  # complete lines that gave nothing to settle

    def feed(self, text: str) -> Split:
        """Append `text` and tell what it settled."""
        self._open += text
        split = Split()
        while blocks := self._settle():
            split.settled.extend(blocks)
        split.tail = self._blocks(self._open)
        return split

    def _blocks(self, text: str, parsed: _Parsed | None = None) -> list[Block]:
        text = "".join(self._opener) + text
        tokens, references = parsed or self._markdown.tokens(text)
        flattener = Flattener(
            first_line=self._line - len(self._opener),
            in_list=self._in_list,
            number=self._number,
            continues=bool(self._opener),
            weights=self._weights,
        )
        return self._markdown.flatten_parsed(text, tokens, references, flattener)

    def _settle(self) -> list[Block]:
        complete = self._open[: self._open.rfind("\n") + 1]
        if complete == self._tried:
            return self._settle_characters()
        parsed = self._markdown.tokens("".join(self._opener) + complete)
        tops = [each for each in parsed[0] if each.level == 0 and each.map and each.nesting >= 0]
        if len(tops) > 1:
            return self._take_before(tops[-1], parsed)
        if tops and (blocks := self._settle_part(tops[0], parsed)):
            return blocks
        self._tried = complete
        return self._settle_characters()

    def _start(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) - len(self._opener)

    def _settle_part(self, top: Token, parsed: _Parsed) -> list[Block]:
        start, end = top.map or (0, 0)
        size = end - start
        if top.type == "fence" and size > 2 * PIECE_LINES:
            return self._take_part(top, 1, PIECE_LINES)
        if top.type == "table" and size > 2 * PIECE_ROWS + 2:
            return self._take_part(top, 2, PIECE_ROWS)
        if top.type in {"bullet_list_open", "ordered_list_open"}:
            return self._take_items(top, parsed)
        return []

    def _take_before(self, token: Token, parsed: _Parsed) -> list[Block]:
        """Settle what stands before a token."""
        tokens, references = parsed
        return self._take(self._start(token), (tokens[: tokens.index(token)], references))

    def _take(self, count: int, parsed: _Parsed | None = None) -> list[Block]:
        """Settle `count` lines of the open text and what they continued."""
        taken, rest = _split_lines(self._open, count)
        blocks = self._blocks(taken, parsed)
        self._open, self._tried = rest, ""
        self._line += count
        self._opener, self._in_list, self._number, self._weights = (), False, None, ()
        return blocks

    def _take_part(self, top: Token, header: int, count: int) -> list[Block]:
        """Settle `count` lines of a block whose first `header` lines make it what it is."""
        start = self._start(top)
        opener = self._opener or tuple(self._open.splitlines(keepends=True)[start : start + header])
        skipped = 0 if self._opener else start + header
        blocks = self._take(skipped + count)
        self._opener = opener
        last = blocks[-1]
        self._weights = last.weights if isinstance(last, TableBlock) else ()
        return blocks

    def _take_items(self, top: Token, parsed: _Parsed) -> list[Block]:
        items = [t for t in parsed[0] if t.type == "list_item_open" and t.level == 1]
        if len(items) <= OPEN_ITEMS:
            return []
        number = self._number
        if number is None and top.type == "ordered_list_open":
            number = int(top.attrs.get("start", 1))
        blocks = self._take_before(items[-1], parsed)
        self._in_list = True
        self._number = None if number is None else number + len(items) - 1
        return blocks

    def _settle_characters(self) -> list[Block]:
        if len(self._open) <= OPEN_CHARACTERS or self._opener:
            return []
        taken, self._open = self._open[: OPEN_CHARACTERS // 2], self._open[OPEN_CHARACTERS // 2 :]
        blocks = literal_blocks(taken, self._line)
        self._line += taken.count("\n")
        return blocks


def _split_lines(text: str, count: int) -> tuple[str, str]:
    position = 0
    for _ in range(count):
        position = text.find("\n", position) + 1
        if not position:
            return text, ""
    return text[:position], text[position:]
