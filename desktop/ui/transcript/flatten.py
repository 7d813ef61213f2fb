"""Flattens markdown-it's nested block tokens into blocks with containers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from desktop.ui.transcript.model import (
    Block,
    CodeBlock,
    Container,
    ListItem,
    MathsBlock,
    Quote,
    References,
    RuleBlock,
    TextBlock,
)
from desktop.ui.transcript.tables import table_pieces

INLINE_LIMIT = 6_000
"""Characters of a paragraph or a table's row above which it stays as it is written: inline
markup takes quadratic time on hostile text, and one layout has to fit into a frame."""
PIECE_LINES = 30
PIECE_CHARACTERS = 4_000
LONGEST_LABEL = 12
"""Characters of a footnote's label that move its text to the right."""
WHOLE_LIMIT = 60_000
"""Characters of a code block above which its pieces are no longer highlighted as one."""

_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")


@dataclass(slots=True)
class _List:
    number: int | None  # of the next item; None for bullets
    begins: bool = True  # nothing of it was added yet


@dataclass(slots=True, kw_only=True)
class Flattener:
    """Turns tokens into blocks; `first_line` is the source line of the tokens' line 0.

    When the tokens continue a list, a code block or a table whose first part was
    flattened before, `in_list` with `number`, `continues` and `weights` carry over what
    it needs.
    """

    first_line: int = 0
    in_list: bool = False
    number: int | None = None
    continues: bool = False
    weights: tuple[int, ...] = ()

    def flatten(self, tokens: Sequence[Token], references: References) -> list[Block]:
        """Flatten the block tokens of one text."""
        return _Walk(self, references).run(tokens)


