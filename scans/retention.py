"""How long what is kept: what `manage.py prune` removes, kind by kind, in this order.

A permit goes only when no scan points to it. Scans that it had go first, since a permit is kept
beyond its end.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection
from django.db.models import Q, QuerySet

from permits import retention
from permits.removal import (
    Kind,
    delete_rows,
    limit,
    plain_kind,
    prepare_connection,
    remove_rows,
    step,
)
from scans import partitions
from scans.models import (
    Alert,
    AlertAct,
    DayCauseTally,
    DayTally,
    Device,
    DeviceReport,
    Enrolment,
    HourTally,
    Instruction,
    LookUp,
    MinuteTally,
    Passage,
    Scan,
    Shift,
    SliceTally,
    Still,
    TripUse,
)
from scans.models.tallies import Tally
from scans.times import utc_day


@dataclass(frozen=True)
class Pruned:
    """How many rows of a kind went, or would go."""

    kind: Kind
    rows: int


def prune(*, now: datetime, dry_run: bool) -> Iterator[Pruned]:
    """Remove what is not to be kept any longer; with `dry_run` only count it."""
    prepare_connection()
    for kind in kinds(now):
        if kind.before is None:
            yield Pruned(kind, 0)
        else:
            yield Pruned(kind, kind.count() if dry_run else kind.remove())


def kinds(now: datetime) -> list[Kind]:
    """Everything that is kept for a number of days, in the order in which it can go."""
    return [
        plain_kind(
            "alerts",
            settings.RETAIN_ALERTS_DAYS,
            now,
            lambda before: Alert.objects.filter(raised_at__lt=before),
        ),
        _scans(now),
        *_permits_and_holders(now),
        plain_kind(
            "shifts",
            settings.RETAIN_SHIFTS_DAYS,
            now,
            lambda before: Shift.objects.filter(last_seen_at__lt=before),
        ),
        plain_kind(
            "instructions",
            settings.RETAIN_INSTRUCTIONS_DAYS,
            now,
            # What stands until it is withdrawn stands however old it is.
            lambda before: Instruction.objects.filter(
                Q(withdrawn_at__lt=before) | Q(ends_at__lt=before)
            ),
        ),
        plain_kind(
            "passages",
            settings.RETAIN_PASSAGES_DAYS,
            now,
            lambda before: Passage.objects.filter(recorded_at__lt=before),
        ),
        plain_kind(
            "stills",
            settings.RETAIN_STILLS_DAYS,
            now,
            lambda before: Still.objects.filter(recorded_at__lt=before),
        ),
        *_tallies(now),
        *_devices(now),
        plain_kind(
            "look-ups",
            settings.RETAIN_LOOK_UPS_DAYS,
            now,
            # From the old end on, so that what stays is one chain at each moment.
            lambda before: LookUp.objects.filter(made_at__lt=before).order_by("number"),
        ),
        *retention.kinds(now),
    ]


def _tallies(now: datetime) -> list[Kind]:
    """Numbers alone, of nobody."""
    fine, coarse = settings.RETAIN_MINUTES_DAYS, settings.RETAIN_TALLIES_DAYS
    kept: list[tuple[str, type[Tally], int]] = [
        ("tallies of minutes", MinuteTally, fine),
        ("tallies of ten minutes", SliceTally, fine),
        ("tallies of hours", HourTally, coarse),
        ("tallies of days", DayTally, coarse),
        ("tallies by reason", DayCauseTally, coarse),
    ]
    return [plain_kind(name, days, now, _before(model)) for name, model, days in kept]


def _before(model: type[Tally]) -> Callable[[datetime], QuerySet[Any]]:
    return lambda before: model._default_manager.filter(start__lt=before)


def _devices(now: datetime) -> list[Kind]:
    days = settings.RETAIN_DEVICES_DAYS
    return [
        plain_kind(
            "device reports",
            days,
            now,
            lambda before: DeviceReport.objects.filter(made_at__lt=before),
        ),
        plain_kind(
            "cut-off devices",
            days,
            now,
            lambda before: Device.objects.filter(cut_off_at__lt=before),
        ),
        plain_kind(
            "unused enrolments",
            days,
            now,
            lambda before: Enrolment.objects.filter(device=None, expires_at__lt=before),
        ),
    ]


def _scans(now: datetime) -> Kind:
    before = limit(settings.RETAIN_SCANS_DAYS, now)
    old = Scan.objects.filter(captured_day__lt=utc_day(before)) if before else Scan.objects.none()
    return Kind(
        "scans",
        settings.RETAIN_SCANS_DAYS,
        before,
        old.count,
        lambda: _remove_scans(old, utc_day(before)) if before else 0,
    )


def _remove_scans(old: QuerySet[Scan], before: date) -> int:
    """Returns how many. Where a day has a partition, it goes whole; the rest goes row by row."""
    days = [day for day in partitions.days() if day < before]
    return sum(map(_remove_day, days)) + remove_rows(old, _delete_scans)


def _remove_day(day: date) -> int:
    """In one step, so that no alert is left without its scan."""
    scans = Scan.objects.filter(captured_day=day)
    with step():
        count = scans.count()
        _delete_alerts(Alert.objects.filter(scan__in=scans))
        partitions.drop(day)
    return count


def _delete_scans(scans: QuerySet[Scan]) -> None:
    _delete_alerts(Alert.objects.filter(scan__in=list(scans.values_list("pk", flat=True))))
    delete_rows(scans)


def _delete_alerts(alerts: QuerySet[Alert]) -> None:
    delete_rows(AlertAct.objects.filter(alert__in=alerts))
    delete_rows(alerts)


def _permits_and_holders(now: datetime) -> list[Kind]:
    days = settings.RETAIN_PERMITS_DAYS
    before = limit(days, now)
    scans_before = limit(settings.RETAIN_SCANS_DAYS, now)

    def would_go() -> list[int]:
        """Counted as if the scans had gone already that go before."""
        since = utc_day(scans_before) if scans_before else None
        pages = retention.expired_permits(before) if before else ()
        return [one for ids in pages for one in _without_scans(ids, since=since)]

    def holders_would_go() -> int:
        permits = frozenset(would_go())
        return sum(len(ids) for ids in retention.unused_holders(without=permits))

    return [
        Kind("permits", days, before, lambda: len(would_go()), lambda: _remove_permits(before)),
        Kind("holders", days, before, holders_would_go, retention.remove_unused_holders),
    ]


def _remove_permits(before: datetime | None) -> int:
    """Returns how many. One that is held up at this very moment stays until the next time."""
    removed = 0
    # For want of an index on a scan's permit, SQLite would read every scan for each permit. In the
    # step's transaction nobody else writes, so what `_without_scans` says holds.
    with connection.constraint_checks_disabled():
        for page in retention.expired_permits(before) if before else ():
            with suppress(IntegrityError):
                with step():
                    ids = _without_scans(page)
                    delete_rows(TripUse.objects.filter(permit__in=ids))
                    retention.delete_permits(ids)
                removed += len(ids)
    return removed


def _without_scans(permit_ids: Collection[int], *, since: date | None = None) -> list[int]:
    """Those of these permits that no scan points to, from a day on if one is given.

    The index of a permit's scans begins with their day, so each day is asked for.
    """
    scans = Scan.objects.filter(captured_day__in=_days(since), permit__in=permit_ids)
    scanned = set(scans.values_list("permit_id", flat=True).distinct())
    return [permit_id for permit_id in permit_ids if permit_id not in scanned]


def _days(since: date | None) -> list[date]:
    """From the first day that has a scan, or from `since`, to the last that has one."""
    first = Scan.objects.order_by("captured_day").values_list("captured_day", flat=True).first()
    last = Scan.objects.order_by("-captured_day").values_list("captured_day", flat=True).first()
    if first is None or last is None:
        return []
    first = max(first, since or first)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
