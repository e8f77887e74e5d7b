"""A made-up month before the demo's hour of scans, as tallies alone: no chart is empty."""

import math
import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from permits.models import PermitKind
from scans import tallies
from scans.models import (
    LATENCY_COLUMNS,
    Checkpoint,
    DayCauseTally,
    DayTally,
    HourTally,
    SliceTally,
    TallyMark,
)
from scans.spans import Span

DAYS = 30
BUSIEST = 46  # scans of the busiest hour at the busiest checkpoint, about
# Of a hundred scans, and the headline reasons that they are shared out to.
OUTCOMES = {"allow": 84, "hold": 9, "refuse": 7}
REASONS = {
    "allow": [""],
    "hold": ["pending", "wrong_zone", "outside_hours"],
    "refuse": ["expired", "unknown_code", "revoked"],
}
WITHOUT_PERMIT = "unknown_code"
LATENCY = (780, 160, 35, 15, 6, 2, 1, 1)  # of a thousand
Key = tuple[Any, ...]
Counted = dict[datetime, Counter[Key]]


def load(*, now: datetime, scans_since: datetime) -> None:
    """Thirty days up to the hour of the first scan; from there on the scans are counted."""
    chance = random.Random(2021)  # noqa: S311 the same demo each time
    begin = Span.DAY.start_of(now - timedelta(days=DAYS))
    end = Span.HOUR.start_of(scans_since)
    today = Span.DAY.start_of(end)
    checkpoints = list(Checkpoint.objects.order_by("id").values_list("id", flat=True))
    hours = {
        start: _hour(start, checkpoints, chance) for start, _end in Span.HOUR.between(begin, end)
    }
    days: Counted = {}
    for start, counted in hours.items():
        days.setdefault(Span.DAY.start_of(start), Counter()).update(counted)
    days = {start: counted for start, counted in days.items() if start < today}
    of_today = {start: counted for start, counted in hours.items() if start >= today}
    how, why = ("direction", "outcome"), ("direction", "outcome", "reason", "kind")
    _write(HourTally, hours, how)
    _write(DayTally, days, how)
    _write(DayCauseTally, _by_cause(days), why)
    _write(SliceTally, _by_cause(of_today), why)
    for span in Span:
        until = today if span is Span.DAY else end
        TallyMark.objects.update_or_create(span=span.value, defaults={"until": until})
    tallies.keep_up(now)


def _hour(start: datetime, checkpoints: list[int], chance: random.Random) -> Counter[Key]:
    """In at one rush hour and out at the other; weekends are quieter."""
    local = timezone.localtime(start, timezone.get_default_timezone())
    found: Counter[Key] = Counter()
    by_day = 0.25 if 5 <= local.hour <= 20 else 0.03
    of_the_week = 0.6 if local.weekday() > 4 else 1
    for place, checkpoint in enumerate(checkpoints):
        for direction, peak in (("in", 7), ("out", 17)):
            rush = math.exp(-(((local.hour - peak) / 3) ** 2)) + by_day
            size = BUSIEST * rush * of_the_week * (0.4 + 0.6 / (1 + place % 4))
            for outcome, share in OUTCOMES.items():
                n = int(size * share / 100 * chance.uniform(0.8, 1.2) + chance.random())
                if n:
                    found[checkpoint, direction, outcome] += n
    return found


def _by_cause(spans: Counted) -> Counted:
    """The same scans, each outcome's dealt to its reasons, and these to the kinds of permit."""
    kinds = list(PermitKind.objects.order_by("number").values_list("id", flat=True))
    dealt: Counted = {}
    for start, counted in spans.items():
        found = dealt[start] = Counter[Key]()
        for (*key, outcome), n in counted.items():
            causes = [
                (reason, None if reason == WITHOUT_PERMIT else kind)
                for kind in kinds
                for reason in REASONS[outcome]
            ]
            for number, cause in enumerate(causes):
                share = n // len(causes) + (number < n % len(causes))
                if share:
                    found[*key, outcome, *cause] += share
    return dealt


def _write(model: Any, spans: Counted, by: tuple[str, ...]) -> None:
    """The checkpoints' rows, and the site's: some ten thousand, past the ORM."""
    timed = () if model is DayCauseTally else LATENCY_COLUMNS
    names = ("start", "checkpoint", *by, "n", *timed)
    columns = [model._meta.get_field(name).column for name in names]
    rows = []
    for start, counted in spans.items():
        at = connection.ops.adapt_datetimefield_value(start)
        site: Counter[Key] = Counter()
        for (_checkpoint, *key), n in counted.items():
            site[None, *key] += n
        for whole, n in [*counted.items(), *site.items()]:
            rows.append((at, *whole, n, *(_latency(n) if timed else ())))
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: S608 our own names
        f" VALUES ({', '.join(['%s'] * len(columns))})"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _latency(n: int) -> list[int]:
    """As many in all."""
    shares = [n * share // 1000 for share in LATENCY]
    shares[0] += n - sum(shares)
    return shares
