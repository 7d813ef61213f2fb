"""The trash's clock: what counts is time that was seen to pass, whatever the clock says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.trash_clock import KEPT, MOST, TrashClock

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


def counted(*steps: timedelta) -> timedelta:
    """Return what is counted while the clock makes these steps, with a look after each."""
    clock, age, now = TrashClock(seen=START), timedelta(), START
    for step in steps:
        now += step
        clock, moved = clock.look(now)
        age += step - moved
    return age


@pytest.mark.parametrize(
    ("steps", "age"),
    [
        ((HOUR,) * 48, 2 * DAY),
        ((5 * HOUR, 19 * HOUR), DAY),
        ((60 * DAY,), DAY),  # switched off for two months
        ((5 * YEAR,), DAY),
        ((-YEAR,), timedelta()),
        ((5 * YEAR, -5 * YEAR), DAY),
        ((5 * YEAR, -5 * YEAR, DAY), DAY),  # the day that was counted too early
        ((-YEAR, YEAR, DAY), DAY),
        ((8 * HOUR, -8 * HOUR) * 50, 8 * HOUR),  # another system keeps the clock in local time
        ((-26 * YEAR, 26 * YEAR, HOUR) * 50, 50 * HOUR),  # the clock's battery is empty
    ],
)
def test_d14_only_time_that_was_seen_to_pass_counts(
    steps: tuple[timedelta, ...], age: timedelta
) -> None:
    assert counted(*steps) == age


@given(
    looks=st.lists(
        st.tuples(st.timedeltas(timedelta(), 3 * DAY), st.booleans()), min_size=1, max_size=60
    ),
    wrong=st.timedeltas(-20 * YEAR, 20 * YEAR),
)
def test_d14_nothing_is_old_before_its_time(
    looks: list[tuple[timedelta, bool]], wrong: timedelta
) -> None:
    """However often the clock goes wrong and right again, no more than `MOST` is too much."""
    steps: list[timedelta] = []
    was_wrong = False
    for passed, is_wrong in looks:
        steps.append(passed + wrong * (is_wrong - was_wrong))
        was_wrong = is_wrong
    truly = sum((passed for passed, _ in looks), timedelta())

    assert counted(*steps) <= truly + MOST
    assert KEPT - MOST == 30 * DAY