class _Walk:
    def __init__(self, flattener: Flattener, references: References) -> None:
        self._given = flattener
        self._references = references
        self._blocks: list[Block] = []
        self._containers: list[Container] = []
        self._lists: list[_List] = []
        self._lines = (0, 0)
        self._level = 0
        self._tight = False

    def run(self, tokens: Sequence[Token]) -> list[Block]:
        for token in tokens:
            self._read(token)
        return self._blocks

    def _read(self, token: Token) -> None:
        match token.type:
            case "paragraph_open" | "heading_open":
                self._note_lines(token)
                self._level = int(token.tag[1]) if token.tag != "p" else 0
                self._tight = token.hidden
            case "inline":
                self._add_text(token.content)
            case "fence" | "code_block":
                self._note_lines(token)
                self._add_code(token)
            case "maths_block":
                self._note_lines(token)
                self._add(MathsBlock(tex=token.content, source=token.markup))
            case "hr":
                self._note_lines(token)
                self._add(RuleBlock())
            case "table":
                self._note_lines(token)
                self._add_table(token)
            case _:
                self._read_container(token)

    def _read_container(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._containers.append(Quote(self._line_of(token)))
            case "ordered_list_open" | "bullet_list_open":
                self._open_list(token)
            case "list_item_open":
                self._open_item(token)
            case "list_item_close":
                self._close_item()
            case "footnote_reference_open":
                self._note_lines(token)
                label = token.meta["label"]
                digits = min(len(label), LONGEST_LABEL)
                self._containers.append(ListItem(self._line_of(token), digits, f"{label}."))
            case "blockquote_close" | "footnote_reference_close":
                self._containers.pop()
            case "ordered_list_close" | "bullet_list_close":
                self._lists.pop()
            case _:
                pass

    def _is_continued(self) -> bool:
        return self._given.continues and not self._blocks

    def _line_of(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) + self._given.first_line

    def _note_lines(self, token: Token) -> None:
        start, end = token.map or (0, 0)
        self._lines = (start + self._given.first_line, end + self._given.first_line)

    def _open_list(self, token: Token) -> None:
        number = int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None
        if self._given.number is not None and not self._lists and not self._blocks:
            number = self._given.number if number is not None else None
        goes_on = self._given.in_list and not self._lists and not self._blocks
        self._lists.append(_List(number, begins=not goes_on))

    def _open_item(self, token: Token) -> None:
        current = self._lists[-1]
        marker = "•" if current.number is None else f"{current.number}{token.markup}"
        digits = len(marker) - 1
        current.number = None if current.number is None else current.number + 1
        self._note_lines(token)
        self._lines = (self._lines[0], self._lines[0] + 1)
        self._containers.append(ListItem(self._line_of(token), digits, marker))

    def _close_item(self) -> None:
        item = self._containers[-1]
        if isinstance(item, ListItem) and item.marker:
            self._level, self._tight = 0, True
            self._add_text("")
        self._containers.pop()

    def _add_text(self, source: str) -> None:
        item = self._containers[-1] if self._containers else None
        if isinstance(item, ListItem) and item.marker and (task := _TASK.match(source)):
            source = source[task.end() :]
            self._containers[-1] = replace(item, task=task[1] != " ")
        if len(source) > INLINE_LIMIT:
            self._add_literal(source)
            return
        tight = self._tight and not (len(self._lists) == 1 and self._lists[0].begins)
        # Only what may use a link definition depends on them.
        references: References = self._references if "[" in source else {}
        self._add(TextBlock(source=source, level=self._level, references=references, tight=tight))

    def _add_literal(self, text: str) -> None:
        for piece in literal_blocks(text):
            self._add(piece)

    def _add_code(self, token: Token) -> None:
        info = token.info.strip() if token.type == "fence" else ""
        for piece in code_pieces(token.content, info, continues=self._is_continued()):
            self._add(piece)

    def _add_table(self, token: Token) -> None:
        lines = token.meta["lines"]
        if max(map(len, lines)) > INLINE_LIMIT:
            self._add_literal("\n".join(lines))
            return
        continues = self._is_continued()
        weights = self._given.weights if continues else ()
        for piece in table_pieces(
            token, continues=continues, weights=weights, references=self._references
        ):
            self._add(piece)

    def _add(self, block: Block) -> None:
        containers = tuple(self._containers)
        block = replace(block, containers=containers, lines=self._lines)
        self._blocks.append(block)
        for each in self._lists:
            each.begins = False
        self._containers = [_without_marker(each) for each in containers]


def _without_marker(container: Container) -> Container:
    if isinstance(container, ListItem) and container.marker:
        return ListItem(container.line, container.digits)
    return container


def literal_blocks(text: str, first_line: int = 0) -> list[Block]:
    """Show `text` as it is written, in pieces that can be laid out one by one."""
    blocks: list[Block] = []
    line = first_line
    for piece in pieces_of(text):
        breaks = piece.count("\n")
        end = line + max(breaks, 1)
        blocks.append(
            TextBlock(source=piece, literal=True, lines=(line, end), continued=bool(blocks))
        )
        line += breaks
    return blocks


def code_pieces(text: str, info: str, *, continues: bool) -> Iterator[CodeBlock]:
    """Cut code into pieces; each but the last one ends with its line break."""
    pieces = pieces_of(text) or [""]
    offset = 0
    for index, piece in enumerate(pieces):
        whole = text if len(text) <= WHOLE_LIMIT else piece
        yield CodeBlock(
            text=piece,
            info=info,
            whole=whole,
            offset=offset if whole is text else 0,
            opens=index == 0 and not continues,
            closes=index == len(pieces) - 1,
            continued=index > 0 or continues,
        )
        offset += len(piece)


def pieces_of(text: str) -> list[str]:
    """Cut text at line breaks, and in the middle of a line only where it is very long."""
    pieces: list[str] = []
    lines: list[str] = []
    size = 0
    for line in _short_lines(text):
        if lines and (len(lines) == PIECE_LINES or size + len(line) > PIECE_CHARACTERS):
            pieces.append("".join(lines))
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    return [*pieces, "".join(lines)] if lines else pieces


def _short_lines(text: str) -> Iterator[str]:
    for line in _lines(text):
        for start in range(0, len(line), PIECE_CHARACTERS):
            yield line[start : start + PIECE_CHARACTERS]


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
