"""Reads a table's tokens and cuts it into pieces with the same column widths."""

from collections.abc import Iterator

from markdown_it.token import Token

from desktop.ui.transcript.model import References, TableBlock

PIECE_ROWS = 20
WEIGHED_ROWS = 2 * PIECE_ROWS
"""Only the first rows decide on the widths, so that a table does not move while it grows."""


class TableReader:
    """Collects the cells of one table."""

    def __init__(self, weights: tuple[int, ...] = ()) -> None:
        self._weights = weights
        self._alignments: list[str] = []
        self._rows: list[tuple[str, ...]] = []
        self._row: list[str] = []

    def read(self, token: Token) -> bool:
        """Take one token; True at the table's end."""
        match token.type:
            case "th_open":
                self._alignments.append(
                    str(token.attrs.get("style", "")).removeprefix("text-align:")
                )
            case "inline":
                self._row.append(token.content)
            case "tr_close":
                self._rows.append(tuple(self._row))
                self._row = []
            case _:
                pass
        return token.type == "table_close"

    def pieces(self, *, continues: bool, references: References) -> Iterator[TableBlock]:
        """Cut the table; a continuing one does not show its header again."""
        rows = self._rows[1:] if continues else self._rows
        weights = self._weights or weigh(self._rows)
        starts = range(0, max(len(rows), 1), PIECE_ROWS)
        for start in starts:
            yield TableBlock(
                rows=tuple(rows[start : start + PIECE_ROWS]),
                alignments=tuple(self._alignments),
                weights=weights,
                references=references,
                opens=start == 0 and not continues,
                closes=start == starts[-1],
                continued=start > 0 or continues,
            )


def weigh(rows: list[tuple[str, ...]]) -> tuple[int, ...]:
    """Give each column the length of its longest cell, in characters."""
    columns = zip(*rows[:WEIGHED_ROWS], strict=False)
    return tuple(max(3, *(len(cell) for cell in column)) for column in columns)
