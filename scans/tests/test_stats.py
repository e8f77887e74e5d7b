"""What the dashboards show, at the edges of its minute, its hour and its length."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from permits.tests.properties import whatever_it_takes
from permits.verdict import Direction, Outcome, Reason, Verdict
from scans.evidence import CheckRequest
from scans.models import Lane, Scan, Shift
from scans.protocol import CheckpointTotals, FeedRow
from scans.record import Finding, record
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context
from scans.stats import FEED_LENGTH, HOUR, MINUTE, ONLINE_FOR, feed_after, median, totals
from scans.times import to_milliseconds

NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
VERDICTS = {
    Outcome.ALLOW: Verdict(Outcome.ALLOW),
    Outcome.HOLD: Verdict(Outcome.HOLD, (Reason.PENDING, Reason.STALE_OFFLINE)),
    Outcome.REFUSE: Verdict(Outcome.REFUSE, (Reason.EXPIRED,)),
}
Record = Callable[..., None]


@pytest.fixture
def scanned(officer: User) -> Record:
    """Put scans into the database that were recorded at a time."""

    def scanned(
        lane: Lane,
        *outcomes: Outcome,
        at: datetime = NOW,
        elapsed_ms: int = 20,
    ) -> None:
        where = lane_context(lane.pk, Direction.OUT, officer.pk)
        findings = [
            Finding(
                request=CheckRequest("x", new_scan_id(at), at - 20 * MILLISECOND, where, "api"),
                payload_kind="citizen_card",
                permit_id=None,
                number_tail="2345",
                verdict=VERDICTS[outcome],
                hits=(),
                elapsed_ms=elapsed_ms,
            )
            for outcome in outcomes
        ]
        record(findings, {}, now=at)

    return scanned


def only_totals(now: datetime = NOW) -> CheckpointTotals:
    [one] = totals(now)
    return one


# --- The median -----------------------------------------------------------------------------------


def test_of_nothing_there_is_no_median() -> None:
    assert median({}) is None


@given(st.lists(st.integers(0, 50), min_size=1))
@whatever_it_takes
def test_the_median_is_the_middle_value_or_the_lower_of_two(values: list[int]) -> None:
    assert median(dict(Counter(values))) == sorted(values)[(len(values) - 1) // 2]


# --- Totals ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_checkpoint_without_scans_is_there_with_its_lanes(river_lane: Lane) -> None:
    Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")

    assert only_totals() == CheckpointTotals(
        checkpoint_id=river_lane.checkpoint_id,
        name="Cầu Mẫu",
        lanes=2,
        lanes_online=0,
        last_minute=0,
        last_hour=0,
        allow=0,
        hold=0,
        refuse=0,
        median_ms=None,
    )


@pytest.mark.django_db
def test_each_checkpoint_counts_its_own(scanned: Record, river_lane: Lane, hill_lane: Lane) -> None:
    allow, hold, refuse = Outcome
    scanned(river_lane, allow, allow, hold, elapsed_ms=10)
    scanned(river_lane, refuse, elapsed_ms=500)
    scanned(hill_lane, refuse, refuse, elapsed_ms=30)
    river, hills = totals(NOW)

    assert (river.name, river.last_hour, river.allow, river.hold, river.refuse) == (
        "Cầu Mẫu",
        4,
        2,
        1,
        1,
    )
    assert (hills.name, hills.last_hour, hills.allow, hills.hold, hills.refuse) == (
        "Đèo Mẫu",
        2,
        0,
        0,
        2,
    )
    assert (river.median_ms, hills.median_ms) == (10, 30)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "in_minute", "in_hour"),
    [
        (timedelta(0), 1, 1),
        (MINUTE - MILLISECOND, 1, 1),
        (MINUTE, 0, 1),
        (HOUR - MILLISECOND, 0, 1),
        (HOUR, 0, 0),
        (-MILLISECOND, 0, 0),
    ],
)
def test_a_scan_is_in_the_last_minute_and_hour_up_to_their_edge(
    scanned: Record, river_lane: Lane, age: timedelta, in_minute: int, in_hour: int
) -> None:
    scanned(river_lane, Outcome.ALLOW, at=NOW - age)

    assert (only_totals().last_minute, only_totals().last_hour) == (in_minute, in_hour)
    assert only_totals().median_ms == (20 if in_hour else None)


@pytest.mark.django_db
def test_the_totals_cost_the_same_few_queries_for_any_number_of_scans(
    scanned: Record,
    river_lane: Lane,
    hill_lane: Lane,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    scanned(river_lane, *[Outcome.ALLOW] * 30)
    scanned(hill_lane, *[Outcome.HOLD] * 30)

    with django_assert_num_queries(5):
        totals(NOW)


# --- Lanes online ---------------------------------------------------------------------------------


def stand(
    lane: Lane, officer: User, *, seen: timedelta = timedelta(0), left: datetime | None = None
) -> None:
    Shift.objects.create(
        lane=lane,
        officer=officer,
        direction="in",
        started_at=NOW - HOUR,
        last_seen_at=NOW - seen,
        left_at=left,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seen", "left", "online"),
    [
        (timedelta(0), None, 1),
        (ONLINE_FOR - MILLISECOND, None, 1),
        (ONLINE_FOR, None, 0),  # its server died, and closed nothing
        (HOUR, None, 0),
        (timedelta(0), NOW, 0),
    ],
)
def test_a_lane_is_online_while_its_socket_is_open_and_was_seen_of_late(
    river_lane: Lane, officer: User, seen: timedelta, left: datetime | None, online: int
) -> None:
    stand(river_lane, officer, seen=seen, left=left)

    assert only_totals().lanes_online == online


@pytest.mark.django_db
def test_two_officers_at_a_lane_are_one_lane(
    river_lane: Lane, hill_lane: Lane, officer: User, supervisor: User
) -> None:
    stand(river_lane, officer)
    stand(river_lane, supervisor)
    river, hills = totals(NOW)

    assert (river.lanes_online, hills.lanes_online) == (1, 0)


# --- The feed -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_says_what_the_scan_says(scanned: Record, river_lane: Lane) -> None:
    scanned(river_lane, Outcome.HOLD, elapsed_ms=33)
    scan = Scan.objects.get()

    assert feed_after(0, now=NOW) == [
        FeedRow(
            id=scan.pk,
            scan_id=scan.scan_id,
            checkpoint="Cầu Mẫu",
            lane="Làn 1",
            direction="out",
            outcome="hold",
            reason="pending",
            number="••••2345",
            captured_at=to_milliseconds(NOW) - 20,
            recorded_at=to_milliseconds(NOW),
            elapsed_ms=33,
        )
    ]


@pytest.mark.django_db
def test_only_later_rows_come_the_oldest_first(scanned: Record, river_lane: Lane) -> None:
    scanned(river_lane, *[Outcome.ALLOW] * 5)
    ids = list(Scan.objects.order_by("id").values_list("id", flat=True))

    assert [row.id for row in feed_after(0, now=NOW)] == ids
    assert [row.id for row in feed_after(ids[1], now=NOW)] == ids[2:]
    assert feed_after(ids[-1], now=NOW) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "left_out"), [(0, 0), (1, 1)])
def test_of_very_many_the_latest_come(
    scanned: Record, river_lane: Lane, more: int, left_out: int
) -> None:
    scanned(river_lane, *[Outcome.ALLOW] * (FEED_LENGTH + more))
    ids = list(Scan.objects.order_by("id").values_list("id", flat=True))

    assert [row.id for row in feed_after(0, now=NOW)] == ids[left_out:]


@pytest.mark.django_db
@pytest.mark.parametrize("after", [-1, 2**63, 2**64 - 1])
def test_a_row_that_never_was_is_no_error(scanned: Record, river_lane: Lane, after: int) -> None:
    scanned(river_lane, Outcome.ALLOW)

    assert len(feed_after(after, now=NOW)) == (after < 0)


def test_a_lane_may_miss_two_of_its_signs_of_life() -> None:
    assert timedelta(seconds=3 * settings.SOCKET_RECHECK_SECONDS) <= ONLINE_FOR
