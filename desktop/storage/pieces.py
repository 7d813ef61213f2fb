"""Sequences cut into pieces that one statement takes."""

from collections.abc import Collection
from typing import TypeVar

_Item = TypeVar("_Item")

AT_A_TIME = 500
"""Rows or ids of one statement: SQLite takes at most 32,766 values in one."""


def in_pieces(items: Collection[_Item], most: int = AT_A_TIME) -> list[list[_Item]]:
    """Return `items` in their order, at most `most` of them in each piece."""
    listed = list(items)
    return [listed[start : start + most] for start in range(0, len(listed), most)]
