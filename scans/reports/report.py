"""The day's report in the field's words: checked, passed, turned back in and out.

A car is counted by what became of it (passages); codes by their scans.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from permits.models import PermitKind
from scans.models import Act, Checkpoint, Lane
from scans.oversight import Oversight
from scans.reports import days, kept, reading
from scans.reports.lanes import LaneRow, lane_rows

Key = TypeVar("Key")
Passages = dict[reading.PassageKey, int]
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Cars:
    """How many cars, by what became of them. `passed` has those that an officer let through."""

    passed: int = 0
    let_through: int = 0
    not_let_in: int = 0
    not_let_out: int = 0
    health_desk: int = 0

    @property
    def checked(self) -> int:
        """All of them."""
        return self.passed + self.turned_back + self.health_desk

    @property
    def turned_back(self) -> int:
        """In either direction."""
        return self.not_let_in + self.not_let_out


@dataclass(frozen=True, kw_only=True)
class Codes:
    """How many scans, by outcome; and those for which a car was turned back, by direction."""

    allow: int = 0
    hold: int = 0
    refuse: int = 0
    not_let_in: int = 0
    not_let_out: int = 0

    @property
    def scans(self) -> int:
        """All of them."""
        return self.allow + self.hold + self.refuse


@dataclass(frozen=True)
class CheckpointRow:
    """A checkpoint's day. `officers`: different ones."""

    name: str
    cars: Cars
    codes: Codes
    shifts: int
    officers: int


@dataclass(frozen=True)
class CodesOf(Generic[Key]):
    """The codes of a kind of permit, or with a headline reason. `of` is None, or "", for none."""

    of: Key
    codes: Codes


@dataclass(frozen=True)
class Before:
    """An earlier day to compare with."""

    day: date
    cars: Cars
    scans: int


@dataclass(frozen=True)
class Report:
    """A day, as far as its reader sees it. Checkpoints by name, the rest by weight."""

    day: date
    is_over: bool
    cars: Cars
    codes: Codes
    checkpoints: Sequence[CheckpointRow]
    kinds: Sequence[CodesOf[PermitKind | None]]
    reasons: Sequence[CodesOf[str]]
    let_through: Sequence[tuple[str, int]]
    lanes: Sequence[LaneRow]
    day_before: Before
    week_before: Before

    @property
    def is_empty(self) -> bool:
        """Whether nothing came by."""
        return not self.cars.checked and not self.codes.scans


def day_report(day: date, oversight: Oversight, *, now: datetime) -> Report:
    """The report of a day; of today, as far as it has come."""
    start, end = days.bounds(day)
    whole = kept.of_day(day, now=now)
    passages = {key: n for key, n in whole.passages.items() if oversight.sees(key.checkpoint_id)}
    codes = _CodeCounts(whole, oversight)
    shifts = reading.shifts(start, end, oversight, now=now)
    kinds = PermitKind.objects.in_bulk()
    by_reason, by_kind = codes.by(lambda key: key.reason), codes.by(lambda key: key.kind_id)
    lanes = oversight.of(Lane.objects.select_related("checkpoint"))
    return Report(
        day=day,
        is_over=now >= end,
        cars=_cars(_by_act(passages)),
        codes=codes.by(lambda key: None).get(None, Codes()),
        checkpoints=_checkpoint_rows(oversight, passages, codes, shifts),
        kinds=_heaviest({kinds.get(kind_id or 0): one for kind_id, one in by_kind.items()}),
        reasons=_heaviest({reason: one for reason, one in by_reason.items() if reason}),
        let_through=_let_through(passages),
        lanes=lane_rows(lanes, whole.lanes, shifts),
        day_before=_before(day - days.DAY, oversight),
        week_before=_before(day - WEEK, oversight),
    )


def _before(day: date, oversight: Oversight) -> Before:
    totals = reading.totals(*days.bounds(day), oversight)
    return Before(day, _cars(totals.cars), totals.scans)


def _checkpoint_rows(
    oversight: Oversight,
    passages: Passages,
    codes: "_CodeCounts",
    shifts: Sequence[reading.ShiftReading],
) -> list[CheckpointRow]:
    by_checkpoint = codes.by(lambda key: key.checkpoint_id)
    cars: dict[int, Passages] = defaultdict(dict)
    for key, n in passages.items():
        cars[key.checkpoint_id][key] = n
    return [
        CheckpointRow(
            one.name,
            _cars(_by_act(cars[one.pk])),
            by_checkpoint.get(one.pk, Codes()),
            sum(shift.checkpoint_id == one.pk for shift in shifts),
            len({shift.officer_id for shift in shifts if shift.checkpoint_id == one.pk}),
        )
        for one in oversight.of(Checkpoint.objects.order_by("name"), "id")
    ]


def _by_act(passages: Passages) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for key, n in passages.items():
        counts[key.act, key.direction] += n
    return counts


def _cars(counts: Mapping[tuple[str, str], int]) -> Cars:
    def of(act: Act) -> tuple[int, int]:
        return counts.get((act.value, "in"), 0), counts.get((act.value, "out"), 0)

    not_let_in, not_let_out = of(Act.TURNED_BACK)
    return Cars(
        passed=sum(of(Act.PASSED)) + sum(of(Act.LET_THROUGH)),
        let_through=sum(of(Act.LET_THROUGH)),
        not_let_in=not_let_in,
        not_let_out=not_let_out,
        health_desk=sum(of(Act.HEALTH_DESK)),
    )


class _CodeCounts:
    """What a reader sees of the scans, to be counted by this and that."""

    def __init__(self, whole: reading.Reading, oversight: Oversight) -> None:
        self._counts = [
            (field, key, n)
            for keys, field_of in (
                (whole.scans, lambda key: key.outcome),
                (whole.turned_back, lambda key: f"not_let_{key.direction}"),
            )
            for key, n in keys.items()
            if oversight.sees(key.checkpoint_id)
            for field in [field_of(key)]
        ]

    def by(self, name: Callable[[reading.ScanKey], Key]) -> dict[Key, Codes]:
        """The codes for each name of them."""
        fields: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for field, key, n in self._counts:
            fields[name(key)][field] += n
        return {found: Codes(**counts) for found, counts in fields.items()}


def _heaviest(codes: Mapping[Key, Codes]) -> list[CodesOf[Key]]:
    rows = [CodesOf(key, one) for key, one in codes.items()]
    return sorted(rows, key=lambda row: (-row.codes.scans, str(row.of)))


def _let_through(passages: Passages) -> list[tuple[str, int]]:
    of: dict[str, int] = defaultdict(int)
    for key, n in passages.items():
        if key.act == Act.LET_THROUGH:
            of[key.reason] += n
    return sorted(of.items(), key=lambda pair: (-pair[1], pair[0]))
