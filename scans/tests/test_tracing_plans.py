"""How the database goes about the questions of search and trace: never through a whole day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from permits.verdict import Direction
from scans.models import Lane, Scan
from scans.oversight import EVERYTHING
from scans.shifts import lane_context
from scans.tests.checks import CARD, check_one
from scans.tracing import contacts, days, finding
from scans.tracing.query import Query
from scans.tracing.whom import How, Whom

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
MARGIN = timedelta(minutes=15)


@pytest.fixture
def lane(river_lane: Lane, officer: User) -> Lane:
    """With a scan, so that there are days to look through."""
    check_one(CARD, lane_context(river_lane.pk, Direction.IN, officer.pk), now=NOW)
    return river_lane


def plan(scans: Any) -> str:
    """In the database's own words. PostgreSQL is told to use indexes: its tables are small here."""
    if connection.vendor != "postgresql":
        return str(scans.explain())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return str(scans.explain())


def asked(monkeypatch: pytest.MonkeyPatch, found: Whom) -> list[str]:
    """The plans of a person's scans."""
    plans: list[str] = []
    with_places = finding._with_places

    def noted(scans: Any) -> Any:
        plans.append(plan(with_places(scans)))
        return with_places(scans)

    monkeypatch.setattr(finding, "_with_places", noted)
    finding._of_somebody(Query(number="000190012345"), found, EVERYTHING)
    return plans


@pytest.mark.parametrize(
    ("found", "index", "on_postgresql"),
    [
        (Whom({1: How.HOLDER, 2: How.COMPANION}), "scan_permit", "permit_id"),
        (Whom(subjects=[bytes(8)]), "scan_subject", "subject_digest"),
        (Whom(plates=[bytes(8)]), "scan_plate", "plate_digest"),
    ],
)
def test_a_person_s_scans_are_found_by_an_index(
    monkeypatch: pytest.MonkeyPatch, lane: Lane, found: Whom, index: str, on_postgresql: str
) -> None:
    [how] = asked(monkeypatch, found)
    if connection.vendor == "postgresql":
        assert "Index Scan" in how
        assert f"Index Cond: (({on_postgresql}" in how or f"{on_postgresql} = " in how
        return
    assert f"SEARCH scans_scan USING INDEX {index} (captured_day=? AND {on_postgresql}=" in how


def test_contacts_are_found_by_the_index_of_the_totals(lane: Lane) -> None:
    how = plan(contacts.in_time(lane, NOW - MARGIN, NOW + MARGIN))
    if connection.vendor == "postgresql":
        assert "Index Cond: ((recorded_at >= " in how
        assert "(checkpoint_id = " in how
        return
    wanted = "SEARCH scans_scan USING INDEX scan_totals (recorded_at>? AND recorded_at<?)"
    assert wanted in how


def test_what_was_held_back_has_an_index_of_its_own(lane: Lane) -> None:
    how = plan(contacts.held_back(lane, NOW - MARGIN, NOW + MARGIN))
    if connection.vendor == "postgresql":
        assert "Index Cond: ((captured_at >= " in how
        return
    assert "SEARCH scans_scan USING INDEX scan_late (captured_at>? AND captured_at<?)" in how


def test_a_search_by_place_is_read_from_its_end(lane: Lane) -> None:
    scans = finding._by_place(Query(checkpoint=lane.checkpoint_id), EVERYTHING, NOW)
    how = plan(scans[:51])
    if connection.vendor == "postgresql":
        assert "Index Cond: ((recorded_at >= " in how
        return
    assert "SEARCH scans_scan USING INDEX scan_totals (recorded_at>? AND recorded_at<?)" in how
    assert "TEMP B-TREE" not in how


def test_a_scan_is_found_by_its_id(lane: Lane) -> None:
    scan = Scan.objects.get()
    assert days.of_scan(scan.scan_id) == scan
    by_id = Scan.objects.filter(scan_id=scan.scan_id, captured_day__in=days.kept_days())
    how = plan(by_id)
    assert "(captured_day=? AND scan_id=?)" in how or "Index Scan" in how
