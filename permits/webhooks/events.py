"""What happened to permits, put down for whoever is to be told.

It is put down in the transaction of what happened, so that there is no message without its event
and no event without its message; it is sent afterwards, in the background.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from permits import tasks, wards
from permits.models import Delivery, Permit, Ward, WardNotice, WebhookEndpoint
from permits.models.webhooks import WARD_NOTICE, Event, Role
from permits.verdict import PermitState
from permits.webhooks.delivering import deliver_to

EVENT_OF_STATE = {
    PermitState.APPROVED: Event.PERMIT_ISSUED,
    PermitState.REVOKED: Event.PERMIT_REVOKED,
    PermitState.CANCELLED: Event.PERMIT_REVOKED,
    PermitState.REJECTED: Event.PERMIT_REJECTED,
}


def tell(permits: Sequence[Permit], state: PermitState, *, now: datetime) -> None:
    """Tell of permits that have come into a state; and the wards, where they count from now on.

    The caller holds the transaction, and gives the permits with their kind.
    """
    event = EVENT_OF_STATE.get(state)
    if event is None or not permits:
        return
    told = [
        (endpoint, event.value, _about(permit))
        for endpoint in endpoints_of(event)
        for permit in permits
    ]
    if state is PermitState.APPROVED:
        told += _notices(permits, now)
    put_down(told, now=now)


def endpoints_of(event: Event) -> list[WebhookEndpoint]:
    """The active endpoints that want to be told of this."""
    active = WebhookEndpoint.objects.filter(is_active=True)
    return [endpoint for endpoint in active if event.value in endpoint.events]


def put_down(told: Iterable[tuple[WebhookEndpoint, str, dict[str, Any]]], *, now: datetime) -> None:
    """Keep messages for endpoints, and have them sent."""
    deliveries = [
        Delivery(endpoint=endpoint, event=event, content=content, made_at=now, next_try_at=now)
        for endpoint, event, content in told
    ]
    Delivery.objects.bulk_create(deliveries)
    for endpoint_id in {delivery.endpoint_id for delivery in deliveries}:
        tasks.enqueue(deliver_to, endpoint_id, now=now)


def _about(permit: Permit) -> dict[str, Any]:
    """Nothing of a person: who may know more asks for the permit by its serial."""
    return {
        "serial": permit.serial,
        "kind": permit.kind.number,
        "valid_from": permit.valid_from.isoformat(),
        "valid_until": permit.valid_until.isoformat(),
    }


def _notices(
    permits: Sequence[Permit], now: datetime
) -> list[tuple[WebhookEndpoint, str, dict[str, Any]]]:
    """A notice for each ward that is left or come to, once a permit."""
    lines = [
        (permit, role, wards.key_of_line(line))
        for permit in permits
        for role, line in ((Role.LEAVES, permit.origin), (Role.ARRIVES, permit.destination))
    ]
    keys = {key for _permit, _role, key in lines if key}
    known = {
        ward.key: ward for ward in Ward.objects.filter(key__in=keys).select_related("endpoint")
    }
    named = [(permit, role, known[key]) for permit, role, key in lines if key in known]
    WardNotice.objects.bulk_create(
        [
            WardNotice(ward=ward, permit=permit, role=role, made_at=now)
            for permit, role, ward in named
        ],
        ignore_conflicts=True,
    )
    return [
        (ward.endpoint, WARD_NOTICE, _notice(permit, role, ward))
        for permit, role, ward in named
        if ward.endpoint and ward.endpoint.is_active
    ]


def _notice(permit: Permit, role: Role, ward: Ward) -> dict[str, Any]:
    """That somebody comes, when, and how many; not who: the ward asks by the serial if it must."""
    return {
        "serial": permit.serial,
        "ward": str(ward),
        "role": role.value,
        "day": timezone.localtime(permit.travel_at).date().isoformat(),
        "people": 1 + permit.companions.count(),
    }
