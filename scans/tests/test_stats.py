"""What the dashboards show, at the edges of its minute, its hour and its length."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from permits.verdict import Direction, Outcome, Reason, Verdict
from scans.evidence import CheckRequest
from scans.live.board import Counted
from scans.models import Act, Lane, Passage, Scan, Shift
from scans.oversight import Oversight
from scans.presence import MISSED_FOR, ONLINE_FOR
from scans.protocol import FeedRow, LaneNow
from scans.record import Finding, record
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context
from scans.stats import (
    FEED_LENGTH,
    HOUR,
    MINUTE,
    PIECE,
    feed_after,
    lanes_now,
    last_hour,
    rows_and_hour,
    turned_back_today,
)
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


def counted(now: datetime = NOW) -> int:
    return sum(one.n for one in last_hour(now))


# --- The last hour --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_scans_are_counted_by_checkpoint_outcome_time_and_piece(
    scanned: Record, river_lane: Lane, hill_lane: Lane
) -> None:
    allow, _hold, refuse = Outcome
    scanned(river_lane, allow, allow, refuse, elapsed_ms=10)
    scanned(hill_lane, allow, elapsed_ms=10)
    scanned(river_lane, allow, at=NOW - timedelta(minutes=40), elapsed_ms=10)

    at = to_milliseconds(NOW)
    river, hills = river_lane.checkpoint_id, hill_lane.checkpoint_id
    old, *recent = last_hour(NOW)
    assert (old.checkpoint_id, old.outcome, old.n) == (river, "allow", 1)
    assert at - 41 * 60_000 < old.recorded_at <= at - 40 * 60_000
    assert sorted(recent, key=lambda one: (one.checkpoint_id, one.outcome)) == [
        Counted(river, at, "allow", 10, 2),
        Counted(river, at, "refuse", 10, 1),
        Counted(hills, at, "allow", 10, 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "n"),
    [
        (timedelta(0), 1),
        (MINUTE, 1),
        (HOUR - MINUTE, 1),
        (HOUR + MINUTE, 0),
        (-PIECE + MILLISECOND, 1),
        (-PIECE, 0),
    ],
)
def test_the_hour_has_its_ends(scanned: Record, river_lane: Lane, age: timedelta, n: int) -> None:
    """And goes on to the end of the piece that begins now."""
    scanned(river_lane, Outcome.ALLOW, at=NOW - age)

    assert counted() == n


@pytest.mark.django_db
def test_every_scan_of_the_hour_is_counted_once(scanned: Record, river_lane: Lane) -> None:
    for seconds in range(0, 3600, 7):
        scanned(river_lane, Outcome.ALLOW, at=NOW - timedelta(seconds=seconds))

    assert counted() == len(range(0, 3600, 7))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rows_and_hour_are_of_the_same_moment(scanned: Record, river_lane: Lane) -> None:
    scanned(river_lane, *[Outcome.ALLOW] * 3)

    rows, hour = rows_and_hour(0, now=NOW, most=2)
    assert (len(rows), sum(one.n for one in hour)) == (2, 3)


# --- Turned back ----------------------------------------------------------------------------------


def turned_back(lane: Lane, officer: User, at: datetime, **fields: Any) -> None:
    values = {"act": Act.TURNED_BACK, "direction": "in", "outcome": "refuse", **fields}
    Passage.objects.create(
        passage_id=uuid4(),
        car_id=uuid4(),
        checkpoint=lane.checkpoint,
        lane=lane,
        officer=officer,
        acted_at=at,
        recorded_at=at,
        **values,
    )


@pytest.mark.django_db
def test_cars_turned_back_count_from_midnight_on_by_direction(
    river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    midnight = datetime(2021, 9, 13, 17, 0, tzinfo=UTC)  # in Hanoi
    turned_back(river_lane, officer, midnight)
    turned_back(river_lane, officer, midnight - MILLISECOND)
    turned_back(river_lane, officer, NOW, direction="out")
    turned_back(river_lane, officer, NOW, undone_at=NOW)
    turned_back(river_lane, officer, NOW, act=Act.PASSED)

    assert turned_back_today(NOW) == {river_lane.checkpoint_id: (1, 1)}


# --- Lanes ----------------------------------------------------------------------------------------


def stand(
    lane: Lane, officer: User, *, seen: timedelta = timedelta(0), **fields: datetime | None
) -> None:
    Shift.objects.create(
        lane=lane,
        officer=officer,
        direction="in",
        started_at=NOW - HOUR,
        last_seen_at=NOW - seen,
        **fields,
    )


def state_of(lane: Lane) -> LaneNow:
    [only] = [one for one in lanes_now(NOW)[lane.checkpoint_id] if one.lane_id == lane.pk]
    return only


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seen", "has_left", "state"),
    [
        (timedelta(0), False, "online"),
        (ONLINE_FOR - MILLISECOND, False, "online"),
        (ONLINE_FOR, False, "silent"),  # its server died, and closed nothing
        (MISSED_FOR - MILLISECOND, False, "silent"),
        (MISSED_FOR, False, "off"),
        (timedelta(0), True, "silent"),
        (MINUTE, True, "silent"),
    ],
)
def test_a_lane_is_online_while_it_is_heard_and_silent_once_it_is_missed(
    river_lane: Lane, officer: User, seen: timedelta, has_left: bool, state: str
) -> None:
    stand(river_lane, officer, seen=seen, left_at=NOW - seen if has_left else None)

    since = to_milliseconds(NOW - seen) if state == "silent" else None
    assert state_of(river_lane) == LaneNow(river_lane.pk, state, since)


@pytest.mark.django_db
def test_a_shift_that_was_ended_misses_nobody(river_lane: Lane, officer: User) -> None:
    stand(river_lane, officer, left_at=NOW, ended_at=NOW)

    assert state_of(river_lane).state == "off"


@pytest.mark.django_db
@pytest.mark.parametrize("seen", [timedelta(0), MINUTE])
def test_of_two_officers_at_a_lane_one_who_is_heard_is_enough(
    river_lane: Lane, officer: User, supervisor: User, seen: timedelta
) -> None:
    stand(river_lane, officer, seen=seen, left_at=NOW)
    stand(river_lane, supervisor, seen=MILLISECOND)

    assert state_of(river_lane).state == "online"


@pytest.mark.django_db
def test_a_checkpoint_s_lanes_are_all_there_and_one_without_lanes_too(
    river_lane: Lane, hill_lane: Lane
) -> None:
    second = Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")
    hill_lane.delete()

    lanes = lanes_now(NOW)
    assert [one.lane_id for one in lanes[river_lane.checkpoint_id]] == [river_lane.pk, second.pk]
    assert lanes[hill_lane.checkpoint_id] == ()


# --- The feed -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_says_what_the_scan_says(scanned: Record, river_lane: Lane) -> None:
    scanned(river_lane, Outcome.HOLD, elapsed_ms=33)
    scan = Scan.objects.get()

    assert feed_after(0, now=NOW) == [
        FeedRow(
            id=scan.pk,
            scan_id=scan.scan_id,
            checkpoint_id=river_lane.checkpoint_id,
            checkpoint="Cầu Mẫu",
            lane_id=river_lane.pk,
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


@pytest.mark.django_db
def test_a_feed_of_a_district_or_a_lane_has_its_rows_alone(
    scanned: Record, river_lane: Lane, hill_lane: Lane
) -> None:
    second = Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")
    for lane in (river_lane, hill_lane, second):
        scanned(lane, Outcome.ALLOW)

    river = Oversight(frozenset({river_lane.checkpoint_id}))
    of_river = feed_after(0, now=NOW, oversight=river)
    assert [row.lane_id for row in of_river] == [river_lane.pk, second.pk]
    of_lane = feed_after(0, now=NOW, oversight=river, lane_id=second.pk)
    assert [row.lane_id for row in of_lane] == [second.pk]
