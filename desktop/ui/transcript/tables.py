"""GFM tables, read as lines: one token a table, so that thousands of rows stay cheap."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as find_table
from markdown_it.token import Token

from desktop.ui.transcript.model import References, TableBlock

PIECE_ROWS = 20
WEIGHED_ROWS = 2 * PIECE_ROWS
"""Only the first rows decide on the widths, so that a table does not move while it grows."""

_PIPE = re.compile(r"(?<!\\)\|")


def table_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Find a table as markdown-it does, but keep its lines in the token's `meta` as they are.

    A table ends as GFM (extension 4.10) says: at a blank line or where another block begins.
    """
    if not find_table(state, start_line, end_line, True):
        return False
    if silent:
        return True
    parent, state.parentType = state.parentType, "table"
    end = _end_of_table(state, start_line + 2, end_line)
    token = state.push("table", "table", 0)
    token.map = [start_line, end]
    token.meta = {"lines": [_line(state, line) for line in range(start_line, end)]}
    state.parentType = parent
    state.line = end
    return True


def _end_of_table(state: StateBlock, line: int, end_line: int) -> int:
    # What ends a quotation's lazy line also ends a table.
    enders = state.md.block.ruler.getRules("blockquote")
    while line < end_line:
        if state.sCount[line] < state.blkIndent or state.is_code_block(line):
            break
        if not _line(state, line) or any(ends(state, line, end_line, True) for ends in enders):
            break
        line += 1
    return line


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()


def table_pieces(
    token: Token, *, continues: bool, weights: tuple[int, ...], references: References
) -> Iterator[TableBlock]:
    """Cut a table into pieces; a continuing one does not show its header again."""
    header, delimiters, *body = token.meta["lines"]
    alignments = tuple(_alignment(each) for each in _cells(delimiters))
    rows = [_row(line, len(alignments)) for line in (header, *body)]
    weights = weights or weigh(rows)
    rows = rows[1:] if continues else rows
    starts = range(0, max(len(rows), 1), PIECE_ROWS)
    for start in starts:
        yield TableBlock(
            rows=tuple(rows[start : start + PIECE_ROWS]),
            alignments=alignments,
            weights=weights,
            references=references,
            opens=start == 0 and not continues,
            closes=start == starts[-1],
            continued=start > 0 or continues,
        )


def weigh(rows: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
    """Give each column the length of its longest cell, in characters."""
    columns = zip(*rows[:WEIGHED_ROWS], strict=True)
    return tuple(max(3, *map(len, column)) for column in columns)


def _cells(line: str) -> list[str]:
    cells = _PIPE.split(line) if "\\" in line else line.split("|")
    if cells and not cells[0]:
        del cells[0]
    if cells and not cells[-1]:
        del cells[-1]
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _row(line: str, columns: int) -> tuple[str, ...]:
    """Split a row; cells it has too many stay readable in the last column."""
    cells = _cells(line)
    if len(cells) > columns:
        cells[columns - 1 :] = [" | ".join(cells[columns - 1 :])]
    return tuple(cells + [""] * (columns - len(cells)))


def _alignment(delimiter: str) -> str:
    if not delimiter.endswith(":"):
        return ""
    return "center" if delimiter.startswith(":") else "right"
