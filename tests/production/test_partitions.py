"""Scans on PostgreSQL: a partition for each day, and an index for each question."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from permits.verdict import Direction
from scans import lookups, partitions, stats
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.models import Alert, Lane, Scan
from scans.prepared import PreparedQuery
from scans.retention import prune
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context
from scans.tests.alerts import an_alert
from scans.times import utc_day

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
TODAY = date(2021, 9, 14)
Check = Callable[..., UUID]


@pytest.fixture
def check(river_lane: Lane, officer: User) -> Check:
    """Record a scan at a moment, as a lane does."""

    def check(at: datetime = NOW, scan_id: UUID | None = None) -> UUID:
        lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
        made = scan_id or new_scan_id(at)
        check_batch([CheckRequest("nonsense", made, at, lane, "typed")], clock=lambda: at)
        return made

    return check


def partition_of(scan_id: UUID) -> str:
    """The table that really holds a scan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM scans_scan WHERE scan_id = %s", [scan_id]
        )
        [(name,)] = cursor.fetchall()
    return str(name)


def test_partitions_are_made_from_yesterday_to_a_week_ahead_and_only_once() -> None:
    made = partitions.make_ahead(NOW)
    assert made == [TODAY + number * DAY for number in range(-1, 8)]
    assert partitions.make_ahead(NOW) == []
    assert partitions.make_ahead(NOW + DAY) == [TODAY + 8 * DAY]


def test_a_scan_goes_into_the_partition_of_its_day(check: Check) -> None:
    partitions.make_ahead(NOW)
    assert partition_of(check(NOW)) == "scans_scan_2021_09_14"
    midnight = datetime(2021, 9, 15, tzinfo=UTC)
    assert partition_of(check(midnight - timedelta(milliseconds=1))) == "scans_scan_2021_09_14"
    assert partition_of(check(midnight)) == "scans_scan_2021_09_15"


def test_a_day_without_a_partition_loses_nothing_and_gets_one_later(check: Check) -> None:
    scan_id = check(NOW)
    assert partition_of(scan_id) == "scans_scan_default"
    partitions.make_ahead(NOW)
    assert partition_of(scan_id) == "scans_scan_2021_09_14"
    assert Scan.objects.get(scan_id=scan_id).captured_at == NOW


def test_a_check_sent_again_after_midnight_is_one_scan(check: Check) -> None:
    partitions.make_ahead(NOW)
    before = datetime(2021, 9, 14, 23, 59, 59, tzinfo=UTC)
    scan_id = check(before)
    check(before + timedelta(seconds=2), scan_id)
    assert Scan.objects.filter(scan_id=scan_id).count() == 1


def test_an_id_without_a_time_is_one_scan_too(check: Check) -> None:
    scan_id = uuid4()
    check(NOW, scan_id)
    check(NOW + timedelta(hours=20), scan_id)
    assert Scan.objects.filter(scan_id=scan_id).count() == 1


def test_an_id_of_a_wrong_clock_is_one_scan_too(check: Check) -> None:
    for clock in (datetime(1999, 1, 1, tzinfo=UTC), datetime(2098, 1, 1, tzinfo=UTC)):
        scan_id = new_scan_id(clock)
        check(NOW, scan_id)
        check(NOW + timedelta(hours=20), scan_id)
        assert Scan.objects.filter(scan_id=scan_id).count() == 1


def test_an_id_that_comes_again_days_later_is_one_scan_too(check: Check) -> None:
    scan_id = check(NOW)
    check(NOW + 5 * DAY, scan_id)
    assert Scan.objects.filter(scan_id=scan_id).count() == 1


def test_a_day_is_dropped_alone(check: Check) -> None:
    partitions.make_ahead(NOW)
    yesterday, today = check(NOW - DAY), check(NOW)
    partitions.drop(TODAY - DAY)
    assert not Scan.objects.filter(scan_id=yesterday).exists()
    assert Scan.objects.filter(scan_id=today).exists()
    assert TODAY - DAY not in partitions.days()


def test_pruning_drops_whole_days_with_their_alerts(check: Check, settings: Settings) -> None:
    settings.RETAIN_SCANS_DAYS = settings.RETAIN_ALERTS_DAYS = 1
    partitions.make_ahead(NOW)
    old, kept = check(NOW - DAY), check(NOW)
    for scan in Scan.objects.all():
        an_alert(scan=scan, raised_at=NOW + DAY)
    pruned = {one.kind.name: one.rows for one in prune(now=NOW + DAY, dry_run=False)}
    assert pruned["scans"] == 1
    assert [scan.scan_id for scan in Scan.objects.all()] == [kept]
    assert list(Alert.objects.values_list("scan__scan_id", flat=True)) == [kept]
    assert TODAY - DAY not in partitions.days()
    assert TODAY in partitions.days()
    assert old != kept


