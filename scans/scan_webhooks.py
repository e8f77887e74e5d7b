"""Scans for the webhook endpoints that ask for them: collected from the table, some at a time.

A check knows nothing of it: a task looks every few seconds for what has been recorded since it last
did. Scans become visible in another order than that of their ids, so the latest seconds wait.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from permits import tasks
from permits.models import WebhookEndpoint
from permits.models.webhooks import Event
from permits.serials import format_serial
from permits.webhooks.events import put_down
from scans import partitions
from scans.models import Scan
from scans.times import utc_day

EVERY = timedelta(seconds=5)
SETTLED_AFTER = timedelta(seconds=10)
AT_ONCE = 100  # scans in a message
DAY = timedelta(days=1)


@transaction.atomic
def start(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """From now on this endpoint is told of scans, if it asks for them.

    A collector that was started before ends: each works for one number of the endpoint.
    """
    newest = Scan.objects.aggregate(newest=Max("id"))["newest"] or 0
    endpoint.collector += 1
    endpoint.last_scan_id = max(endpoint.last_scan_id, newest)
    endpoint.save(update_fields=["collector", "last_scan_id"])
    if endpoint.is_active and Event.SCAN_RECORDED.value in endpoint.events:
        tasks.enqueue(collect, endpoint.pk, endpoint.collector, now=now)


@tasks.background(attempts=50)
def collect(endpoint_id: int, collector: int) -> None:
    """Put down what is new, and come back in a while."""
    now = timezone.now()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.filter(
            pk=endpoint_id, collector=collector, is_active=True
        ).first()
        if endpoint is None or Event.SCAN_RECORDED.value not in endpoint.events:
            return
        scans = _after(endpoint.last_scan_id, now)
        if scans:
            content = {"scans": [_about(scan) for scan in scans]}
            put_down([(endpoint, Event.SCAN_RECORDED.value, content)], now=now)
            endpoint.last_scan_id = scans[-1].pk
            endpoint.save(update_fields=["last_scan_id"])
        wait = timedelta() if len(scans) == AT_ONCE else EVERY
        tasks.enqueue(collect, endpoint_id, collector, now=now, after=wait)


def _after(last: int, now: datetime) -> list[Scan]:
    scans = Scan.objects.filter(
        partitions.since(utc_day(now - DAY)), id__gt=last, recorded_at__lt=now - SETTLED_AFTER
    )
    return list(scans.select_related("checkpoint", "permit").order_by("id")[:AT_ONCE])


def _about(scan: Scan) -> dict[str, Any]:
    """Nothing of a person but the permit's serial."""
    return {
        "scan_id": str(scan.scan_id),
        "checkpoint": scan.checkpoint.name,
        "direction": scan.direction,
        "outcome": scan.outcome,
        "reasons": scan.reasons,
        "serial": format_serial(scan.permit.number) if scan.permit else None,
        "captured_at": scan.captured_at.isoformat(),
    }
