"""Which copies are kept, with clocks that are right and clocks that are not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop.storage.thinning import BUDGET, DAYS, MONTHS, NEWEST, WEEKS, superseded

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Copy:
    made_at: datetime
    size: int = 1000


def thinned_as_made(moments: list[datetime], size: int = 1000) -> list[Copy]:
    """Make a copy at each moment, thinning after each; return what is left, newest first."""
    kept: list[Copy] = []
    for moment in moments:
        kept.insert(0, Copy(moment, size))
        gone = superseded(kept)
        kept = [copy for copy in kept if copy not in gone]
    return kept


def test_a_year_of_days_leaves_days_weeks_and_months() -> None:
    days = [START + timedelta(days=n) for n in range(365)]
    left = [copy.made_at for copy in thinned_as_made(days)]

    assert left[:DAYS] == days[: -DAYS - 1 : -1]
    assert len({moment.isocalendar()[:2] for moment in left}) >= WEEKS
    months = {(moment.year, moment.month) for moment in left}
    assert len(months) == MONTHS
    assert len(left) <= DAYS + WEEKS + MONTHS


def test_many_on_one_day_leave_the_newest_few() -> None:
    moments = [START + timedelta(minutes=n) for n in range(50)]

    assert [c.made_at for c in thinned_as_made(moments)] == moments[: -NEWEST - 1 : -1]


def test_d14_a_clock_that_jumps_removes_nothing_of_the_days_before() -> None:
    days = [START + timedelta(days=n) for n in range(8)]
    ahead = [START + timedelta(days=5 * 365)]
    behind = [START - timedelta(days=365)]
    back = [START + timedelta(days=8)]

    left = thinned_as_made(days + ahead + behind + back)

    assert {copy.made_at for copy in left} == {*days, *ahead, *behind, *back}


def test_large_copies_are_fewer_but_never_none() -> None:
    days = [START + timedelta(days=n) for n in range(30)]

    assert len(thinned_as_made(days, size=BUDGET)) == NEWEST
    assert len(thinned_as_made(days, size=BUDGET // 8)) == 8


@given(st.lists(st.integers(-(10**6), 10**6), max_size=60))
def test_the_newest_always_stay(hours: list[int]) -> None:
    moments = [START + timedelta(hours=each) for each in hours]
    left = thinned_as_made(moments)

    assert [copy.made_at for copy in left[:NEWEST]] == moments[: -NEWEST - 1 : -1]
    assert len(left) <= NEWEST + DAYS + WEEKS + MONTHS
