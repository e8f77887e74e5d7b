"""Writes: everything that changes a permit or the watchlist."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from permits import serials
from permits.models import Approval, Holder, Permit, PermitKind, WatchlistEntry
from permits.people import normalise_plate
from permits.verdict import PermitState, WatchlistLevel

SELF_DECLARED = 1  # the number of the kind on the public page


class NotAllowedNow(Exception):
    """The permit's state does not admit this act, for instance to approve what was revoked."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a citizen fills in. `plate` is empty or in any spelling."""

    full_name: str
    personal_number: str
    birth_date: date
    sex: str
    phone: str
    origin: str
    destination: str
    purpose: str
    plate: str
    travel_at: datetime


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A new permit and its private link, which is not kept anywhere else."""

    permit: Permit
    link: str


def link_digest(link: str) -> bytes:
    """What the database keeps of a private link."""
    return hashlib.sha256(link.encode()).digest()


@transaction.atomic
def declare(
    declaration: Declaration,
    *,
    now: datetime,
    kind: PermitKind | None = None,
    valid_from: datetime | None = None,
) -> Declared:
    """Make a permit of a declaration: at once, or pending where its kind needs approval.

    Without a kind it is the self-declared one. It is valid from `valid_from` (now, if not given)
    for the kind's longest validity.
    """
    kind = kind or PermitKind.objects.get(number=SELF_DECLARED)
    start = (valid_from or now).replace(microsecond=0)
    link = secrets.token_urlsafe(24)
    holder, _ = Holder.objects.get_or_create(
        personal_number=declaration.personal_number,
        full_name=declaration.full_name,
        birth_date=declaration.birth_date,
        sex=declaration.sex,
        phone=declaration.phone,
    )
    permit = Permit.objects.create(
        number=serials.new_number(),
        kind=kind,
        holder=holder,
        state=PermitState.PENDING if kind.needs_approval else PermitState.APPROVED,
        valid_from=start,
        valid_until=start + timedelta(hours=kind.valid_hours),
        origin=declaration.origin,
        destination=declaration.destination,
        purpose=declaration.purpose,
        plate=normalise_plate(declaration.plate),
        travel_at=declaration.travel_at,
        declared_at=now,
        link_digest=link_digest(link),
    )
    return Declared(permit=permit, link=link)


ALLOWED_CHANGES = {
    PermitState.APPROVED: {PermitState.PENDING},
    PermitState.REJECTED: {PermitState.PENDING},
    PermitState.REVOKED: {PermitState.APPROVED},
}


@transaction.atomic
def decide_on(
    permit_id: int, state: PermitState, *, issuer: User, now: datetime, note: str = ""
) -> Permit:
    """Approve, reject or revoke, and keep who did it. Raises NotAllowedNow, with nothing written.

    The row is changed only in the state it was seen in, so of two issuers the second is told.
    """
    sources = [source.value for source in ALLOWED_CHANGES[state]]
    changed = Permit.objects.filter(id=permit_id, state__in=sources).update(state=state.value)
    if not changed:
        raise NotAllowedNow(state.value)
    Approval.objects.create(
        permit_id=permit_id, issuer=issuer, state=state.value, note=note, decided_at=now
    )
    return Permit.objects.get(id=permit_id)


def approve(permit_id: int, *, issuer: User, now: datetime, note: str = "") -> Permit:
    """Approve a pending permit. Raises NotAllowedNow."""
    return decide_on(permit_id, PermitState.APPROVED, issuer=issuer, now=now, note=note)


def reject(permit_id: int, *, issuer: User, now: datetime, note: str = "") -> Permit:
    """Reject a pending permit. Raises NotAllowedNow."""
    return decide_on(permit_id, PermitState.REJECTED, issuer=issuer, now=now, note=note)


def revoke(permit_id: int, *, issuer: User, now: datetime, note: str = "") -> Permit:
    """Revoke an approved permit. Raises NotAllowedNow."""
    return decide_on(permit_id, PermitState.REVOKED, issuer=issuer, now=now, note=note)


def add_watchlist_entry(
    *,
    level: WatchlistLevel,
    active_from: datetime,
    personal_number: str = "",
    plate: str = "",
    active_until: datetime | None = None,
    note: str = "",
    source: str = "",
) -> WatchlistEntry:
    """Look for a person, a vehicle, or both. It counts from the next scan on."""
    return WatchlistEntry.objects.create(
        level=level.value,
        personal_number=personal_number,
        plate=normalise_plate(plate),
        active_from=active_from,
        active_until=active_until,
        note=note,
        source=source,
    )
