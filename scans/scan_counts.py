"""Scans of a span of time, counted by the database: no row a scan leaves it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from scans import partitions
from scans.models import LATENCY_COLUMNS, LATENCY_LIMITS_MS, Scan
from scans.scan_ids import NEAR
from scans.times import utc_day

# What a tally calls otherwise than a scan.
_OF_A_SCAN = {"kind": "permit__kind"}


def recorded_between(since: datetime, until: datetime) -> QuerySet[Scan]:
    """The scans recorded from one moment on and before another."""
    first, last = utc_day(since) - NEAR, utc_day(until) + NEAR
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Scan.objects.filter(partitions.of(days), recorded_at__gte=since, recorded_at__lt=until)


def count(scans: QuerySet[Scan], by: Sequence[str]) -> list[tuple[Any, ...]]:
    """Rows of what is counted by, the number of scans, and how many took how long.

    `by` names fields of a tally: checkpoint, lane, direction, outcome, reason, kind.
    """
    fields = [_OF_A_SCAN.get(name, name) for name in by]
    counted = scans.order_by().values(*fields).annotate(n=Count("*"), **_latency())
    return list(counted.values_list(*fields, "n", *LATENCY_COLUMNS))


def _latency() -> dict[str, Count]:
    above = (-1, *LATENCY_LIMITS_MS)
    within = [
        Q(elapsed_ms__gt=low, elapsed_ms__lte=high)
        for low, high in zip(above, LATENCY_LIMITS_MS, strict=False)
    ]
    conditions = [*within, Q(elapsed_ms__gt=LATENCY_LIMITS_MS[-1])]
    return {
        column: Count("pk", filter=condition)
        for column, condition in zip(LATENCY_COLUMNS, conditions, strict=True)
    }
