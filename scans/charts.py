"""What the charts show of a time: over time, by cause, by place, and how fast it went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import add

from django.utils import timezone

from permits import labels
from permits.models import PermitKind
from permits.verdict import Direction, Outcome, Reason
from scans import replica
from scans.models import LATENCY_COLUMNS, LATENCY_LIMITS_MS, Checkpoint
from scans.oversight import Oversight
from scans.spans import Span
from scans.tally_reading import Counts, Totals, Wanted, counts, finest, left_out, totals
from scans.usual import Hours, usual_by_hour

# Up to so long a time is drawn by the hour.
MOST_BY_HOUR = timedelta(days=32)
HOURS = range(24)


@dataclass(frozen=True)
class Series:
    """Numbers for each of some moments, in their order."""

    times: list[datetime]
    lines: dict[str, list[int]]

    def rows(self) -> Iterator[tuple[datetime, tuple[int, ...]]]:
        """The moments that had a scan, with their numbers in the order of the lines."""
        numbers = zip(*self.lines.values(), strict=True)
        return ((at, of) for at, of in zip(self.times, numbers, strict=True) if any(of))


@dataclass(frozen=True)
class Share:
    """A bar: how many scans had something in common. `percent` is of the longest bar."""

    name: str
    n: int
    percent: int
    outcome: str = ""

    @property
    def outcome_words(self) -> str:
        """One reason may have led to different outcomes."""
        return str(labels.OUTCOMES[Outcome(self.outcome)]) if self.outcome else ""


@dataclass(frozen=True)
class HeatRow:
    """One hour of the day: how many scans took how long, and how strong each cell is, 0 to 5."""

    hour: int
    cells: list[tuple[int, int]]


@dataclass(frozen=True)
class Charts:
    """Everything that the page shows of a time."""

    span: Span
    outcomes: Series
    directions: Series
    usual: tuple[list[int | None], Hours] | None
    reasons: list[Share]
    kinds: list[Share]
    checkpoints: list[Share]
    heat: list[HeatRow]
    median_ms: int | None
    p95_ms: int | None
    scans: int
    left_out: tuple[datetime, datetime] | None


@replica.may_answer
def charts_of(wanted: Wanted, *, now: datetime) -> Charts:
    """All charts of some whole days, read from the tallies in a few queries."""
    span = _span(wanted, now)
    # By days there is no hour of the day, which the heat wants.
    finer = Span.HOUR if span is Span.DAY else span
    timed = counts(wanted, finer, ("direction", "outcome"), now=now, timed=True)
    causes = totals(wanted, ("outcome", "reason", "kind"), now=now)
    times = [start for start, _end in span.between(wanted.since, min(wanted.until, now))]
    latency = _latency(timed)
    return Charts(
        span=span,
        outcomes=_series(timed, times, span, 2, [outcome.value for outcome in Outcome]),
        directions=_series(timed, times, span, 1, [direction.value for direction in Direction]),
        usual=_against_usual(timed, wanted, now),
        reasons=_reasons(causes),
        kinds=_kinds(causes),
        checkpoints=_checkpoints(wanted, now),
        heat=_heat(timed),
        median_ms=at_most(latency, 50),
        p95_ms=at_most(latency, 95),
        scans=sum(latency),
        left_out=left_out(wanted, now=now),
    )


@replica.may_answer
def today_against_usual(
    oversight: Oversight, checkpoint_id: int, lane_id: int | None, *, now: datetime
) -> tuple[list[int | None], Hours]:
    """Today's hours of a checkpoint beside the usual ones; of a lane none are known."""
    today = Span.DAY.start_of(now)
    wanted = Wanted(oversight, today, Span.DAY.after(today), checkpoint_id, lane_id)
    span, by = (Span.HOUR, ()) if lane_id is None else (Span.MINUTE, ("lane",))
    hours = _hours(counts(wanted, span, by, now=now), wanted, now)
    if lane_id is not None:
        return hours, [None] * 24
    return hours, usual_by_hour(_local(today).date(), wanted, now=now)


def at_most(latency: list[int], percent: int) -> int | None:
    """The limit in milliseconds that so many percent of the scans did not exceed.

    None where there is no scan, or where it lies above the last limit.
    """
    wanted, seen = sum(latency) * percent, 0
    for limit, n in zip(LATENCY_LIMITS_MS, latency, strict=False):
        seen += n
        if wanted and seen * 100 >= wanted:
            return limit
    return None


