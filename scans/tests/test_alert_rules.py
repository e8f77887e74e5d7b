"""Both edges of every rule that raises an alert from rounds or failures."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError

from permits import outages
from permits.verdict import Direction
from scans import disk, observed, shifts
from scans.alert_rules import lanes, look_ups, machines, rates
from scans.alert_rules.rates import Tally
from scans.check import Answer
from scans.evidence import CheckRequest
from scans.look_ups import Repeated
from scans.models import Alert, Lane, Scan
from scans.presence import MISSED_FOR
from scans.tests.checks import DAY, HOUR, MINUTE, NOW, SECOND
from scans.times import to_milliseconds

pytestmark = pytest.mark.django_db


def open_now(kind: str) -> list[Alert]:
    return list(Alert.objects.filter(kind=kind, resolved_at=None).order_by("id"))


# --- Lane silent ----------------------------------------------------------------------------------


def a_shift(lane: Lane, officer: User, *, seen: datetime, left: bool = True) -> int:
    opened = shifts.open_shift(lane.pk, Direction.IN, officer_id=officer.pk, now=seen)
    if left:
        shifts.leave(opened.shift_id, now=seen)
    return opened.shift_id


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize(
    ("away", "is_silent"),
    [
        (2 * MINUTE, False),
        (2 * MINUTE + SECOND, True),
        (MISSED_FOR - SECOND, True),
        (MISSED_FOR, False),
    ],
)
def test_a_lane_is_silent_when_its_page_has_been_away(
    river_lane: Lane, officer: User, left: bool, away: timedelta, is_silent: bool
) -> None:
    a_shift(river_lane, officer, seen=NOW - away, left=left)
    lanes.look_for_silent_lanes(NOW)
    assert len(open_now("lane_silent")) == is_silent


def test_it_says_since_when_and_ends_when_the_lane_is_back(river_lane: Lane, officer: User) -> None:
    seen = NOW - 3 * MINUTE
    a_shift(river_lane, officer, seen=seen)
    lanes.look_for_silent_lanes(NOW)
    [alert] = open_now("lane_silent")
    assert (alert.lane, alert.severity) == (river_lane, "high")
    assert alert.details == {"since": to_milliseconds(seen)}
    a_shift(river_lane, officer, seen=NOW, left=False)
    lanes.look_for_silent_lanes(NOW + SECOND)
    alert.refresh_from_db()
    assert (alert.resolved_at, alert.resolved_by) == (NOW + SECOND, None)


def test_a_shift_that_was_ended_leaves_no_silent_lane(river_lane: Lane, officer: User) -> None:
    shift_id = a_shift(river_lane, officer, seen=NOW - 3 * MINUTE)
    lanes.look_for_silent_lanes(NOW)
    shifts.end(shift_id, now=NOW)
    lanes.look_for_silent_lanes(NOW + 5 * MINUTE)
    assert open_now("lane_silent") == []


def test_nor_does_one_that_another_officer_followed(
    river_lane: Lane, officer: User, supervisor: User
) -> None:
    a_shift(river_lane, officer, seen=NOW - 5 * MINUTE)
    a_shift(river_lane, supervisor, seen=NOW - MINUTE, left=False)
    lanes.look_for_silent_lanes(NOW)
    assert open_now("lane_silent") == []


# --- Device clock ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "is_off"), [(59_999, False), (60_000, True), (-60_000, True), (-59_999, False)]
)
def test_a_clock_is_off_from_a_minute_on(river_lane: Lane, offset: int, is_off: bool) -> None:
    lanes.judge_clocks({river_lane.pk: offset}, now=NOW)
    assert [one.details["seconds"] for one in open_now("clock_off")] == (
        [offset // 1000] if is_off else []
    )


@pytest.mark.parametrize(("offset", "is_over"), [(30_000, False), (29_999, True)])
def test_it_is_good_again_below_half_a_minute(river_lane: Lane, offset: int, is_over: bool) -> None:
    lanes.judge_clocks({river_lane.pk: 90_000}, now=NOW)
    lanes.judge_clocks({river_lane.pk: offset}, now=NOW + MINUTE)
    assert (open_now("clock_off") == []) == is_over


def record(
    lane: Lane,
    officer: User,
    *outcomes: str,
    at: datetime = NOW,
    elapsed_ms: int = 20,
    source: str = "camera",
) -> None:
    Scan.objects.bulk_create(
        Scan(
            scan_id=uuid4(), checkpoint=lane.checkpoint, lane=lane, direction="in",
            officer=officer, payload_kind="token", payload_digest=b"", source=source,
            outcome=outcome, captured_at=at, captured_day=at.date(), recorded_at=at,
            elapsed_ms=elapsed_ms,
        )
        for outcome in outcomes
    )  # fmt: skip


@pytest.mark.parametrize(
    ("late", "on_time", "is_off"), [(5, 0, True), (4, 0, False), (5, 1, False)]
)
def test_a_device_whose_every_scan_comes_late_has_a_slow_clock(
    river_lane: Lane, officer: User, late: int, on_time: int, is_off: bool
) -> None:
    record(river_lane, officer, *["allow"] * late, elapsed_ms=90_000)
    record(river_lane, officer, *["allow"] * on_time)
    record(river_lane, officer, "allow", source="api")  # another program's clock
    lanes.look_for_wrong_clocks(NOW)
    assert [one.details for one in open_now("clock_off")] == ([{"seconds": -90}] if is_off else [])


# --- Share of refusals ----------------------------------------------------------------------------

USUAL = Tally(1000, 100)


@pytest.mark.parametrize(
    ("recent", "usual", "is_out"),
    [
        (Tally(20, 8), USUAL, True),  # 4.47 deviations
        (Tally(20, 7), USUAL, False),  # 3.73
        (Tally(19, 19), USUAL, False),  # too few to say
        (Tally(1000, 0), USUAL, True),  # nobody is refused any more
        (Tally(10_000, 1999), USUAL, False),  # sure, but by less than ten points
        (Tally(10_000, 2000), USUAL, True),
        (Tally(20, 20), Tally(99, 0), False),  # too little known
        (Tally(20, 20), Tally(100, 0), True),
        (Tally(20, 2), Tally(1000, 0), True),
        (Tally(20, 1), Tally(1000, 0), False),  # the first refusal
    ],
)
def test_a_share_far_from_the_usual_one_is_told(
    river_lane: Lane, recent: Tally, usual: Tally, is_out: bool
) -> None:
    here = river_lane.checkpoint_id
    rates.judge_refusals({here: recent}, {here: usual}, now=NOW)
    assert len(open_now("refuse_rate")) == is_out


@pytest.mark.parametrize(("refused", "is_over"), [(18, True), (19, False)])
def test_it_is_over_within_two_deviations(river_lane: Lane, refused: int, is_over: bool) -> None:
    here = river_lane.checkpoint_id
    rates.judge_refusals({here: Tally(120, 60)}, {here: USUAL}, now=NOW)
    rates.judge_refusals({here: Tally(120, refused)}, {here: USUAL}, now=NOW + MINUTE)
    assert (open_now("refuse_rate") == []) == is_over


@pytest.fixture
def _nothing_counted_yet() -> Iterator[None]:
    rates._usual.cache_clear()
    yield
    rates._usual.cache_clear()


@pytest.mark.usefixtures("_nothing_counted_yet")
def test_the_last_half_hour_is_compared_with_the_day_before_it(
    river_lane: Lane, officer: User
) -> None:
    now = NOW + 45 * MINUTE
    record(river_lane, officer, *["allow"] * 95, *["refuse"] * 5, at=NOW - HOUR)
    record(river_lane, officer, *["refuse"] * 50, at=NOW - 2 * DAY)
    record(river_lane, officer, *["allow"] * 10, *["refuse"] * 10, at=now - 29 * MINUTE)
    record(river_lane, officer, *["allow"] * 50, at=now - 30 * MINUTE)
    rates.look_at_refusals(now)
    [alert] = open_now("refuse_rate")
    assert alert.details == {"share": 50, "scans": 20, "usual": 5}
    assert (alert.checkpoint, alert.lane) == (river_lane.checkpoint, None)


# --- Disk, database, replica ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "severity"),
    [
        (disk.LITTLE_ROOM, None),
        (disk.LITTLE_ROOM - 1, "high"),
        (disk.NO_ROOM, "high"),
        (disk.NO_ROOM - 1, "critical"),
    ],
)
def test_a_disk_with_little_room_is_told(free: int, severity: str | None) -> None:
    machines.judge_room(free, machine="a", now=NOW)
    assert [one.severity for one in open_now("disk_full")] == ([severity] if severity else [])


def test_what_grows_worse_is_another_alert_and_each_machine_has_its_own() -> None:
    machines.judge_room(disk.GIB, machine="a", now=NOW)
    machines.judge_room(disk.GIB, machine="b", now=NOW)
    machines.judge_room(disk.MIB, machine="a", now=NOW + MINUTE)
    little_at_b, none_at_a = "disk_full:b:little", "disk_full:a:none"
    assert [one.cause for one in open_now("disk_full")] == [little_at_b, none_at_a]
    machines.judge_room(10 * disk.GIB, machine="a", now=NOW + 2 * MINUTE)
    assert [one.cause for one in open_now("disk_full")] == [little_at_b]


def test_a_round_reads_the_real_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: 5 * disk.MIB)
    machines.look_at_the_disk(NOW)
    assert open_now("disk_full")[0].details == {"free_mib": 5}


@pytest.mark.parametrize(
    ("away", "is_told"), [(5 * SECOND - SECOND / 1000, False), (5 * SECOND, True)]
)
def test_an_outage_is_told_once_it_is_over(away: timedelta, is_told: bool) -> None:
    outages.take_ended()
    outages.failed(now=NOW)
    outages.failed(now=NOW + SECOND)
    machines.look_at_the_database(NOW)
    assert open_now("database_trouble") == []
    outages.answered(now=NOW + away)
    outages.answered(now=NOW + 2 * away)
    machines.look_at_the_database(NOW + MINUTE)
    machines.look_at_the_database(NOW + 2 * MINUTE)
    alerts = open_now("database_trouble")
    assert [(one.details, one.times) for one in alerts] == (
        [({"seconds": 5}, 1)] if is_told else []
    )


def test_a_replica_that_is_away_is_told_until_it_is_back() -> None:
    machines.judge_replica(is_away=True, machine="one", now=NOW)
    machines.judge_replica(is_away=True, machine="one", now=NOW + MINUTE)
    [alert] = open_now("database_trouble")
    assert (alert.severity, alert.times) == ("medium", 1)
    machines.judge_replica(is_away=False, machine="two", now=NOW + MINUTE)
    assert open_now("database_trouble") == [alert], "another machine sees it"
    machines.judge_replica(is_away=False, machine="one", now=NOW + 2 * MINUTE)
    assert open_now("database_trouble") == []


@pytest.mark.parametrize(("failures", "is_told"), [(2, False), (3, True)])
def test_batches_that_fail_in_a_row_are_told_by_the_next_good_one(
    monkeypatch: pytest.MonkeyPatch, failures: int, is_told: bool
) -> None:
    monkeypatch.setattr(machines, "batches", machines.FailedBatches())
    fails = True

    @observed.checks
    def check_batch(_requests: Sequence[CheckRequest], /) -> list[Answer]:
        if fails:
            raise DatabaseError
        return []

    for _ in range(failures):
        with pytest.raises(DatabaseError):
            check_batch([])
    assert open_now("database_trouble") == []
    fails = False
    check_batch([])
    check_batch([])
    alerts = open_now("database_trouble")
    assert [(one.details, one.severity, one.times) for one in alerts] == (
        [({"batches": 3}, "critical", 1)] if is_told else []
    )


# --- Repeated look-ups ----------------------------------------------------------------------------


def test_repeated_look_ups_are_told_once_and_again_when_there_are_more(supervisor: User) -> None:
    since = NOW - HOUR
    look_ups.judge_look_ups([Repeated(supervisor.pk, "abc", 5, NOW)], since=since, now=NOW)
    look_ups.judge_look_ups([Repeated(supervisor.pk, "abc", 5, NOW)], since=since, now=NOW + MINUTE)
    [alert] = open_now("repeated_look_ups")
    assert (alert.supervisor, alert.times, alert.details) == (supervisor, 1, {"look_ups": 5})
    rows = [Repeated(supervisor.pk, "abc", 6, NOW), Repeated(supervisor.pk, "xyz", 5, NOW)]
    look_ups.judge_look_ups(rows, since=since, now=NOW + MINUTE)
    assert [one.times for one in open_now("repeated_look_ups")] == [2, 1]
