"""Messages to an endpoint, in the background: signed, tried again with longer and longer waits."""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from permits import personal_data, tasks
from permits.models import Delivery, DeliveryState, WebhookEndpoint
from permits.webhooks import signing
from permits.webhooks.posting import NoAnswer, NotAllowed, post

AT_ONCE = 50
# After each try that failed. Eight tries in all, the last about 18 hours after the first.
WAITS = [
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
]


@tasks.background(attempts=3, priority=tasks.SOON)
def deliver_to(endpoint_id: int) -> None:
    """Send what is due, the oldest first. After a failure the rest waits as long as it does."""
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id, is_active=True).first()
    if endpoint is None:
        return
    now = timezone.now()
    due = list(_due(endpoint, now).order_by("id")[:AT_ONCE])
    for delivery in due:
        if not send(delivery, endpoint, now=timezone.now()):
            wait = WAITS[min(delivery.tries, len(WAITS)) - 1]
            tasks.enqueue(deliver_to, endpoint_id, now=timezone.now(), after=wait)
            return
    if len(due) == AT_ONCE:
        tasks.enqueue(deliver_to, endpoint_id, now=timezone.now())


def _due(endpoint: WebhookEndpoint, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        endpoint=endpoint, state=DeliveryState.WAITING, next_try_at__lte=now
    )


def send(delivery: Delivery, endpoint: WebhookEndpoint, *, now: datetime) -> bool:
    """Try once, and keep what came of it. Returns whether it was taken: answered with 2xx."""
    content = {
        "type": delivery.event,
        "timestamp": delivery.made_at.isoformat(),
        "data": delivery.content,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    signed = signing.headers(
        personal_data.unseal(endpoint.secret_sealed),
        message_id=str(delivery.message_id),
        timestamp=int(now.timestamp()),
        body=body,
    )
    try:
        status = post(endpoint.url, body, {"Content-Type": "application/json", **signed})
        delivery.answer, taken = str(status), 200 <= status < 300
    except (NoAnswer, NotAllowed) as error:
        delivery.answer, taken = f"{type(error).__name__}: {error}", False
    _keep(delivery, taken=taken, now=now)
    return taken


def _keep(delivery: Delivery, *, taken: bool, now: datetime) -> None:
    delivery.tries += 1
    if taken:
        delivery.state, delivery.next_try_at, delivery.ended_at = DeliveryState.DELIVERED, None, now
    elif delivery.tries > len(WAITS):
        delivery.state, delivery.next_try_at, delivery.ended_at = DeliveryState.FAILED, None, now
    else:
        delivery.next_try_at = now + WAITS[delivery.tries - 1]
    delivery.save()


@transaction.atomic
def send_again(delivery: Delivery, *, now: datetime) -> None:
    """As an administrator asks: from the first try on."""
    delivery.state, delivery.tries, delivery.ended_at = DeliveryState.WAITING, 0, None
    delivery.next_try_at = now
    delivery.save()
    tasks.enqueue(deliver_to, delivery.endpoint_id, now=now)