def test_the_process_makes_them_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "_kept_ahead_on", None)
    partitions.keep_ahead(NOW)
    assert TODAY in partitions.days()
    partitions.drop(TODAY)
    partitions.keep_ahead(NOW)
    assert TODAY not in partitions.days(), "once a day is enough"


# --- What each index is for -----------------------------------------------------------------------

PAST = """
    INSERT INTO scans_scan (scan_id, checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at, elapsed_ms)
    SELECT gen_random_uuid(), %(checkpoint)s, %(lane)s, 'in', %(officer)s, NULL, 'token', '',
        'camera', 'allow', '', '[]', '[]', '', moment, (moment AT TIME ZONE 'UTC')::date, moment, 40
    FROM generate_series(1, 24000) AS n,
        LATERAL (SELECT %(now)s::timestamptz - n * interval '10 seconds' AS moment) AS at
"""


@pytest.fixture
def past(river_lane: Lane, officer: User) -> datetime:
    """Three days of scans, and the database's statistics of them. Returns their end.

    It is noon: in a day that has just begun PostgreSQL rightly reads all that there is.
    """
    now = timezone.now().replace(hour=12)
    for days_ago in range(4):
        partitions.make_ahead(now - days_ago * DAY)
    values: dict[str, Any] = {
        "checkpoint": river_lane.checkpoint_id,
        "lane": river_lane.pk,
        "officer": officer.pk,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAST, values)
        cursor.execute("ANALYZE scans_scan")
    return now


def plan(sql: str, parameters: Any) -> list[dict[str, Any]]:
    """The nodes of a statement's plan that read a table or an index."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        [(text,)] = cursor.fetchall()
    found: list[dict[str, Any]] = []
    waiting = [(json.loads(text) if isinstance(text, str) else text)[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if "Relation Name" in node or "Index Name" in node:
            found.append(node)
    return found


def plan_of(query: PreparedQuery, *lists: list[Any]) -> list[dict[str, Any]]:
    """The plan of a prepared query."""
    sql, template = query._compiled
    filled = [lists[part.number] if hasattr(part, "number") else part for part in template]
    return plan(sql, filled)


def tables(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["Relation Name"] for node in nodes if "Relation Name" in node}


def read_whole(nodes: list[dict[str, Any]]) -> set[str]:
    """The partitions with scans in them that are read from end to end."""
    return {
        node["Relation Name"]
        for node in nodes
        if node["Node Type"] == "Seq Scan"
        and node["Relation Name"].startswith("scans_scan_2")
        and node["Plan Rows"] > 1
    }


def name_of(day: date) -> str:
    return f"scans_scan_{day:%Y_%m_%d}"


def test_a_permit_s_last_scan_is_found_by_its_day_and_permit(past: datetime) -> None:
    today = utc_day(past)
    nodes = plan_of(lookups._permits_by_number(today), [1, 2, 3])
    asked = {table for table in tables(nodes) if table.startswith("scans_scan")}
    assert asked == {name_of(today), name_of(today - DAY)}
    assert any("captured_day_permit_id" in node.get("Index Name", "") for node in nodes)
    assert not read_whole(nodes)


def test_a_passage_is_found_by_its_key_in_two_partitions(past: datetime) -> None:
    today = utc_day(past)
    newest = list(Scan.objects.order_by("-id").values_list("id", flat=True)[:10])
    nodes = plan_of(lookups._last_passages(today), newest)
    asked = {table for table in tables(nodes) if table.startswith("scans_scan")}
    assert asked == {name_of(today), name_of(today - DAY)}
    assert not read_whole(nodes)


def test_a_replay_is_found_by_day_and_scan_id(past: datetime) -> None:
    days = [utc_day(past) - DAY, utc_day(past), utc_day(past) + DAY]
    scans = Scan.objects.filter(captured_day__in=days, scan_id__in=[uuid4(), uuid4()])
    nodes = plan(*scans.query.sql_with_params())
    assert tables(nodes) <= {name_of(day) for day in days}
    assert any("captured_day_scan_id" in node.get("Index Name", "") for node in nodes)
    assert not read_whole(nodes)


def test_the_feed_reads_the_newest_rows_from_the_key(past: datetime) -> None:
    scans = stats._scans_since(past - stats.FEED_LOOKS_BACK).filter(id__gt=100).order_by("-id")
    nodes = plan(*scans[: stats.FEED_LENGTH].query.sql_with_params())
    assert any("pkey" in node.get("Index Name", "") for node in nodes)
    assert not read_whole(nodes)


def test_the_counts_of_the_last_minute_are_read_from_an_index(past: datetime) -> None:
    since = past - stats.MINUTE
    scans = stats._scans_since(since).filter(recorded_at__gt=since, recorded_at__lte=past)
    nodes = plan(*scans.values("checkpoint_id", "outcome").query.sql_with_params())
    assert any("recorded_at" in node.get("Index Name", "") for node in nodes)
    assert name_of(utc_day(past) - 3 * DAY) not in tables(nodes)
    assert not read_whole(nodes)
