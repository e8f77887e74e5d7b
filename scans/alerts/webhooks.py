"""Alerts for the webhook endpoints that ask for them, in the transaction in which they change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from permits.models.webhooks import Event
from permits.webhooks.events import endpoints_of, put_down
from scans.models import Alert


def tell_raised(alerts: Sequence[Alert], *, now: datetime) -> None:
    """These were raised, or are news again."""
    _tell(Event.ALERT_RAISED, alerts, now)


def tell_resolved(alerts: Sequence[Alert], *, now: datetime) -> None:
    """These were resolved, or are over by themselves."""
    _tell(Event.ALERT_RESOLVED, alerts, now)


def _tell(event: Event, alerts: Sequence[Alert], now: datetime) -> None:
    endpoints = endpoints_of(event) if alerts else []
    if not endpoints:
        return
    prefetch_related_objects([*alerts], "checkpoint", "lane")
    told = [(one, event.value, _about(alert)) for one in endpoints for alert in alerts]
    put_down(told, now=now)


def _about(alert: Alert) -> dict[str, Any]:
    """Nothing of a person: neither who was looked for, nor who acted."""
    return {
        "alert": alert.pk,
        "kind": alert.kind,
        "severity": alert.severity,
        "level": alert.level or None,
        "checkpoint": alert.checkpoint.name if alert.checkpoint else None,
        "lane": alert.lane.name if alert.lane else None,
        "scan_id": str(alert.scan_uuid) if alert.scan_uuid else None,
        "details": alert.details,
        "times": alert.times,
        "raised_at": alert.raised_at.isoformat(),
        "last_at": alert.last_at.isoformat(),
        "resolved_at": alert.resolved_at.isoformat() if alert.resolved_at else None,
        "by_itself": bool(alert.resolved_at) and alert.resolved_by_id is None,
    }
