"""How SQLite goes about the questions of a check. PostgreSQL is asked in tests/production."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from scans import lookups
from scans.prepared import PreparedQuery

pytestmark = pytest.mark.django_db
TODAY = date(2021, 9, 14)


def steps(query: PreparedQuery) -> list[str]:
    """What SQLite does, in its own words; nothing where the tests run on PostgreSQL."""
    if connection.vendor != "sqlite":
        return []
    sql, template = query._compiled
    parameters: list[Any] = ["[1]" if hasattr(part, "number") else part for part in template]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        return [row[3] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("query", "way"),
    [
        (
            lookups._permits_by_number(TODAY),
            "COVERING INDEX scan_permit (captured_day=? AND",
        ),
        (lookups._last_passages(TODAY), "SEARCH scans_scan USING INTEGER PRIMARY KEY"),
        (lookups._trips, "SEARCH scans_tripuse USING INDEX"),
        (lookups._watchlist, "MULTI-INDEX OR"),
    ],
    ids=["permits", "last_passages", "trips", "watchlist"],
)
def test_every_question_goes_by_an_index(query: PreparedQuery, way: str) -> None:
    """A day's scans read from end to end made a check four times as slow."""
    found = steps(query)
    assert not found or any(way in step for step in found)
    whole = [step for step in found if step.startswith("SCAN") and "json_each" not in step]
    assert whole == []
