"""Sums of heights agree with adding up."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.transcript.heights import CHUNK, Heights


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=3 * CHUNK),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 900)), max_size=20),
    st.integers(-10, 10**6),
)
def test_tops_and_rows_are_found_like_by_adding_up(
    rows: list[int], changes: list[tuple[int, int]], y: int
):
    heights = Heights()
    heights.replace(0, rows)
    for index, height in changes:
        at = index % len(rows)
        assert heights.set(at, height) == height - rows[at]
        rows[at] = height

    assert heights.total == sum(rows)
    assert [heights.top(i) for i in range(0, len(rows), 97)] == [
        sum(rows[:i]) for i in range(0, len(rows), 97)
    ]
    index, top = heights.find(y)
    assert top == sum(rows[:index])
    assert index == len(rows) - 1 or y < top + rows[index]
    assert y >= top or index == 0 or y >= heights.total


def test_rows_can_be_replaced_from_the_middle_on():
    heights = Heights(1_000, 10)
    heights.replace(300, [5, 6])
    heights.append(7)

    assert len(heights) == 303
    assert heights.total == 3_000 + 18
    assert heights.top(302) == 3_011
