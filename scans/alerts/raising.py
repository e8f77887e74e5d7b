"""Raises alerts: one for each cause, however often and by however many processes it is seen."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from scans import events
from scans.alerts import webhooks
from scans.models import Alert, AlertAct, AlertActKind, AlertKind, Severity

# Whoever acknowledged it knows of it for so long; seen after that it is news again.
NEWS_AFTER = timedelta(minutes=10)
# One cause is told of by e-mail no more often than this.
TOLD_EVERY = timedelta(minutes=10)
TRIES = 5

Figures = dict[str, int | float]


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A cause that was seen. `cause` begins with the kind; `scan` is the scan's row id and scan_id.

    `lasts`: it is a condition that its rule follows until it is over. `details` are numbers alone.
    """

    kind: AlertKind
    severity: Severity
    cause: str
    level: str = ""
    checkpoint_id: int | None = None
    lane_id: int | None = None
    scan: tuple[int, UUID] | None = None
    supervisor_id: int | None = None
    details: Figures = field(default_factory=dict)
    times: int = 1
    lasts: bool = False


def raise_alerts(sightings: Iterable[Sighting], *, now: datetime) -> None:
    """Raise an alert for each cause, or move on the one that is open.

    In the caller's transaction, if there is one. Another process that raises the same cause at the
    same moment costs neither of them anything: the second finds the first one's alert.
    """
    by_cause = _each_once(sightings)
    if not by_cause:
        return
    with transaction.atomic(savepoint=False):
        raised, known = _raise(by_cause, now)
        again = [alert for alert in known if _see_again(alert, by_cause[alert.cause], now)]
        Alert.objects.bulk_update(known, SEEN_AGAIN)
        AlertAct.objects.bulk_create(
            AlertAct(alert=alert, act=AlertActKind.NEWS_AGAIN, at=now) for alert in again
        )
        webhooks.tell_raised([*raised, *again], now=now)


def follow(
    prefix: str,
    sightings: Sequence[Sighting],
    *,
    still: Collection[str] = (),
    now: datetime,
) -> None:
    """What a rule sees at this moment of lasting conditions, whose causes all begin with `prefix`.

    A new one is raised; one that lasts needs nothing, even where somebody has resolved its alert;
    one that is seen no longer, nor among the causes in `still`, is over. Where nothing has changed
    this only reads.
    """
    kind = prefix.partition(":")[0]
    lasting = Alert.objects.filter(kind=kind, lasts=True, cause__startswith=prefix)
    causes = set(lasting.values_list("cause", flat=True))
    over = causes - {sighting.cause for sighting in sightings} - {*still}
    new = [replace(one, lasts=True) for one in sightings if one.cause not in causes]
    if not over and not new:
        return
    with transaction.atomic():
        raise_alerts(new, now=now)
        _end(over, now)
        transaction.on_commit(events.publish_from_thread)


def _each_once(sightings: Iterable[Sighting]) -> dict[str, Sighting]:
    """By cause, in an order that is the same in every process: or two could block each other."""
    found: dict[str, Sighting] = {}
    for one in sorted(sightings, key=attrgetter("cause")):
        times = found[one.cause].times if one.cause in found else 0
        found[one.cause] = replace(one, times=times + one.times)
    return found


def _raise(by_cause: dict[str, Sighting], now: datetime) -> tuple[list[Alert], list[Alert]]:
    """The alerts that were raised, and those that are open already, locked."""
    told = _told(by_cause)
    for _ in range(TRIES):
        known = _open(by_cause)
        new = by_cause.keys() - {alert.cause for alert in known}
        alerts = [
            _alert(by_cause[cause], told.get(cause), now) for cause in by_cause if cause in new
        ]
        if not alerts:
            return [], known
        try:
            with transaction.atomic():
                return Alert.objects.bulk_create(alerts), known
        except IntegrityError:
            continue  # another process was quicker
    raise IntegrityError("alerts are resolved and raised again without an end")


def _open(causes: Iterable[str]) -> list[Alert]:
    """Locked until the end of the transaction."""
    rows = Alert.objects.filter(cause__in=[*causes], resolved_at=None)
    return list(rows.select_for_update().order_by("cause"))


def _told(causes: Iterable[str]) -> dict[str, datetime]:
    """When subscribers were told of these causes for the last time."""
    rows = Alert.objects.filter(cause__in=[*causes]).exclude(told_at=None)
    return dict(rows.values_list("cause").order_by("cause").annotate(told=Max("told_at")))


def _alert(one: Sighting, told: datetime | None, now: datetime) -> Alert:
    row_id, scan_uuid = one.scan or (None, None)
    return Alert(
        kind=one.kind,
        severity=one.severity,
        level=one.level,
        checkpoint_id=one.checkpoint_id,
        lane_id=one.lane_id,
        scan_id=row_id,
        scan_uuid=scan_uuid,
        supervisor_id=one.supervisor_id,
        cause=one.cause,
        details=one.details,
        times=one.times,
        lasts=one.lasts,
        raised_at=now,
        last_at=now,
        changed_at=now,
        tell_at=_to_be_told(told, now),
    )


SEEN_AGAIN = [
    *("lane", "scan", "scan_uuid", "details", "times", "lasts", "last_at", "changed_at"),
    *("acknowledged_at", "acknowledged_by", "tell_at"),
]


def _see_again(alert: Alert, one: Sighting, now: datetime) -> bool:
    """Move an open alert on. Returns whether it is news: it was acknowledged long ago."""
    if one.scan:
        alert.scan_id, alert.scan_uuid = one.scan
    alert.lane_id = one.lane_id
    alert.details = one.details
    alert.times += one.times
    alert.lasts = one.lasts
    alert.last_at = alert.changed_at = now
    if alert.acknowledged_at is None or alert.acknowledged_at >= now - NEWS_AFTER:
        return False
    alert.acknowledged_at = alert.acknowledged_by = None
    alert.tell_at = alert.tell_at or _to_be_told(alert.told_at, now)
    return True


def _to_be_told(told: datetime | None, now: datetime) -> datetime:
    return max(now, told + TOLD_EVERY) if told else now


def _end(causes: Collection[str], now: datetime) -> None:
    """These conditions are over. An alert that somebody has resolved already stays as it is."""
    if not causes:
        return
    ended = Alert.objects.filter(cause__in=causes, lasts=True).select_for_update()
    resolved = [alert for alert in ended.order_by("cause") if alert.resolved_at is None]
    for alert in resolved:
        alert.resolved_at = alert.last_at = alert.changed_at = now
        alert.tell_at = None
    Alert.objects.bulk_update(resolved, ["resolved_at", "last_at", "changed_at", "tell_at"])
    Alert.objects.filter(cause__in=causes, lasts=True).update(lasts=False)
    AlertAct.objects.bulk_create(
        AlertAct(alert=alert, act=AlertActKind.OVER, at=now) for alert in resolved
    )
    webhooks.tell_resolved(resolved, now=now)
