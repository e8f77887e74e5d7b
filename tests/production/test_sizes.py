"""What docs/scaling.md says of bytes, against PostgreSQL itself."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from bench.capacity import costs
from permits import selectors, services
from permits.services import Declaration
from permits.verdict import Direction
from scans import partitions
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.models import Lane
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context
from scans.times import utc_day

SCANS, BATCH = 5_120, 128
HOUR = timedelta(hours=1)


@pytest.fixture
def partition(river_lane: Lane, officer: User, declaration: Declaration) -> str:
    """A day's partition with some thousand scans, recorded as lanes do. Returns its name."""
    now = timezone.now()
    partitions.make_ahead(now)
    lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
    declared = [services.declare(declaration, now=now - HOUR).permit for _one in range(BATCH)]
    codes = [selectors.travel_code(permit) for permit in declared]
    for batch in range(SCANS // BATCH):
        at = now + timedelta(milliseconds=batch)
        record([CheckRequest(one, new_scan_id(now), at, lane, "camera") for one in codes], at)
    return f"scans_scan_{utc_day(now):%Y_%m_%d}"


def record(requests: list[CheckRequest], at: datetime) -> None:
    check_batch(requests, clock=lambda: at)


def size_of(function: str, table: str) -> float:
    """Bytes a scan."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s), count(*) FROM {table}", [table])
        size, scans = cursor.fetchone()
    assert scans == SCANS
    return float(size) / SCANS


@pytest.mark.django_db
def test_a_scan_takes_as_many_bytes_as_the_arithmetic_says(partition: str) -> None:
    assert size_of("pg_relation_size", partition) == pytest.approx(costs.SCAN_BYTES, rel=0.1)
    assert size_of("pg_indexes_size", partition) == pytest.approx(costs.INDEX_BYTES, rel=0.2)
