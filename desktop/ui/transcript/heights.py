"""Heights of many rows with quick sums: only one chunk is added up again after a change."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

CHUNK = 256


class Heights:
    """Row heights in pixels; finding a row and its top costs about the root of their number."""

    def __init__(self, count: int = 0, height: int = 0) -> None:
        self._rows = array("q", [height]) * count
        self._sums = array("q")
        self._sum_up(0)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> int:
        return self._rows[index]

    @property
    def total(self) -> int:
        """Return the height of all rows."""
        return sum(self._sums)

    def set(self, index: int, height: int) -> int:
        """Change one height; returns by how much it grew."""
        growth = height - self._rows[index]
        self._rows[index] = height
        self._sums[index // CHUNK] += growth
        return growth

    def append(self, height: int) -> None:
        """Add a row at the end."""
        self.replace(len(self._rows), [height])

    def prepend(self, count: int, height: int) -> None:
        """Add rows above the first one."""
        self._rows = array("q", [height]) * count + self._rows
        self._sum_up(0)

    def replace(self, start: int, heights: Iterable[int]) -> None:
        """Replace all rows from `start` on."""
        del self._rows[start:]
        self._rows.extend(heights)
        self._sum_up(start // CHUNK)

    def top(self, index: int) -> int:
        """Return where a row begins."""
        chunk = index // CHUNK
        return sum(self._sums[:chunk]) + sum(self._rows[chunk * CHUNK : index])

    def find(self, y: float) -> tuple[int, int]:
        """Return the row at `y` and where it begins; the first or the last one beyond the ends."""
        chunk, chunk_top = _find(self._sums, y)
        start = chunk * CHUNK
        row, row_top = _find(self._rows[start : start + CHUNK], y - chunk_top)
        return start + row, chunk_top + row_top

    def _sum_up(self, chunk: int) -> None:
        del self._sums[chunk:]
        for start in range(chunk * CHUNK, len(self._rows), CHUNK):
            self._sums.append(sum(self._rows[start : start + CHUNK]))


def _find(heights: Sequence[int], y: float) -> tuple[int, int]:
    bottoms = list(accumulate(heights))
    index = min(bisect_right(bottoms, y), len(heights) - 1)
    return index, bottoms[index] - heights[index]
