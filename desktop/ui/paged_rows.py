"""The rows of a long list, of which only some pages have been read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

_Row = TypeVar("_Row")

KEPT_PAGES = 60
"""So that scrolling through everything does not keep everything."""


class PagedRows(Generic[_Row]):
    """Rows by their place, `page` of them each; `ask` is called with the number of one missing.

    It is called once for each page, until that was put in or other rows are shown.
    """

    def __init__(self, page: int, ask: Callable[[int], None]) -> None:
        self._page = page
        self._ask = ask
        self._pages: dict[int, list[_Row]] = {}
        self._asked: set[int] = set()

    def show(self, pages: Mapping[int, Sequence[_Row]]) -> None:
        """Forget what was read before."""
        self._pages = {number: list(rows) for number, rows in pages.items()}
        self._asked = set()

    def put(self, number: int, rows: Sequence[_Row]) -> range:
        """Put in one page, in the place of the one read first if there are many; return its places."""
        self._asked.discard(number)
        self._pages.pop(number, None)
        while len(self._pages) >= KEPT_PAGES:
            del self._pages[next(iter(self._pages))]
        self._pages[number] = list(rows)
        return range(number * self._page, (number + 1) * self._page)

    def page(self, number: int) -> list[_Row] | None:
        """Return a page, None while it was not read."""
        return self._pages.get(number)

    def at(self, place: int) -> _Row | None:
        """Return the row at a place; None, and asked for, where it was not read yet."""
        number, within = divmod(place, self._page)
        rows = self._pages.get(number)
        if rows is None:
            if number not in self._asked:
                self._asked.add(number)
                self._ask(number)
            return None
        return rows[within] if within < len(rows) else None

    def __iter__(self) -> Iterator[tuple[int, _Row]]:
        """Give what was read, each row with its place."""
        for number, rows in self._pages.items():
            yield from enumerate(rows, number * self._page)
