"""Alerts as dashboards take them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Max, QuerySet, Value, When

from scans.alerts.raising import Figures
from scans.models import Alert, AlertKind, Severity
from scans.oversight import Oversight
from scans.times import to_milliseconds

MOST_OPEN = 200


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert. Codes are those of the models; times are milliseconds since 1970.

    `scan_id` is the scan's UUID, as in its address; `owner` a user's name. Of a resolved alert a
    dashboard takes the row away.
    """

    id: int
    kind: str
    severity: str
    level: str
    checkpoint_id: int | None
    checkpoint: str
    lane_id: int | None
    lane: str
    scan_id: str | None
    owner_id: int | None
    owner: str
    times: int
    details: Figures
    raised_at: int
    last_at: int
    changed_at: int
    acknowledged_at: int | None
    resolved_at: int | None


def open_alerts(oversight: Oversight, *, at_most: int = MOST_OPEN) -> list[AlertRow]:
    """What is unresolved and theirs: the gravest first, of those the newest."""
    theirs = by_gravity(oversight.of(Alert.objects.filter(resolved_at=None)))
    return _rows(theirs[:at_most])


def last_change() -> datetime | None:
    """When the latest change was made: cheap enough to be asked all the time."""
    latest: datetime | None = Alert.objects.aggregate(latest=Max("changed_at"))["latest"]
    return latest


def open_by_kind() -> list[tuple[str, str, int]]:
    """How many are unresolved, by kind and severity: 0 too, of every kind and severity."""
    rows = Alert.objects.filter(resolved_at=None).order_by("kind")
    counted = {
        (kind, severity): number
        for kind, severity, number in rows.values_list("kind", "severity").annotate(n=Count("id"))
    }
    return [
        (kind, severity, counted.get((kind, severity), 0))
        for kind in AlertKind.values
        for severity in Severity.values
    ]


def by_gravity(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """In order: the gravest first, of those the newest."""
    ranks = [When(severity=one, then=Value(rank)) for rank, one in enumerate(Severity.values)]
    rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
    return alerts.order_by(rank, "-raised_at", "-id")


def _rows(alerts: QuerySet[Alert]) -> list[AlertRow]:
    return [_row(alert) for alert in alerts.select_related("checkpoint", "lane", "owner")]


def _row(alert: Alert) -> AlertRow:
    return AlertRow(
        id=alert.pk,
        kind=alert.kind,
        severity=alert.severity,
        level=alert.level,
        checkpoint_id=alert.checkpoint_id,
        checkpoint=alert.checkpoint.name if alert.checkpoint else "",
        lane_id=alert.lane_id,
        lane=alert.lane.name if alert.lane else "",
        scan_id=str(alert.scan_uuid) if alert.scan_uuid else None,
        owner_id=alert.owner_id,
        owner=(alert.owner.get_full_name() or alert.owner.get_username()) if alert.owner else "",
        times=alert.times,
        details=alert.details,
        raised_at=to_milliseconds(alert.raised_at),
        last_at=to_milliseconds(alert.last_at),
        changed_at=to_milliseconds(alert.changed_at),
        acknowledged_at=_milliseconds(alert.acknowledged_at),
        resolved_at=_milliseconds(alert.resolved_at),
    )


def _milliseconds(moment: datetime | None) -> int | None:
    return to_milliseconds(moment) if moment else None
