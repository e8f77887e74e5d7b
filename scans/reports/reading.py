"""What the report reads: the only part that knows the tables of scans and passages.

A day's scans and passages are those recorded on it, so that a day that is over never changes.
Everything is read for the whole site, and its reader's part taken out of it afterwards.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast, Substr

from permits.verdict import Outcome
from scans import partitions, replica
from scans.models import Act, Passage, PassageScan, Scan, Shift
from scans.oversight import Oversight
from scans.reports import days

# What is recorded at a moment is there, and an act that was taken back is, so long after it.
SETTLED = timedelta(minutes=2)
TO_THE_HOUR = 13  # letters of a moment as the database writes it: 2021-09-14 08


class PassageKey(NamedTuple):
    """What cars are counted by."""

    checkpoint_id: int
    direction: str
    act: str
    reason: str


class ScanKey(NamedTuple):
    """What scans are counted by; `kind_id` of the permit, None without one."""

    checkpoint_id: int
    direction: str
    outcome: str
    reason: str
    kind_id: int | None


@dataclass
class LaneReading:
    """A lane's scans: how often each elapsed time, and the hours (UTC) that had any."""

    elapsed: Counter[int] = field(default_factory=Counter)
    hours: set[datetime] = field(default_factory=set)


@dataclass
class Reading:
    """A span of time. `turned_back`: the scans for which cars were turned back, which leaves out
    those of the same car that were in order.
    """

    passages: Counter[PassageKey] = field(default_factory=Counter)
    scans: Counter[ScanKey] = field(default_factory=Counter)
    turned_back: Counter[ScanKey] = field(default_factory=Counter)
    lanes: dict[int, LaneReading] = field(default_factory=lambda: defaultdict(LaneReading))

    def add(self, other: "Reading") -> None:
        """Take another span's in."""
        self.passages.update(other.passages)
        self.scans.update(other.scans)
        self.turned_back.update(other.turned_back)
        for lane_id, theirs in other.lanes.items():
            self.lanes[lane_id].elapsed.update(theirs.elapsed)
            self.lanes[lane_id].hours.update(theirs.hours)


@dataclass(frozen=True)
class Totals:
    """So much of a span of time that counting it costs little: cars by act and direction."""

    cars: dict[tuple[str, str], int]
    scans: int


@dataclass(frozen=True)
class ShiftReading:
    """Who stood at a lane, from when until when, within the span."""

    lane_id: int
    checkpoint_id: int
    officer_id: int
    since: datetime
    until: datetime


@replica.may_answer
def span(start: datetime, end: datetime) -> Reading:
    """All of a span of time, its end not included."""
    passages = _passages(start, end)
    counted = passages.values_list(*PassageKey._fields).annotate(n=Count("*")).order_by()
    return Reading(
        Counter({PassageKey(*row): n for *row, n in counted}),
        _by_reason(_scans(start, end)),
        _turned_back(passages.filter(act=Act.TURNED_BACK), start, end),
        _lanes(_scans(start, end)),
    )


@replica.may_answer
def totals(start: datetime, end: datetime, oversight: Oversight) -> Totals:
    """Of a reader's checkpoints. Grouped by nothing: to group, SQLite would sort all rows."""
    keys = [(act, direction) for act in Act.values for direction in ("in", "out")]
    counts = oversight.of(_passages(start, end)).aggregate(
        **{
            f"{act}_{direction}": Count("pk", filter=Q(act=act, direction=direction))
            for act, direction in keys
        }
    )
    scans = oversight.of(_scans(start, end)).count()
    return Totals({(act, way): counts[f"{act}_{way}"] for act, way in keys}, scans)


@replica.may_answer
def shifts(
    start: datetime, end: datetime, oversight: Oversight, *, now: datetime
) -> list[ShiftReading]:
    """A reader's shifts that reach into the span, cut off at its ends and at this moment."""
    rows = oversight.of(Shift.objects.all(), "lane__checkpoint_id").filter(
        started_at__lt=end, last_seen_at__gte=start
    )
    return [
        ShiftReading(
            *(shift.lane_id, shift.lane.checkpoint_id, shift.officer_id),
            since=max(shift.started_at, start),
            until=min(shift.left_at or shift.last_seen_at, end, now),
        )
        for shift in rows.select_related("lane")
    ]


@replica.may_answer
def first_moment() -> datetime | None:
    """When the earliest scan or passage that is kept was recorded."""
    moments = [
        rows.order_by("recorded_at").values_list("recorded_at", flat=True).first()
        for rows in (Scan.objects.all(), Passage.objects.all())
    ]
    return min((moment for moment in moments if moment), default=None)


def _passages(start: datetime, end: datetime) -> QuerySet[Passage]:
    return Passage.objects.filter(recorded_at__gte=start, recorded_at__lt=end, undone_at=None)


def _scans(start: datetime, end: datetime) -> QuerySet[Scan]:
    near = partitions.of(days.utc_days(start, end))
    return Scan.objects.filter(near, recorded_at__gte=start, recorded_at__lt=end)


def _turned_back(
    turned_back: QuerySet[Passage], start: datetime, end: datetime
) -> Counter[ScanKey]:
    theirs = PassageScan.objects.filter(passage__in=turned_back).values("scan_id")
    # The day and the id lead to each scan by its key.
    rows = Scan.objects.filter(captured_day__in=days.utc_days(start, end), scan_id__in=theirs)
    return _by_reason(rows.exclude(outcome=Outcome.ALLOW.value))


def _lanes(rows: QuerySet[Scan]) -> dict[int, LaneReading]:
    lanes: dict[int, LaneReading] = defaultdict(LaneReading)
    times = rows.values_list("lane_id", "elapsed_ms").annotate(n=Count("*")).order_by()
    for lane_id, elapsed_ms, n in times:
        lanes[lane_id].elapsed[elapsed_ms] = n
    # As text: to truncate moments, SQLite would call Python for each scan.
    hour = Substr(Cast("recorded_at", CharField()), 1, TO_THE_HOUR)
    for lane_id, text in rows.annotate(hour=hour).values_list("lane_id", "hour").distinct():
        lanes[lane_id].hours.add(datetime.fromisoformat(f"{text}:00").replace(tzinfo=UTC))
    return lanes


def _by_reason(rows: QuerySet[Scan]) -> Counter[ScanKey]:
    counted = (
        rows.values_list("checkpoint_id", "direction", "outcome", "reason", "permit__kind_id")
        .annotate(n=Count("*"))
        .order_by()
    )
    return Counter({ScanKey(*row): n for *row, n in counted})
