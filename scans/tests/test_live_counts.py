"""The last hour of a checkpoint, at the edges of its pieces, its minute and its hour."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.tests.properties import whatever_it_takes
from permits.verdict import Outcome
from scans.live.counts import HOUR_MS, MINUTE_MS, PIECE_MS, LastHour, rounded

NOW = 1_631_606_400_000  # on the edge of a piece


def test_a_time_is_counted_to_two_digits() -> None:
    assert [rounded(ms) for ms in (0, 7, 99, 100, 109, 110, 999, 1000, 64_321)] == [
        0, 7, 99, 100, 100, 110, 990, 1000, 64_000,
    ]  # fmt: skip


def test_an_hour_without_scans_has_no_times() -> None:
    hour = LastHour()
    assert (hour.scans(), hour.percentile(50), hour.last_scan_at()) == (0, None, None)


@given(st.lists(st.integers(0, 99), min_size=1), st.sampled_from([1, 50, 95, 100]))
@whatever_it_takes
def test_a_percentile_is_the_smallest_time_that_so_many_do_not_exceed(
    times: list[int], percent: int
) -> None:
    hour = LastHour()
    for time in times:
        hour.add(NOW, "allow", time)
    found = hour.percentile(percent)
    assert found in times
    assert sum(time <= found for time in times) * 100 >= percent * len(times)
    assert sum(time < found for time in times) * 100 < percent * len(times)


@given(
    st.lists(
        st.tuples(st.integers(0, 2 * HOUR_MS), st.sampled_from(list(Outcome)), st.integers(0, 9)),
        max_size=30,
    )
)
@whatever_it_takes
def test_whatever_comes_in_whatever_order_the_hour_is_what_is_left_of_it(
    scans: list[tuple[int, Outcome, int]],
) -> None:
    hour = LastHour()
    for age, outcome, elapsed in scans:
        hour.add(NOW - age, outcome.value, elapsed)
    hour.forget_old(NOW)
    pieces = [(NOW - age) // PIECE_MS * PIECE_MS for age, *_rest in scans]
    left = [
        outcome
        for (_age, outcome, _elapsed), begins_at in zip(scans, pieces, strict=True)
        if begins_at + PIECE_MS > NOW - HOUR_MS
    ]
    assert {one: hour.of(one) for one in Outcome} == {one: Counter(left)[one] for one in Outcome}
    assert hour.scans() == len(left)


@pytest.mark.parametrize(
    ("age", "n"), [(0, 1), (MINUTE_MS, 1), (MINUTE_MS + PIECE_MS, 0), (MINUTE_MS + 1, 0)]
)
def test_the_last_minute_ends_with_a_piece(age: int, n: int) -> None:
    hour = LastHour()
    hour.add(NOW - age, "allow", 5)
    assert hour.scans_within(MINUTE_MS, NOW + PIECE_MS - 1) == n
