"""Counts the scans into their tallies. It may be done again at any time, and gives the same.

Ten minutes are counted when they are over and settled, each with its minutes; hours and days are
sums of those. What is counted is read first and then written in one short transaction, which
replaces what stood there: no check has to wait for a count.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from permits.removal import limit
from scans.models import (
    LATENCY_COLUMNS,
    DayCauseTally,
    DayTally,
    HourTally,
    MinuteTally,
    Scan,
    SliceTally,
    TallyMark,
)
from scans.models.tallies import Tally
from scans.scan_counts import count, recorded_between
from scans.spans import Span

# A scan is committed a little after its recorded_at. A minute may be counted too early for a late
# one: it is counted again with its ten minutes.
GRACE = timedelta(seconds=15)
SETTLED = timedelta(minutes=2)
# Twelve hours: a worker that was away catches up in turns, and does its other rounds between them.
MOST_SLICES = 72
BATCH = 1000

HOW = ("direction", "outcome")
WHERE_AND_HOW = ("checkpoint", *HOW)
OF_A_MINUTE = ("checkpoint", "lane", *HOW)
CAUSES = (*WHERE_AND_HOW, "reason", "kind")
TIMED = ("n", *LATENCY_COLUMNS)

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Replaced:
    """What is to stand in a model for a time: rows of a start and of what `fields` names."""

    model: type[Tally]
    since: datetime
    until: datetime
    fields: Sequence[str]
    rows: Rows


def marks() -> dict[Span, datetime]:
    """Up to when each span's scans are in its tallies. Empty before the first round."""
    return {Span(span): until for span, until in TallyMark.objects.values_list("span", "until")}


def keep_up(now: datetime) -> None:
    """Count what is over by now; of a long absence the next twelve hours that had scans."""
    until = marks() or _begin(now)
    settled = Span.SLICE.start_of(now - SETTLED)
    for _turn in range(MOST_SLICES):
        if until[Span.SLICE] >= settled:
            break
        until[Span.SLICE] = _tally_next(until[Span.SLICE], settled, now=now)
        _mark(Span.SLICE, until[Span.SLICE])
    for span in (Span.HOUR, Span.DAY):
        for since, end in _whole(span, until[span], until[Span.SLICE]):
            _sum_up(span, since, end)
            _mark(span, end)
    if until[Span.SLICE] >= settled:
        _tally_latest_minutes(max(until[Span.MINUTE], until[Span.SLICE]), now=now)


def retally(since: datetime, until: datetime, *, now: datetime) -> Iterator[tuple[datetime, int]]:
    """Count all days anew that these moments touch, as far as their scans are kept.

    Yields the beginning of each day and how many scans it has. A day that is not over yet is
    counted as far as the round has come, which does the rest.
    """
    done_until = (marks() or _begin(now))[Span.SLICE]
    first, last = max(Span.DAY.start_of(since), _first_whole_day(now)), min(until, done_until)
    for start, _end in Span.DAY.between(first, last):
        end = Span.DAY.after(start)
        for piece in Span.SLICE.between(start, min(end, done_until)):
            _tally_slice(*piece, now=now)
        for hour in _whole(Span.HOUR, start, min(end, done_until)):
            _sum_up(Span.HOUR, *hour)
        if end <= done_until:
            _sum_up(Span.DAY, start, end)
        counted = SliceTally.objects.filter(checkpoint=None, start__gte=start, start__lt=end)
        yield start, counted.aggregate(scans=Sum("n"))["scans"] or 0
        _forget_slices(start, end, now=now)


def _begin(now: datetime) -> dict[Span, datetime]:
    """From the day of the first scan on."""
    first = Scan.objects.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    start = Span.DAY.start_of(first or now)
    for span in Span:
        _mark(span, start)
    return dict.fromkeys(Span, start)


def _first_whole_day(now: datetime) -> datetime:
    """Before it, scans have been removed, or there were none: its tallies stay as they are."""
    first = Scan.objects.order_by("recorded_at").values_list("recorded_at", flat=True).first()
    kept_since = limit(settings.RETAIN_SCANS_DAYS, now)
    days = [Span.DAY.start_of(first or now)]
    if kept_since:
        # They go by their captured_day, which may be a day off.
        days.append(Span.DAY.after(Span.DAY.start_of(kept_since + timedelta(days=1))))
    return max(days)


