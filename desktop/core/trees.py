"""Trees that lie in a list."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

_Item = TypeVar("_Item")


def parents_first(
    items: Sequence[_Item], place: Callable[[_Item], tuple[UUID, UUID | None]]
) -> list[_Item]:
    """Order items so that each comes after its parent; siblings keep their order.

    `place` gives the id of an item and that of its parent. What hangs on one that is missing
    becomes a beginning.
    """
    ids = {place(item)[0] for item in items}
    below: defaultdict[UUID | None, list[_Item]] = defaultdict(list)
    for item in items:
        parent = place(item)[1]
        below[parent if parent in ids else None].append(item)
    ordered: list[_Item] = []
    waiting = below[None][::-1]
    while waiting:
        item = waiting.pop()
        ordered.append(item)
        waiting.extend(below[place(item)[0]][::-1])
    return ordered