def _span(wanted: Wanted, now: datetime) -> Span:
    if Span.DAY.after(wanted.since) >= wanted.until:
        return finest(wanted.since, now=now)
    return Span.HOUR if wanted.until - wanted.since <= MOST_BY_HOUR else Span.DAY


def _series(
    counted: Counts, times: list[datetime], span: Span, place: int, names: list[str]
) -> Series:
    """A line for each name, which stands at a place of the keys."""
    places = {time: number for number, time in enumerate(times)}
    starts = {start: span.start_of(start) for start in {key[0] for key in counted}}
    lines = {name: [0] * len(times) for name in names}
    for key, numbers in counted.items():
        if (at := places.get(starts[key[0]])) is not None:
            lines[key[place]][at] += numbers[0]
    return Series(times, lines)


def _against_usual(
    counted: Counts, wanted: Wanted, now: datetime
) -> tuple[list[int | None], Hours] | None:
    """A day's hours beside the usual ones; hours that have not begun are None. Only for one day."""
    if Span.DAY.after(wanted.since) < wanted.until:
        return None
    hours = _hours(counted, wanted, now)
    return hours, usual_by_hour(_local(wanted.since).date(), wanted, now=now)


def _hours(counted: Counts, wanted: Wanted, now: datetime) -> list[int | None]:
    by_hour = Counter[int]()
    for (start, *_rest), numbers in counted.items():
        by_hour[_local(start).hour] += numbers[0]
    begun = _local(now).hour if now < wanted.until else 23
    return [by_hour[hour] if hour <= begun else None for hour in HOURS]


def _reasons(causes: Totals) -> list[Share]:
    """Of the scans that were not in order."""
    found: Counter[tuple[str, str]] = Counter()
    for (outcome, reason, _kind), n in causes.items():
        if reason:
            found[reason, outcome] += n
    return _shares((_reason(reason), n, outcome) for (reason, outcome), n in found.items())


def _kinds(causes: Totals) -> list[Share]:
    found: Counter[int | None] = Counter()
    for (*_others, kind), n in causes.items():
        found[kind] += n
    names = {kind.pk: kind for kind in PermitKind.objects.all()}
    return _shares((_kind(kind, names), n, "") for kind, n in found.items())


def _checkpoints(wanted: Wanted, now: datetime) -> list[Share]:
    """None for a single one: its bar would say nothing."""
    if wanted.checkpoint_id is not None:
        return []
    found: Counter[int] = Counter()
    for (checkpoint,), n in totals(wanted, ("checkpoint",), now=now).items():
        found[checkpoint] += n
    names = dict(wanted.oversight.of(Checkpoint.objects.all(), "pk").values_list("pk", "name"))
    return _shares((names.get(checkpoint, ""), found[checkpoint], "") for checkpoint in names)


def _shares(found: Iterable[tuple[str, int, str]]) -> list[Share]:
    rows = sorted(found, key=lambda row: (-row[1], row[0]))
    longest = max((n for _name, n, _outcome in rows), default=0) or 1
    return [Share(name, n, round(100 * n / longest), outcome) for name, n, outcome in rows]


def _reason(code: str) -> str:
    known = labels.REASONS.get(Reason(code)) if code in {*Reason} else None
    return str(known or code)


def _kind(kind_id: int | None, names: dict[int, PermitKind]) -> str:
    if kind_id is None:
        return str(labels.NO_KIND)
    return str(names.get(kind_id) or labels.REMOVED_KIND)


def _latency(timed: Counts) -> list[int]:
    sums = [0] * len(LATENCY_COLUMNS)
    for _n, *numbers in timed.values():
        sums = [*map(add, sums, numbers)]
    return sums


def _heat(timed: Counts) -> list[HeatRow]:
    """A row for each hour of the day that has a scan; its strongest cell is its commonest time."""
    hours = cache(lambda start: _local(start).hour)
    by_hour: dict[int, list[int]] = defaultdict(lambda: [0] * len(LATENCY_COLUMNS))
    for (start, *_rest), (_n, *numbers) in timed.items():
        hour = hours(start)
        by_hour[hour] = [*map(add, by_hour[hour], numbers)]
    return [
        HeatRow(hour, [(n, _strength(n, sum(row))) for n in row])
        for hour, row in sorted(by_hour.items())
    ]


def _strength(n: int, of: int) -> int:
    """Of 0 to 5, in steps that let one in a hundred be seen."""
    share = n / of if of else 0
    return sum(share > edge for edge in (0, 0.01, 0.05, 0.2, 0.5))


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())
