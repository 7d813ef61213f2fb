"""Positions in a text: Python counts characters, Qt counts UTF-16 units."""

from bisect import bisect_left

_LAST_OF_ONE_UNIT = "\uffff"


class Units:
    """Translates positions of one text; most texts have no character of two units."""

    def __init__(self, text: str) -> None:
        self._wide: list[int] = []
        if not text.isascii() and max(text) > _LAST_OF_ONE_UNIT:
            self._wide = [at for at, each in enumerate(text) if each > _LAST_OF_ONE_UNIT]
        self._wide_units = [at + before for before, at in enumerate(self._wide)]

    def to_qt(self, position: int) -> int:
        """Return the unit at which a character begins."""
        return position + bisect_left(self._wide, position) if self._wide else position

    def from_qt(self, unit: int) -> int:
        """Return the character that a unit begins, or that it is the second half of."""
        return unit - bisect_left(self._wide_units, unit) if self._wide else unit
