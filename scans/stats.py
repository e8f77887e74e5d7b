"""What the dashboards show: the feed of scans, and each checkpoint's totals."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from permits.verdict import Outcome
from scans import partitions, replica
from scans.models import Checkpoint, Scan, Shift
from scans.protocol import CheckpointTotals, FeedRow
from scans.scan_ids import days_near
from scans.times import to_milliseconds

FEED_LENGTH = 200
# Row ids are given in order, but on PostgreSQL several processes commit them in another: a row may
# become visible after one with a higher id. So many rows back a feed looks for such.
OVERLAP = 1000
# PostgreSQL looks into the partitions of these days alone.
FEED_LOOKS_BACK = timedelta(days=7)
# A lane's socket says that it is there every SOCKET_RECHECK_SECONDS; three misses are too many.
ONLINE_FOR = timedelta(seconds=3 * settings.SOCKET_RECHECK_SECONDS + 5)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class _Counts:
    last_minute: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    elapsed: dict[int, int] = field(default_factory=lambda: defaultdict(int))


@replica.may_answer
def feed_after(scan_row_id: int) -> list[FeedRow]:
    """The scans recorded after one, oldest first; of very many, the latest FEED_LENGTH."""
    rows = (
        _scans_since(timezone.now() - FEED_LOOKS_BACK)
        .filter(id__gt=scan_row_id)
        .order_by("-id")
        .values_list(
            "id",
            "scan_id",
            "checkpoint__name",
            "lane__name",
            "direction",
            "outcome",
            "reason",
            "masked_number",
            "captured_at",
            "recorded_at",
            "elapsed_ms",
        )[:FEED_LENGTH]
    )
    return [
        FeedRow(*row[:8], to_milliseconds(row[8]), to_milliseconds(row[9]), row[10])
        for row in reversed(rows)
    ]


@replica.may_answer
def newest_row_id() -> int:
    """The id of the latest scan, 0 where there is none."""
    scans = _scans_since(timezone.now() - FEED_LOOKS_BACK)
    return scans.aggregate(newest=Max("id"))["newest"] or 0


def overlap() -> int:
    """How far behind the newest row there may be rows that were not visible yet."""
    return OVERLAP if connection.vendor == "postgresql" else 0


def _scans_since(moment: datetime) -> QuerySet[Scan]:
    """Scans, from this moment on at least."""
    return Scan.objects.filter(partitions.since(days_near(moment)[0]))


@replica.may_answer
def totals(now: datetime) -> tuple[CheckpointTotals, ...]:
    """Every checkpoint's lanes online and its last hour, by name."""
    lanes, online = _lanes(), _lanes_online(now)
    counts = _counts(now)
    return tuple(
        _totals_of(checkpoint_id, name, lanes[checkpoint_id], online[checkpoint_id], counts)
        for checkpoint_id, name in Checkpoint.objects.order_by("name").values_list("id", "name")
    )


def median(histogram: dict[int, int]) -> int | None:
    """The lower median of values that are given with how often each occurs."""
    remaining = (sum(histogram.values()) + 1) // 2
    for value in sorted(histogram):
        remaining -= histogram[value]
        if remaining <= 0:
            return value
    return None


def _totals_of(
    checkpoint_id: int, name: str, lanes: int, online: int, counts: dict[int, _Counts]
) -> CheckpointTotals:
    own = counts[checkpoint_id]
    return CheckpointTotals(
        checkpoint_id=checkpoint_id,
        name=name,
        lanes=lanes,
        lanes_online=online,
        last_minute=own.last_minute,
        last_hour=sum(own.outcomes.values()),
        allow=own.outcomes[Outcome.ALLOW.value],
        hold=own.outcomes[Outcome.HOLD.value],
        refuse=own.outcomes[Outcome.REFUSE.value],
        median_ms=median(own.elapsed),
    )


def _lanes() -> dict[int, int]:
    rows = Checkpoint.objects.annotate(n=Count("lanes")).values_list("id", "n")
    return defaultdict(int, rows)


def _lanes_online(now: datetime) -> dict[int, int]:
    rows = (
        Shift.objects.filter(last_seen_at__gt=now - ONLINE_FOR, left_at=None)
        .values("lane__checkpoint_id")
        .annotate(n=Count("lane_id", distinct=True))
        .values_list("lane__checkpoint_id", "n")
    )
    return defaultdict(int, rows)


def _counts(now: datetime) -> dict[int, _Counts]:
    counts: dict[int, _Counts] = defaultdict(_Counts)
    for checkpoint_id, outcome, elapsed_ms, n in _grouped(now - HOUR, now):
        counts[checkpoint_id].outcomes[outcome] += n
        counts[checkpoint_id].elapsed[elapsed_ms] += n
    for checkpoint_id, _outcome, _elapsed_ms, n in _grouped(now - MINUTE, now):
        counts[checkpoint_id].last_minute += n
    return counts


def _grouped(after: datetime, until: datetime) -> list[tuple[int, str, int, int]]:
    """Scans counted by checkpoint, outcome and elapsed time: the database sends no row a scan."""
    rows = (
        _scans_since(after)
        .filter(recorded_at__gt=after, recorded_at__lte=until)
        .values("checkpoint_id", "outcome", "elapsed_ms")
        .annotate(n=Count("*"))
        .values_list("checkpoint_id", "outcome", "elapsed_ms", "n")
    )
    return list(rows)