def _tally_next(since: datetime, settled: datetime, *, now: datetime) -> datetime:
    """Ten minutes, or all of a time without a scan at once. Returns up to when."""
    scans = recorded_between(since, settled).order_by("recorded_at")
    first = scans.values_list("recorded_at", flat=True).first()
    quiet_until = Span.SLICE.start_of(first) if first else settled
    if since < quiet_until:
        _replace(
            [Replaced(model, since, quiet_until, (), []) for model in (SliceTally, MinuteTally)]
        )
        return quiet_until
    end = Span.SLICE.after(since)
    _tally_slice(since, end, now=now)
    return end


def _whole(span: Span, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    return ((start, end) for start, end in span.between(since, until) if end == span.after(start))


def _tally_slice(since: datetime, until: datetime, *, now: datetime) -> None:
    """Ten minutes, and each of its minutes where those are still kept."""
    counted = count(recorded_between(since, until), CAUSES)
    rows = [(since, *row) for row in _with_the_site(counted, CAUSES)]
    parts = [Replaced(SliceTally, since, until, (*CAUSES, *TIMED), rows)]
    fine_since = limit(settings.RETAIN_MINUTES_DAYS, now)
    if fine_since is None or since >= fine_since:
        parts.append(
            _minutes(since, until) if rows else Replaced(MinuteTally, since, until, (), [])
        )
    _replace(parts)


def _tally_latest_minutes(since: datetime, *, now: datetime) -> None:
    """The minutes that are over, of ten that are not: so that the rest is a minute of scans."""
    until = Span.MINUTE.start_of(now - GRACE)
    if since < until:
        _replace([_minutes(since, until)])
        _mark(Span.MINUTE, until)


def _minutes(since: datetime, until: datetime) -> Replaced:
    rows = [
        (start, *row)
        for start, end in Span.MINUTE.between(since, until)
        for row in count(recorded_between(start, end), OF_A_MINUTE)
    ]
    return Replaced(MinuteTally, since, until, (*OF_A_MINUTE, *TIMED), rows)


def _sum_up(span: Span, since: datetime, until: datetime) -> None:
    """An hour or a day, out of its tallies of ten minutes."""
    timed = Replaced(
        HourTally if span is Span.HOUR else DayTally,
        since,
        until,
        (*WHERE_AND_HOW, *TIMED),
        _sums(since, until, WHERE_AND_HOW, TIMED),
    )
    fields = (*CAUSES, "n")
    causes = Replaced(DayCauseTally, since, until, fields, [])
    if span is Span.DAY:
        causes.rows.extend(_sums(since, until, CAUSES, ("n",)))
    _replace([timed] if span is Span.HOUR else [timed, causes])


def _sums(since: datetime, until: datetime, by: Sequence[str], numbers: Sequence[str]) -> Rows:
    slices = SliceTally.objects.filter(start__gte=since, start__lt=until)
    summed = slices.order_by().values(*by).annotate(**{f"sum_{n}": Sum(n) for n in numbers})
    return [(since, *row) for row in summed.values_list(*by, *(f"sum_{n}" for n in numbers))]


def _with_the_site(rows: Rows, by: Sequence[str]) -> Rows:
    """These rows, whose first column is the checkpoint, and their sums without it."""
    site: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        key, numbers = row[1 : len(by)], row[len(by) :]
        sums = site.setdefault(key, [0] * len(numbers))
        sums[:] = [total + number for total, number in zip(sums, numbers, strict=True)]
    return rows + [(None, *key, *sums) for key, sums in site.items()]


def _replace(parts: Iterable[Replaced]) -> None:
    with transaction.atomic():
        _wait_for_others()
        for part in parts:
            standing = part.model._default_manager.filter(
                start__gte=part.since, start__lt=part.until
            )
            standing._raw_delete(standing.db)  # nothing points to a tally
            part.model._default_manager.bulk_create(
                (_row(part, values) for values in part.rows), batch_size=BATCH
            )


def _row(part: Replaced, values: tuple[Any, ...]) -> Tally:
    names = ["start", *(_COLUMNS.get(name, name) for name in part.fields)]
    return part.model(**dict(zip(names, values, strict=True)))


_COLUMNS = {name: f"{name}_id" for name in ("checkpoint", "lane", "kind")}


def _wait_for_others() -> None:
    """A command and a round may count the same time. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('scans_tallies'))")


def _mark(span: Span, until: datetime) -> None:
    TallyMark.objects.update_or_create(span=span.value, defaults={"until": until})


def _forget_slices(since: datetime, until: datetime, *, now: datetime) -> None:
    """What would be removed in the night: an hour at a time, since lanes check meanwhile."""
    kept_since = limit(settings.RETAIN_MINUTES_DAYS, now)
    if kept_since is None or until > kept_since:
        return
    for start, end in Span.HOUR.between(since, until):
        old = SliceTally.objects.filter(start__gte=start, start__lt=end)
        old._raw_delete(old.db)
