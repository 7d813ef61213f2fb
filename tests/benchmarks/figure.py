"""One measured figure, in the form that `script/bench --json` writes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value beside its floor: the least the same machine could do in the same run.

    `ratio` is value by floor; `budget` is the most that is allowed, of the ratio where
    there is a floor and of the value otherwise; `ok` is None where there is no budget.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    budget: float | None = None
    ok: bool | None = None


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    budget: float | None = None,
    budget_of: Literal["value", "ratio"] | None = None,
) -> Figure:
    """Make a figure from what was measured.

    `budget_of` says what the budget limits; by default the ratio where there is a floor.
    """
    ratio = value / floor if floor else None
    limited = value if budget_of == "value" or ratio is None else ratio
    ok = None if budget is None else limited <= budget
    return Figure(name=name, value=value, unit=unit, floor=floor, ratio=ratio, budget=budget, ok=ok)
