"""How a day's lanes did: how long a verdict took, and the hours in which nothing was held up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scans.live.counts import percentile
from scans.models import Lane
from scans.reports.reading import LaneReading, ShiftReading

HOUR = timedelta(hours=1)
HIGH = 95  # percent


@dataclass(frozen=True)
class LaneRow:
    """A lane's day. The times are None without a scan.

    `hours_open` are the hours of the clock in which an officer stood there at any time,
    `hours_silent` those of them without a scan.
    """

    checkpoint: str
    lane: str
    scans: int
    median_ms: int | None
    high_ms: int | None
    hours_open: int
    hours_silent: int


def lane_rows(
    lanes: Iterable[Lane], readings: Mapping[int, LaneReading], shifts: Sequence[ShiftReading]
) -> list[LaneRow]:
    """The lanes that were open or had a scan, the slowest first."""
    opened: dict[int, set[datetime]] = defaultdict(set)
    for shift in shifts:
        opened[shift.lane_id].update(_hours(shift.since, shift.until))
    rows = [
        _row(lane, readings.get(lane.pk, LaneReading()), opened[lane.pk])
        for lane in lanes
        if lane.pk in readings or opened[lane.pk]
    ]
    return sorted(rows, key=lambda row: (-(row.high_ms or -1), row.checkpoint, row.lane))


def _row(lane: Lane, reading: LaneReading, opened: set[datetime]) -> LaneRow:
    return LaneRow(
        lane.checkpoint.name,
        lane.name,
        sum(reading.elapsed.values()),
        percentile(reading.elapsed, 50),
        percentile(reading.elapsed, HIGH),
        len(opened),
        len(opened - reading.hours),
    )


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    """The hours of the clock, in UTC as the scans', that a span of time touches."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    while hour < until:
        yield hour
        hour += HOUR
