"""The day's figures, exactly: both sides of midnight, what was undone, who sees what."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override

from permits.models import Permit
from permits.roles import Role
from scans.live.counts import percentile
from scans.models import Act, Lane, Passage, Scan, Shift
from scans.oversight import EVERYTHING, Oversight
from scans.reports import days, kept
from scans.reports.report import Cars, Codes, Report, day_report
from scans.reports.tables import export_of
from scans.tests.report_rows import a_passage, a_scan

pytestmark = pytest.mark.django_db

DAY = date(2021, 9, 14)
# Midnight in Hanoi, seven hours before that of London.
FIRST, AFTER = datetime(2021, 9, 13, 17, tzinfo=UTC), datetime(2021, 9, 14, 17, tzinfo=UTC)
NOON = datetime(2021, 9, 14, 5, tzinfo=UTC)
LATER = AFTER + timedelta(days=30)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def report_of(day: date = DAY, oversight: Oversight = EVERYTHING) -> Report:
    return day_report(day, oversight, now=LATER)


def test_a_day_goes_from_midnight_to_midnight_in_the_site_s_time_zone(
    river_lane: Lane, officer: User
) -> None:
    assert days.bounds(DAY) == (FIRST, AFTER)
    for at in (FIRST - SECOND, FIRST, AFTER - SECOND, AFTER):
        scan = a_scan(river_lane, officer, at)
        a_passage(river_lane, officer, at, Act.PASSED, scan)
    found = {day: report_of(DAY + timedelta(days=day)) for day in (-1, 0, 1)}
    assert {day: one.cars.passed for day, one in found.items()} == {-1: 1, 0: 2, 1: 1}
    assert {day: one.codes.scans for day, one in found.items()} == {-1: 1, 0: 2, 1: 1}
    assert (found[1].day_before.cars.passed, found[1].day_before.scans) == (2, 2)


def test_cars_are_counted_by_what_became_of_them(
    river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    acts = [
        *[(river_lane, Act.PASSED, "in")] * 3,
        (river_lane, Act.LET_THROUGH, "out"),
        *[(river_lane, Act.TURNED_BACK, "in")] * 2,
        (hill_lane, Act.TURNED_BACK, "out"),
        (hill_lane, Act.HEALTH_DESK, "in"),
    ]
    for lane, act, direction in acts:
        a_passage(lane, officer, NOON, act, direction=direction, reason="emergency")
    a_passage(river_lane, officer, NOON, Act.TURNED_BACK, undone=True)
    found = report_of()
    assert found.cars == Cars(passed=4, let_through=1, not_let_in=2, not_let_out=1, health_desk=1)
    assert (found.cars.checked, found.cars.turned_back) == (8, 3)
    assert [(row.name, row.cars.checked) for row in found.checkpoints] == [
        ("Cầu Mẫu", 6),
        ("Đèo Mẫu", 2),
    ]
    assert found.let_through == [("emergency", 1)]


def test_the_two_days_beside_it_are_yesterday_and_the_same_weekday_before(
    river_lane: Lane, officer: User
) -> None:
    for back, cars in ((0, 1), (1, 2), (2, 9), (6, 9), (7, 3), (8, 9)):
        for _car in range(cars):
            a_passage(river_lane, officer, NOON - timedelta(days=back), Act.PASSED)
    found = report_of()
    assert (found.day_before.day, found.day_before.cars.passed) == (date(2021, 9, 13), 2)
    assert (found.week_before.day, found.week_before.cars.passed) == (date(2021, 9, 7), 3)


def test_codes_are_counted_by_outcome_kind_and_reason(
    river_lane: Lane, officer: User, permit: Permit
) -> None:
    a_scan(river_lane, officer, NOON, permit=permit)
    expired = a_scan(river_lane, officer, NOON, permit=permit, outcome="refuse", reason="expired")
    unknown = a_scan(river_lane, officer, NOON, outcome="hold", reason="no_permit")
    good = a_scan(river_lane, officer, NOON, permit=permit)
    # Of this car one code was in order: it is not why the car was turned back.
    a_passage(river_lane, officer, NOON, Act.TURNED_BACK, expired, good)
    a_passage(river_lane, officer, NOON, Act.LET_THROUGH, unknown)
    found = report_of()
    assert found.codes == Codes(allow=2, hold=1, refuse=1, not_let_in=1)
    assert [(row.of, row.codes) for row in found.reasons] == [
        ("expired", Codes(refuse=1, not_let_in=1)),
        ("no_permit", Codes(hold=1)),
    ]
    assert [(row.of, row.codes.scans) for row in found.kinds] == [(permit.kind, 3), (None, 1)]


def test_an_undone_act_turned_nobody_back(river_lane: Lane, officer: User) -> None:
    scan = a_scan(river_lane, officer, NOON, outcome="refuse", reason="expired")
    a_passage(river_lane, officer, NOON, Act.TURNED_BACK, scan, undone=True)
    assert report_of().codes == Codes(refuse=1)


def test_lanes_come_slowest_first_with_the_hours_in_which_nothing_came(
    river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    for elapsed_ms in range(1, 101):
        a_scan(river_lane, officer, NOON, elapsed_ms=elapsed_ms)
    a_scan(hill_lane, officer, NOON, elapsed_ms=900)
    for lane, since, until in (
        (river_lane, NOON - HOUR, NOON + 2 * HOUR),  # silent before and after noon
        (river_lane, FIRST - HOUR, FIRST + SECOND),  # one hour of it within the day
    ):
        Shift.objects.create(
            lane=lane, officer=officer, direction="in",
            started_at=since, last_seen_at=until, left_at=until,
        )  # fmt: skip
    slow, quick = report_of().lanes
    assert (slow.checkpoint, slow.median_ms, slow.high_ms) == ("Đèo Mẫu", 900, 900)
    assert (slow.hours_open, slow.hours_silent) == (0, 0)
    assert (quick.scans, quick.median_ms, quick.high_ms) == (100, 50, 95)
    assert (quick.hours_open, quick.hours_silent) == (4, 3)


@pytest.mark.parametrize(
    ("values", "expected"), [({}, None), ({7: 1}, 7), ({1: 95, 9: 5}, 1), ({1: 94, 9: 6}, 9)]
)
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(
    values: dict[int, int], expected: int | None
) -> None:
    assert percentile(values, 95) == expected


def test_shifts_and_officers_are_counted_where_they_stood(
    river_lane: Lane, hill_lane: Lane, officer: User, make_user: Callable[..., User]
) -> None:
    other = make_user(Role.OFFICER, username="other")
    for who, at in ((officer, NOON), (officer, NOON + HOUR), (other, NOON)):
        Shift.objects.create(
            lane=river_lane, officer=who, direction="in", started_at=at, last_seen_at=at
        )
    day_before = FIRST - HOUR
    Shift.objects.create(
        lane=hill_lane, officer=other, direction="in",
        started_at=day_before, last_seen_at=day_before,
    )  # fmt: skip
    assert [(row.shifts, row.officers) for row in report_of().checkpoints] == [(3, 2), (0, 0)]


def test_a_reader_sees_their_own_checkpoints_everywhere_in_it(
    river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    for lane in (river_lane, hill_lane):
        scan = a_scan(lane, officer, NOON, outcome="refuse", reason="expired")
        a_passage(lane, officer, NOON, Act.TURNED_BACK, scan)
        a_passage(lane, officer, NOON, Act.LET_THROUGH, reason="emergency")
        a_passage(lane, officer, NOON - timedelta(days=1), Act.PASSED)
        Shift.objects.create(
            lane=lane, officer=officer, direction="in", started_at=NOON, last_seen_at=NOON
        )
    theirs = report_of(oversight=Oversight(frozenset([river_lane.checkpoint_id])))
    assert theirs.cars == Cars(passed=1, let_through=1, not_let_in=1)
    assert theirs.codes == Codes(refuse=1, not_let_in=1)
    assert [row.name for row in theirs.checkpoints] == ["Cầu Mẫu"]
    assert [row.codes.scans for row in theirs.reasons] == [1]
    assert [row.codes.scans for row in theirs.kinds] == [1]
    assert theirs.let_through == [("emergency", 1)]
    assert [row.checkpoint for row in theirs.lanes] == ["Cầu Mẫu"]
    assert theirs.day_before.cars.passed == 1
    assert report_of(oversight=Oversight(frozenset())).is_empty


def test_what_is_past_is_read_once_and_what_is_new_each_time(
    river_lane: Lane, officer: User
) -> None:
    a_scan(river_lane, officer, NOON)
    now = NOON + HOUR
    assert kept.of_day(DAY, now=now).scans.total() == 1
    Scan.objects.all().delete()
    a_scan(river_lane, officer, now - SECOND)
    assert kept.of_day(DAY, now=now).scans.total() == 2
    assert kept.of_day(DAY, now=now).scans.total() == 2
    assert kept.of_day(DAY, now=now + HOUR).scans.total() == 2
    late = a_passage(river_lane, officer, now, Act.PASSED)
    assert kept.of_day(DAY, now=now + SECOND).passages.total() == 0
    kept.forget_all()
    assert kept.of_day(DAY, now=LATER).scans.total() == 1
    assert kept.of_day(DAY, now=LATER).passages.total() == 1
    Passage.objects.filter(pk=late.pk).delete()
    assert kept.of_day(DAY, now=LATER).passages.total() == 1


def test_an_act_that_may_still_be_undone_is_not_kept(river_lane: Lane, officer: User) -> None:
    now = NOON + HOUR
    a_passage(river_lane, officer, now - timedelta(minutes=1), Act.PASSED)
    assert kept.of_day(DAY, now=now).passages.total() == 1
    Passage.objects.update(undone_at=now)
    assert kept.of_day(DAY, now=now + SECOND).passages.total() == 0


def test_no_more_than_some_days_are_kept(river_lane: Lane) -> None:
    for number in range(kept.MOST_DAYS + 3):
        kept.of_day(DAY + timedelta(days=number), now=LATER)
    assert len(kept._kept) == kept.MOST_DAYS


def test_its_tables_say_what_the_page_says(
    river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    scan = a_scan(river_lane, officer, NOON, outcome="refuse", reason="expired")
    a_passage(river_lane, officer, NOON, Act.TURNED_BACK, scan, direction="out")
    oversight = Oversight(frozenset([river_lane.checkpoint_id]))
    with override("en"):
        export = export_of(report_of(oversight=oversight), oversight)
        assert export.title == "Report of 14/09/2021"
        assert export.notes == ["The checkpoints of your districts alone."]
        tables = {table.title: [list(row) for row in table.rows] for table in export.tables}
    assert tables["Vehicles"][0] == ["14/09/2021", 1, 0, 0, 1, 0, 1, 0, 1]
    assert tables["By checkpoint"] == [["Cầu Mẫu", 1, 0, 0, 1, 0, 1, 0, 1, 0, 0]]
    assert tables["By kind of permit"] == [["No permit", 1, 0, 0, 1, 1, 0]]
    assert tables["By reason"] == [["The permit has expired", 1, 0, 0, 1, 1, 0]]
    assert tables["Lanes, the slowest first"] == [["Cầu Mẫu", "Làn 1", 1, 40, 40, 0, 0]]
    assert export.count == sum(map(len, tables.values()))


@pytest.mark.parametrize(
    "text",
    ["", "today", "20210914", "2021-9-14", "2021-02-30", "0001-01-01", "9999-12-31", "../etc"],
)
def test_nonsense_is_no_day(text: str) -> None:
    assert days.parse(text) is None
    assert days.parse("2021-09-14") == DAY
