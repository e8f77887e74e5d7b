"""A checkpoint whose share of refusals is out of its usual range."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import sqrt

from django.db.models import Count, Q

from permits.verdict import Outcome
from scans import partitions, replica
from scans.alerts.raising import Sighting, follow
from scans.models import AlertKind, Scan, Severity
from scans.times import utc_day

LOOKS_BACK = timedelta(minutes=30)
USUAL_LOOKS_BACK = timedelta(hours=24)
LEAST_SCANS, LEAST_USUAL_SCANS = 20, 100
# So many standard deviations of a binomial share, and so many points of a hundred besides: with
# thousands of scans a deviation that nobody cares about is still no chance.
FAR, NEAR = 4.0, 2.0
LEAST_POINTS = 0.10
LEAST_SHARE = 0.01  # who never refuses would be alarmed by the first refusal


@dataclass(frozen=True, slots=True)
class Tally:
    """Scans of a checkpoint, and how many of them were refused."""

    scans: int
    refused: int

    @property
    def share(self) -> float:
        """Of one."""
        return self.refused / self.scans


Tallies = Mapping[int, Tally]


def look_at_refusals(now: datetime) -> None:
    """The last half hour against the day before it."""
    hour = (now - LOOKS_BACK).replace(minute=0, second=0, microsecond=0)
    judge_refusals(tallies(now - LOOKS_BACK, now), _usual(hour), now=now)


def judge_refusals(recent: Tallies, usual: Tallies, *, now: datetime) -> None:
    """Follow the checkpoints' shares of refusals, both by checkpoint id."""
    compared = [
        (checkpoint_id, tally, usual[checkpoint_id])
        for checkpoint_id, tally in recent.items()
        if tally.scans >= LEAST_SCANS
        and checkpoint_id in usual
        and usual[checkpoint_id].scans >= LEAST_USUAL_SCANS
    ]
    sightings = [
        _sighting(checkpoint_id, tally, as_usual)
        for checkpoint_id, tally, as_usual in compared
        if deviation(tally, as_usual) >= FAR and _differs(tally, as_usual)
    ]
    still = [_cause(id_) for id_, tally, as_usual in compared if deviation(tally, as_usual) >= NEAR]
    follow("refuse_rate:", sightings, still=still, now=now)


def deviation(tally: Tally, usual: Tally) -> float:
    """How far a share is from the usual one, in standard deviations of so many scans."""
    expected = min(max(usual.share, LEAST_SHARE), 1 - LEAST_SHARE)
    return abs(tally.share - expected) / sqrt(expected * (1 - expected) / tally.scans)


def _differs(tally: Tally, usual: Tally) -> bool:
    return round(abs(tally.share - usual.share), 9) >= LEAST_POINTS


def _sighting(checkpoint_id: int, tally: Tally, usual: Tally) -> Sighting:
    return Sighting(
        kind=AlertKind.REFUSE_RATE,
        severity=Severity.MEDIUM,
        cause=_cause(checkpoint_id),
        checkpoint_id=checkpoint_id,
        details={
            "share": round(100 * tally.share),
            "scans": tally.scans,
            "usual": round(100 * usual.share),
        },
    )


def _cause(checkpoint_id: int) -> str:
    return f"refuse_rate:{checkpoint_id}"


@replica.may_answer
def tallies(after: datetime, until: datetime) -> dict[int, Tally]:
    """Of every checkpoint that had a scan, from the index of totals alone."""
    rows: Iterable[tuple[int, int, int]] = (
        Scan.objects.filter(
            partitions.since(utc_day(after) - timedelta(days=1)),
            recorded_at__gt=after,
            recorded_at__lte=until,
        )
        .values_list("checkpoint_id")
        .order_by("checkpoint_id")
        .annotate(n=Count("*"), refused=Count("outcome", filter=Q(outcome=Outcome.REFUSE.value)))
    )
    return {checkpoint_id: Tally(n, refused) for checkpoint_id, n, refused in rows}


@lru_cache(maxsize=1)
def _usual(until: datetime) -> dict[int, Tally]:
    """Counted once an hour, since a day's scans are many."""
    return tallies(until - USUAL_LOOKS_BACK, until)
