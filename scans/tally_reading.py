"""Counted scans for charts and boards: out of the tallies, and of what they do not have yet, out of
the scans. So the last scan is always in it, and a month of a city is some thousand rows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import add
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum

from permits.removal import limit
from scans import tallies
from scans.models import (
    LATENCY_COLUMNS,
    DayCauseTally,
    DayTally,
    HourTally,
    MinuteTally,
    SliceTally,
)
from scans.models.tallies import Tally
from scans.oversight import Oversight
from scans.scan_counts import count, recorded_between
from scans.spans import HOUR, Span

# Where the tallies are further behind, as after an upgrade, the scans between are left out: to
# count millions of them anew for every page would hold up everything else.
MOST_OF_SCANS = timedelta(hours=2)

# What is counted by, and numbers of scans: n, or n and how many took how long.
Counts = dict[tuple[Any, ...], list[int]]
Totals = Mapping[tuple[Any, ...], int]
Marks = Mapping[Span, datetime]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scans: those recorded from `since` on and before `until`, of what its viewer sees.

    Both lie on the edges of the spans that are asked for. A lane's scans are there by the minute
    alone, and with `checkpoint_id`.
    """

    oversight: Oversight
    since: datetime
    until: datetime
    checkpoint_id: int | None = None
    lane_id: int | None = None
    direction: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    model: type[Tally]
    since: datetime
    until: datetime


def counts(
    wanted: Wanted, span: Span, by: Sequence[str], *, now: datetime, timed: bool = False
) -> Counts:
    """Scans by the beginning of their span and what else is counted by.

    `by` names checkpoint, lane, direction, outcome; and by slices or days reason and kind.
    """
    found: Counts = {}
    begins = cache(span.start_of)  # some thousand rows have some hundred times
    numbers = 1 + (len(LATENCY_COLUMNS) if timed else 0)
    for start, *rest in _rows(wanted, span, ("start", *by), now=now, timed=timed):
        _add(found, (begins(start), *rest[:-numbers]), rest[-numbers:])
    return found


def totals(wanted: Wanted, by: Sequence[str], *, now: datetime) -> Totals:
    """Scans of the whole time, whole days, by what else is counted by."""
    found: Counter[tuple[Any, ...]] = Counter()
    for *key, n in _rows(wanted, Span.DAY, by, now=now, timed=False):
        found[tuple(key)] += n
    return found


def _rows(
    wanted: Wanted, span: Span, by: Sequence[str], *, now: datetime, timed: bool
) -> Iterator[Sequence[Any]]:
    """What is counted by, then the numbers. The same may come in several rows."""
    position = wanted.since
    for piece in _pieces(wanted, span, by, tallies.marks()):
        yield from _of_tallies(piece, wanted, by, timed)
        position = piece.until
    position = max(position, min(wanted.until, now - MOST_OF_SCANS))
    named = [name for name in by if name != "start"]
    for start, end in span.between(position, min(wanted.until, now + timedelta(microseconds=1))):
        scans = _of(wanted, recorded_between(start, end), by, has_site_rows=False)
        for row in count(scans, named):
            counted = row if timed else row[: len(named) + 1]
            yield (start, *counted) if "start" in by else counted


def left_out(wanted: Wanted, *, now: datetime) -> tuple[datetime, datetime] | None:
    """The time whose scans are not counted yet, and are too many to count at once."""
    done = _done_until(Span.SLICE, tallies.marks(), wanted.since)
    since, until = max(done, wanted.since), min(now - MOST_OF_SCANS, wanted.until)
    return (since, until) if since < until else None


def finest(since: datetime, *, now: datetime) -> Span:
    """The shortest span whose tallies of a time are there: ten minutes, or an hour."""
    kept_since = limit(settings.RETAIN_MINUTES_DAYS, now)
    if kept_since is not None and since < kept_since:
        return Span.HOUR
    hour, ten_minutes = (_first(model, since) for model in (HourTally, SliceTally))
    if hour is None or (ten_minutes is not None and ten_minutes < hour + HOUR):
        return Span.SLICE
    return Span.HOUR


def _first(model: type[Tally], since: datetime) -> datetime | None:
    """When the first of these tallies begins."""
    rows = model._default_manager.filter(start__gte=since).order_by("start")
    first: datetime | None = rows.values_list("start", flat=True).first()
    return first


def _add(found: Counts, key: tuple[Any, ...], numbers: Sequence[int]) -> None:
    sums = found.get(key)
    found[key] = [*numbers] if sums is None else [*map(add, sums, numbers)]


def _pieces(wanted: Wanted, span: Span, by: Sequence[str], marks: Marks) -> Iterator[_Piece]:
    """The tallies to read, the longest spans first, each from where the one before ends."""
    position = wanted.since
    for finer, model in _models(span, by):
        until = min(_done_until(finer, marks, position), wanted.until)
        if position < until:
            yield _Piece(model, position, until)
            position = until


def _models(span: Span, by: Sequence[str]) -> list[tuple[Span, type[Tally]]]:
    if span is Span.MINUTE:
        return [(Span.MINUTE, MinuteTally)]
    slices: list[tuple[Span, type[Tally]]] = [(Span.SLICE, SliceTally)]
    if span is Span.SLICE:
        return slices
    if span is Span.HOUR:
        return [(Span.HOUR, HourTally), *slices]
    return [(Span.DAY, DayCauseTally if {"reason", "kind"} & {*by} else DayTally), *slices]


def _done_until(span: Span, marks: Marks, otherwise: datetime) -> datetime:
    done = marks.get(span, otherwise)
    # Ten minutes are counted together with their minutes.
    return max(done, marks.get(Span.SLICE, otherwise)) if span is Span.MINUTE else done


def _of_tallies(
    piece: _Piece, wanted: Wanted, by: Sequence[str], timed: bool
) -> Iterable[tuple[Any, ...]]:
    rows = piece.model._default_manager.filter(start__gte=piece.since, start__lt=piece.until)
    numbers = ("n", *LATENCY_COLUMNS) if timed else ("n",)
    of_these = _of(wanted, rows, by, has_site_rows=piece.model is not MinuteTally)
    sums = {f"sum_{name}": Sum(name) for name in numbers}
    summed = of_these.order_by().values(*by).annotate(**sums)
    found: Iterable[tuple[Any, ...]] = summed.values_list(*by, *sums)
    return found


def _of(
    wanted: Wanted, rows: QuerySet[Any], by: Sequence[str], *, has_site_rows: bool
) -> QuerySet[Any]:
    """Those of the rows that are wanted, each scan counted in one of them."""
    rows = wanted.oversight.of(rows)
    if wanted.direction:
        rows = rows.filter(direction=wanted.direction)
    if wanted.lane_id is not None:
        rows = rows.filter(lane=wanted.lane_id)
    if wanted.checkpoint_id is not None:
        return rows.filter(checkpoint=wanted.checkpoint_id)
    if has_site_rows:
        is_the_site = wanted.oversight.is_everything and "checkpoint" not in by
        return rows.filter(checkpoint__isnull=is_the_site)
    return rows
