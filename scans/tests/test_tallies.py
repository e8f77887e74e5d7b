"""Tallies: exact at their edges, the same when done again, with the rest every scan once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from permits.models import Permit
from permits.verdict import Direction, Outcome, Reason, Verdict
from scans import tallies
from scans.evidence import CheckRequest
from scans.models import (
    LATENCY_COLUMNS,
    DayCauseTally,
    DayTally,
    HourTally,
    Lane,
    MinuteTally,
    Scan,
    SliceTally,
)
from scans.oversight import EVERYTHING, Oversight
from scans.record import Finding, record
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context
from scans.spans import HOUR, MINUTE, TEN_MINUTES, Span
from scans.tally_reading import Wanted, counts, left_out

pytestmark = pytest.mark.django_db

# Midnight in Ho Chi Minh City.
MIDNIGHT = datetime(2021, 9, 13, 17, 0, tzinfo=UTC)
MILLISECOND, SECOND, DAY = timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=1)
VERDICTS = {
    Outcome.ALLOW: Verdict(Outcome.ALLOW),
    Outcome.HOLD: Verdict(Outcome.HOLD, (Reason.PENDING,)),
    Outcome.REFUSE: Verdict(Outcome.REFUSE, (Reason.EXPIRED,)),
}
Scanned = Callable[..., None]


@pytest.fixture
def scanned(officer: User) -> Scanned:
    """Put a scan into the database that was recorded at a time."""

    def scanned(
        lane: Lane,
        at: datetime,
        outcome: Outcome = Outcome.ALLOW,
        *,
        direction: Direction = Direction.IN,
        permit: Permit | None = None,
        elapsed_ms: int = 20,
    ) -> None:
        where = lane_context(lane.pk, direction, officer.pk)
        finding = Finding(
            request=CheckRequest("x", new_scan_id(at), at, where, "api"),
            payload_kind="token",
            permit_id=permit.pk if permit else None,
            number_tail="2345",
            verdict=VERDICTS[outcome],
            hits=(),
            elapsed_ms=elapsed_ms,
        )
        record([finding], {}, now=at)

    return scanned


def keep_up_to(now: datetime) -> None:
    """As many rounds as it takes."""
    for _turn in range(100):
        tallies.keep_up(now)
        if tallies.marks()[Span.SLICE] >= Span.SLICE.start_of(now - tallies.SETTLED):
            return
    raise AssertionError("it does not catch up")


def rows(model: Any, *fields: str) -> list[tuple[Any, ...]]:
    return sorted(model.objects.values_list("start", *fields, "n"), key=str)


def everything() -> list[list[dict[str, Any]]]:
    """All tallies, without their keys."""
    found = []
    for model in (MinuteTally, SliceTally, HourTally, DayTally, DayCauseTally):
        values = [{**row, "id": 0} for row in model.objects.values()]
        found.append(sorted(values, key=str))
    return found


# --- Edges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "model", "length"),
    [
        (Span.MINUTE, MinuteTally, MINUTE),
        (Span.SLICE, SliceTally, TEN_MINUTES),
        (Span.HOUR, HourTally, HOUR),
        (Span.DAY, DayTally, DAY),
    ],
)
def test_a_scan_belongs_to_the_span_that_it_begins_and_not_to_the_one_that_it_ends(
    scanned: Scanned, river_lane: Lane, span: Span, model: Any, length: timedelta
) -> None:
    scanned(river_lane, MIDNIGHT - MILLISECOND)
    scanned(river_lane, MIDNIGHT)
    scanned(river_lane, MIDNIGHT + length - MILLISECOND)
    scanned(river_lane, MIDNIGHT + length)
    keep_up_to(MIDNIGHT + 3 * DAY)

    theirs = model.objects.filter(checkpoint=river_lane.checkpoint)
    assert list(theirs.order_by("start").values_list("start", "n")) == [
        (MIDNIGHT - length, 1),
        (MIDNIGHT, 2),
        (MIDNIGHT + length, 1),
    ]
    assert span.start_of(MIDNIGHT + length - MILLISECOND) == MIDNIGHT
    assert span.after(MIDNIGHT) == MIDNIGHT + length


def test_a_day_goes_from_midnight_to_midnight_of_the_site_s_zone(settings: Settings) -> None:
    assert Span.DAY.start_of(MIDNIGHT - MILLISECOND) == MIDNIGHT - DAY
    assert Span.DAY.start_of(MIDNIGHT) == MIDNIGHT


def test_a_day_may_have_twenty_three_hours(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    changes = datetime(2021, 3, 27, 23, 0, tzinfo=UTC)
    assert Span.DAY.after(changes) == changes + 23 * HOUR
    assert len(list(Span.HOUR.between(changes, Span.DAY.after(changes)))) == 23


def test_an_hour_of_a_zone_with_half_an_hour_begins_on_its_clock(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    half_past = datetime(2021, 9, 13, 18, 30, tzinfo=UTC)
    assert Span.HOUR.start_of(half_past + 59 * MINUTE) == half_past
    assert Span.DAY.start_of(half_past + 59 * MINUTE) == half_past


@pytest.mark.parametrize(
    ("elapsed_ms", "column"),
    [
        (0, "within_50_ms"),
        (50, "within_50_ms"),
        (51, "within_100_ms"),
        (5000, "within_5000_ms"),
        (5001, "slower"),
    ],
)
def test_a_scan_is_counted_by_how_long_it_took(
    scanned: Scanned, river_lane: Lane, elapsed_ms: int, column: str
) -> None:
    scanned(river_lane, MIDNIGHT, elapsed_ms=elapsed_ms)
    keep_up_to(MIDNIGHT + 2 * DAY)
    expected = dict.fromkeys(LATENCY_COLUMNS, 0) | {column: 1}
    for model in (MinuteTally, SliceTally, HourTally, DayTally):
        row = model.objects.filter(checkpoint=river_lane.checkpoint).values(*LATENCY_COLUMNS)
        assert row.get() == expected


# --- What is counted ------------------------------------------------------------------------------


def test_each_place_direction_outcome_reason_and_kind_is_counted_by_itself(
    scanned: Scanned, river_lane: Lane, hill_lane: Lane, permit: Permit
) -> None:
    scanned(river_lane, MIDNIGHT, permit=permit)
    scanned(river_lane, MIDNIGHT + SECOND, permit=permit)
    scanned(river_lane, MIDNIGHT, Outcome.HOLD, direction=Direction.OUT, permit=permit)
    scanned(hill_lane, MIDNIGHT, Outcome.REFUSE)
    scanned(hill_lane, MIDNIGHT, permit=permit)
    keep_up_to(MIDNIGHT + 2 * DAY)

    river, hills, kind = river_lane.checkpoint_id, hill_lane.checkpoint_id, permit.kind_id
    causes = {
        (river, "in", "allow", "", kind, 2),
        (river, "out", "hold", "pending", kind, 1),
        (hills, "in", "refuse", "expired", None, 1),
        (hills, "in", "allow", "", kind, 1),
        (None, "in", "allow", "", kind, 3),
        (None, "out", "hold", "pending", kind, 1),
        (None, "in", "refuse", "expired", None, 1),
    }
    fields = ("checkpoint", "direction", "outcome", "reason", "kind", "n")
    for full in (SliceTally, DayCauseTally):
        assert set(full._default_manager.values_list(*fields)) == causes
    for summed in (HourTally, DayTally):
        found = summed._default_manager.values_list("checkpoint", "direction", "outcome", "n")
        assert set(found) == {
            (place, way, outcome, n) for place, way, outcome, _reason, _kind, n in causes
        }
    assert set(MinuteTally.objects.values_list("lane", "direction", "outcome", "n")) == {
        (river_lane.pk, "in", "allow", 2),
        (river_lane.pk, "out", "hold", 1),
        (hill_lane.pk, "in", "refuse", 1),
        (hill_lane.pk, "in", "allow", 1),
    }


# --- Again, and late ------------------------------------------------------------------------------


def test_a_round_that_is_made_again_changes_nothing(
    scanned: Scanned, river_lane: Lane, permit: Permit
) -> None:
    for minutes in range(0, 300, 7):
        scanned(river_lane, MIDNIGHT + minutes * MINUTE, permit=permit)
    now = MIDNIGHT + 300 * MINUTE
    keep_up_to(now)
    once = everything()
    keep_up_to(now)
    assert everything() == once
    assert list(tallies.retally(MIDNIGHT, now, now=now)) == [(MIDNIGHT, 42)]
    assert everything() == once


def test_a_minute_waits_for_the_scans_that_are_committed_late(
    scanned: Scanned, river_lane: Lane
) -> None:
    scanned(river_lane, MIDNIGHT + 30 * SECOND)
    tallies.keep_up(MIDNIGHT + MINUTE + tallies.GRACE - MILLISECOND)
    assert rows(MinuteTally) == []
    tallies.keep_up(MIDNIGHT + MINUTE + tallies.GRACE)
    assert rows(MinuteTally) == [(MIDNIGHT, 1)]


def test_a_scan_that_comes_later_still_is_counted_with_its_ten_minutes(
    scanned: Scanned, river_lane: Lane
) -> None:
    scanned(river_lane, MIDNIGHT + 30 * SECOND)
    tallies.keep_up(MIDNIGHT + 5 * MINUTE)
    scanned(river_lane, MIDNIGHT + 40 * SECOND)  # after its minute was counted
    tallies.keep_up(MIDNIGHT + TEN_MINUTES + tallies.SETTLED - MILLISECOND)
    assert (rows(MinuteTally), rows(SliceTally)) == ([(MIDNIGHT, 1)], [])
    tallies.keep_up(MIDNIGHT + TEN_MINUTES + tallies.SETTLED)
    assert rows(MinuteTally) == [(MIDNIGHT, 2)]
    assert rows(SliceTally, "checkpoint") == [
        (MIDNIGHT, river_lane.checkpoint_id, 2),
        (MIDNIGHT, None, 2),
    ]


def test_a_worker_that_was_away_catches_up_in_turns(
    scanned: Scanned, river_lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.tallies.MOST_SLICES", 2)  # one with a scan, and the quiet after it
    scanned(river_lane, MIDNIGHT)
    scanned(river_lane, MIDNIGHT + 12 * HOUR)
    now = MIDNIGHT + 13 * HOUR + tallies.SETTLED
    tallies.keep_up(now)
    assert tallies.marks()[Span.SLICE] == MIDNIGHT + 12 * HOUR
    assert rows(HourTally, "checkpoint") == [
        (MIDNIGHT, river_lane.checkpoint_id, 1),
        (MIDNIGHT, None, 1),
    ]
    tallies.keep_up(now)
    assert HourTally.objects.filter(checkpoint=None).count() == 2


def test_days_whose_scans_have_gone_are_not_counted_anew(
    scanned: Scanned, river_lane: Lane, settings: Settings
) -> None:
    settings.RETAIN_SCANS_DAYS = 2
    scanned(river_lane, MIDNIGHT)
    keep_up_to(MIDNIGHT + 2 * DAY)
    before = rows(DayTally)
    Scan.objects.all().delete()
    scanned(river_lane, MIDNIGHT + 5 * DAY)
    now = MIDNIGHT + 6 * DAY
    keep_up_to(now)
    assert [day for day, _n in tallies.retally(MIDNIGHT - DAY, now, now=now)] == [
        MIDNIGHT + 5 * DAY
    ]
    assert rows(DayTally)[: len(before)] == before


def test_minutes_are_not_made_of_a_time_of_which_they_are_not_kept(
    scanned: Scanned, river_lane: Lane, settings: Settings
) -> None:
    settings.RETAIN_MINUTES_DAYS = 2
    scanned(river_lane, MIDNIGHT)
    scanned(river_lane, MIDNIGHT + 3 * DAY)
    now = MIDNIGHT + 4 * DAY + tallies.SETTLED
    keep_up_to(now)
    assert rows(MinuteTally) == [(MIDNIGHT + 3 * DAY, 1)]
    assert DayTally.objects.filter(checkpoint=None).count() == 2
    assert [n for _day, n in tallies.retally(MIDNIGHT, now, now=now)] == [1, 0, 0, 1]
    assert {start for start, _n in rows(SliceTally)} == {MIDNIGHT + 3 * DAY}
    assert DayTally.objects.filter(checkpoint=None).count() == 2


# --- The command ----------------------------------------------------------------------------------


def test_the_command_counts_days_anew(
    scanned: Scanned, river_lane: Lane, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.RETAIN_SCANS_DAYS = 0
    scanned(river_lane, MIDNIGHT)
    keep_up_to(MIDNIGHT + 2 * DAY)
    DayTally.objects.all().delete()
    call_command("tally", "--from", "2021-09-14", "--to", "2021-09-14")
    assert capsys.readouterr().out.split() == ["2021-09-14", "1", "scans"]
    assert DayTally.objects.filter(checkpoint=None).get().n == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "yesterday"], "yesterday"),
        (["--from", "2021-09-14", "--to", "2021-09-13"], "before"),
    ],
)
def test_the_command_refuses_a_silly_range(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("tally", *arguments)


# --- Reading --------------------------------------------------------------------------------------


@given(
    scans=st.lists(
        st.tuples(
            st.integers(0, 150 * 60 - 1), st.booleans(), st.sampled_from(Outcome), st.booleans()
        ),
        max_size=15,
    ),
    done=st.integers(0, 150 * 60),
    span=st.sampled_from(Span),
)
@hypothesis_settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_tallies_and_the_rest_are_every_scan_once(
    scanned: Scanned,
    river_lane: Lane,
    hill_lane: Lane,
    monkeypatch: pytest.MonkeyPatch,
    scans: list[tuple[int, bool, Outcome, bool]],
    done: int,
    span: Span,
) -> None:
    """Wherever the job has come to, around a midnight: here it may have stopped long ago."""
    monkeypatch.setattr("scans.tally_reading.MOST_OF_SCANS", DAY)
    for model in (Scan, MinuteTally, SliceTally, HourTally, DayTally, DayCauseTally):
        model.objects.all().delete()
    for span_of_mark in Span:
        tallies._mark(span_of_mark, MIDNIGHT - DAY)
    keep_up_to(begin := MIDNIGHT - HOUR)
    expected: Counter[tuple[Any, ...]] = Counter()
    for seconds, at_river, outcome, goes_in in scans:
        lane, way = (river_lane if at_river else hill_lane), ("in" if goes_in else "out")
        at = begin + seconds * SECOND
        scanned(lane, at, outcome, direction=Direction(way))
        expected[span.start_of(at), lane.checkpoint_id, way, outcome.value] += 1
    keep_up_to(begin + done * SECOND)

    now = begin + 150 * MINUTE
    by = ("checkpoint", "direction", "outcome")
    wanted = Wanted(EVERYTHING, MIDNIGHT - DAY, now)
    found = counts(wanted, span, by, now=now)
    assert {key: n for key, [n] in found.items()} == expected
    of_the_site = Counter[Any]()
    for (start, _checkpoint, _way, outcome), n in expected.items():
        of_the_site[start, outcome] += n
    timed = counts(wanted, span, ("outcome",), now=now, timed=True)
    assert {key: n for key, [n, *_latency] in timed.items()} == of_the_site
    assert all(n == sum(latency) for n, *latency in timed.values())


def test_another_district_s_scans_are_not_counted(
    scanned: Scanned, river_lane: Lane, hill_lane: Lane
) -> None:
    oversight = Oversight(frozenset({river_lane.checkpoint_id}))
    for day in range(3):
        scanned(river_lane, MIDNIGHT + day * DAY)
        scanned(hill_lane, MIDNIGHT + day * DAY)
    keep_up_to(MIDNIGHT + DAY + HOUR + MINUTE)
    now = MIDNIGHT + 2 * DAY + MINUTE
    for span in Span:
        of_theirs = Wanted(oversight, MIDNIGHT, now)
        assert sum(n for [n] in counts(of_theirs, span, (), now=now).values()) == 2 + 1
        asked = Wanted(oversight, MIDNIGHT, now, checkpoint_id=hill_lane.checkpoint_id)
        assert counts(asked, span, (), now=now) == {}


def test_a_lane_and_a_direction_are_counted_by_themselves(
    scanned: Scanned, river_lane: Lane
) -> None:
    other = Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")
    scanned(river_lane, MIDNIGHT)
    scanned(other, MIDNIGHT)
    scanned(other, MIDNIGHT, direction=Direction.OUT)
    now = MIDNIGHT + MINUTE
    place: dict[str, Any] = {"checkpoint_id": river_lane.checkpoint_id, "lane_id": other.pk}
    for done in (False, True):
        if done:
            keep_up_to(MIDNIGHT + HOUR)
        lane = Wanted(EVERYTHING, MIDNIGHT, now, **place)
        assert counts(lane, Span.MINUTE, ("direction",), now=now) == {
            (MIDNIGHT, "in"): [1],
            (MIDNIGHT, "out"): [1],
        }
        out = Wanted(EVERYTHING, MIDNIGHT, now, **place, direction="out")
        assert counts(out, Span.MINUTE, (), now=now) == {(MIDNIGHT,): [1]}


def test_what_is_too_much_to_count_at_once_is_left_out_and_said(
    scanned: Scanned, river_lane: Lane
) -> None:
    scanned(river_lane, MIDNIGHT)
    keep_up_to(MIDNIGHT + HOUR + tallies.SETTLED)
    scanned(river_lane, MIDNIGHT + 2 * HOUR)
    scanned(river_lane, MIDNIGHT + 5 * HOUR)
    now = MIDNIGHT + 6 * HOUR
    wanted = Wanted(EVERYTHING, MIDNIGHT, MIDNIGHT + DAY)
    assert counts(wanted, Span.DAY, (), now=now) == {(MIDNIGHT,): [2]}
    assert left_out(wanted, now=now) == (MIDNIGHT + HOUR, MIDNIGHT + 4 * HOUR)
    keep_up_to(now)
    assert counts(wanted, Span.DAY, (), now=now) == {(MIDNIGHT,): [3]}
    assert left_out(wanted, now=now) is None
