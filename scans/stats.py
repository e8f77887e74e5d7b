"""What the dashboards show, as the database has it: the feed of scans, lanes, the last hour."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from scans import lane_health, partitions, replica
from scans.live.board import OFF, ONLINE, SILENT, Counted
from scans.live.counts import PIECE_MS
from scans.milliseconds import Milliseconds
from scans.models import Act, Checkpoint, Lane, Passage, Scan, Shift
from scans.oversight import EVERYTHING, Oversight
from scans.presence import MISSED_FOR, ONLINE_FOR
from scans.protocol import FeedRow, LaneNow
from scans.scan_ids import days_near
from scans.times import from_milliseconds, to_milliseconds

FEED_LENGTH = 200
# Row ids are given in order, but on PostgreSQL several processes commit them in another: a row may
# become visible after one with a higher id. So many rows back a feed looks for such.
OVERLAP = 1000
# PostgreSQL looks into the partitions of these days alone.
FEED_LOOKS_BACK = timedelta(days=7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Five minutes are counted in the pieces of live/counts.py, the rest of the hour in minutes.
IN_PIECES = timedelta(minutes=5)
PIECE = timedelta(milliseconds=PIECE_MS)


@replica.may_answer
def feed_after(
    scan_row_id: int,
    *,
    now: datetime,
    oversight: Oversight = EVERYTHING,
    lane_id: int | None = None,
    most: int = FEED_LENGTH,
) -> list[FeedRow]:
    """The scans recorded after one, oldest first; of very many, the latest `most`."""
    scans = oversight.of(_scans_since(now - FEED_LOOKS_BACK).filter(id__gt=scan_row_id))
    if lane_id is not None:
        scans = scans.filter(lane_id=lane_id)
    rows = scans.order_by("-id").values_list(
        "id",
        "scan_id",
        "checkpoint_id",
        "checkpoint__name",
        "lane_id",
        "lane__name",
        "direction",
        "outcome",
        "reason",
        "masked_number",
        Milliseconds("captured_at"),
        Milliseconds("recorded_at"),
        "elapsed_ms",
    )[:most]
    return [FeedRow(*row) for row in reversed(rows)]


@replica.may_answer
def newest_row_id(*, now: datetime) -> int:
    """The id of the latest scan, 0 where there is none."""
    scans = _scans_since(now - FEED_LOOKS_BACK)
    return scans.aggregate(newest=Max("id"))["newest"] or 0


def overlap() -> int:
    """How far behind the newest row there may be rows that were not visible yet."""
    return OVERLAP if connection.vendor == "postgresql" else 0


def _scans_since(moment: datetime) -> QuerySet[Scan]:
    """Scans, from this moment on at least."""
    return Scan.objects.filter(partitions.since(days_near(moment)[0]))


@replica.may_answer
def last_hour(now: datetime) -> list[Counted]:
    """The scans of the last hour, counted by when they were recorded."""
    counted = []
    for after, until in _spans(now):
        at = to_milliseconds(after)
        rows = _grouped(after, until)
        counted += [Counted(where, at, outcome, ms, n) for where, outcome, ms, n in rows]
    return counted


@replica.may_answer
def rows_and_hour(
    scan_row_id: int, *, now: datetime, most: int
) -> tuple[list[FeedRow], list[Counted]]:
    """feed_after and last_hour of one moment: no scan is in one of them alone."""
    database = replica.chosen() or DEFAULT_DB_ALIAS
    with transaction.atomic(using=database):
        if connections[database].vendor == "postgresql":
            with connections[database].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return feed_after(scan_row_id, now=now, most=most), last_hour(now)


def _spans(now: datetime) -> list[tuple[datetime, datetime]]:
    """What the hour is counted in: whole pieces, up to the one that this moment is in."""
    end = from_milliseconds((to_milliseconds(now) // PIECE_MS + 1) * PIECE_MS)
    edges = [end - index * PIECE for index in range(IN_PIECES // PIECE + 1)]
    while edges[-1] > now - HOUR:
        edges.append(edges[-1] - MINUTE)
    return list(zip(edges[1:], edges, strict=False))[::-1]


def _grouped(since: datetime, until: datetime) -> list[tuple[int, str, int, int]]:
    """Scans counted by checkpoint, outcome and elapsed time: the database sends no row a scan."""
    rows = (
        _scans_since(since)
        .filter(recorded_at__gte=since, recorded_at__lt=until)
        .values("checkpoint_id", "outcome", "elapsed_ms")
        .annotate(n=Count("*"))
        .values_list("checkpoint_id", "outcome", "elapsed_ms", "n")
    )
    return list(rows)


@replica.may_answer
def lanes_now(now: datetime) -> dict[int, tuple[LaneNow, ...]]:
    """The lanes of every checkpoint by name; a checkpoint without one is there too."""
    states, troubles = _states(now), _troubles(now)
    lanes: dict[int, list[LaneNow]] = defaultdict(list)
    rows = Lane.objects.order_by("checkpoint_id", "name").values_list("checkpoint_id", "id")
    for checkpoint_id, lane_id in rows:
        state, since = states.get(lane_id, (OFF, None))
        lanes[checkpoint_id].append(LaneNow(lane_id, state, since, troubles.get(lane_id, ())))
    everywhere = Checkpoint.objects.values_list("id", flat=True)
    return {checkpoint_id: tuple(lanes[checkpoint_id]) for checkpoint_id in everywhere}


def _troubles(now: datetime) -> dict[int, tuple[str, ...]]:
    """What the lanes' devices complain of, each once."""
    return {
        lane_id: tuple(
            dict.fromkeys(code.value for one in said for code in lane_health.trouble_of(one))
        )
        for lane_id, said in lane_health.of_lanes(now=now).items()
    }


def _states(now: datetime) -> dict[int, tuple[str, int | None]]:
    """What is known of the lanes on shift. Of two officers at a lane one who is heard is enough."""
    shifts = Shift.objects.filter(last_seen_at__gt=now - MISSED_FOR, ended_at=None)
    states: dict[int, tuple[str, int | None]] = {}
    for lane_id, seen_at, left_at in shifts.order_by("last_seen_at").values_list(
        "lane_id", "last_seen_at", "left_at"
    ):
        if left_at is None and seen_at > now - ONLINE_FOR:
            states[lane_id] = (ONLINE, None)
        elif states.get(lane_id, (OFF, None))[0] != ONLINE:
            states[lane_id] = (SILENT, to_milliseconds(left_at or seen_at))
    return states


@replica.may_answer
def turned_back_today(now: datetime) -> dict[int, tuple[int, int]]:
    """Cars not let in and not let out since midnight, by checkpoint."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Passage.objects.filter(recorded_at__gte=midnight, act=Act.TURNED_BACK.value, undone_at=None)
        .values_list("checkpoint_id", "direction")
        .annotate(n=Count("pk"))
    )
    counts: dict[int, dict[str, int]] = defaultdict(lambda: {"in": 0, "out": 0})
    for checkpoint_id, direction, n in rows:
        counts[checkpoint_id][direction] = n
    return {checkpoint_id: (of["in"], of["out"]) for checkpoint_id, of in counts.items()}
