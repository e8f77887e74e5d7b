"""What issuers decide on a permit, and its holder as long as it is theirs to say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from permits.models import Approval, Permit
from permits.verdict import PermitState
from permits.webhooks import events


class NotAllowedNow(Exception):
    """The permit's state does not admit this act, for instance to approve what was revoked."""


class ChangedMeanwhile(NotAllowedNow):
    """Somebody else has acted on the permit since it was looked at."""


UNDECIDED = frozenset({PermitState.PENDING, PermitState.ASKED})
ALLOWED_CHANGES = {
    PermitState.PENDING: UNDECIDED,  # corrected by the holder
    PermitState.ASKED: frozenset({PermitState.PENDING}),
    PermitState.APPROVED: UNDECIDED,
    PermitState.REJECTED: UNDECIDED,
    PermitState.REVOKED: frozenset({PermitState.APPROVED}),
    PermitState.CANCELLED: UNDECIDED | {PermitState.APPROVED},
}


@transaction.atomic
def change(
    permit_id: int,
    state: PermitState,
    *,
    issuer: User | None,
    now: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> Permit:
    """Bring a permit into a state, and keep who did it: nobody stands for the holder.

    The row is changed only in a state that admits it and, where `seen_version` is given, in the
    version that was looked at. So of two issuers the second is told, and nobody approves what its
    holder has changed meanwhile. Raises NotAllowedNow or ChangedMeanwhile, with nothing written.
    """
    found = Permit.objects.filter(id=permit_id)
    admitted = found.filter(state__in=[source.value for source in ALLOWED_CHANGES[state]])
    if seen_version is not None:
        admitted = admitted.filter(version=seen_version)
    if not admitted.update(state=state.value, version=F("version") + 1):
        if seen_version is not None and not found.filter(version=seen_version).exists():
            raise ChangedMeanwhile(state.value)
        raise NotAllowedNow(state.value)
    Approval.objects.create(
        permit_id=permit_id, issuer=issuer, state=state.value, note=note, decided_at=now
    )
    permit = Permit.objects.select_related("kind", "holder").get(id=permit_id)
    events.tell([permit], state, now=now)
    return permit


class TermsDoNotFit(Exception):
    """The end of the validity that an issuer set lies before its beginning or beyond its kind's."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an issuer sets when approving. `zones` are ids; `direction` is empty for both."""

    zones: Collection[int]
    direction: str
    valid_until: datetime


def decide_on(
    permit_id: int,
    state: PermitState,
    *,
    issuer: User,
    now: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> Permit:
    """An issuer's act: approve, reject, ask for more or revoke. Raises as `change` does."""
    if state not in (
        PermitState.APPROVED,
        PermitState.REJECTED,
        PermitState.ASKED,
        PermitState.REVOKED,
    ):
        raise NotAllowedNow(state.value)
    return change(permit_id, state, issuer=issuer, now=now, note=note, seen_version=seen_version)


@transaction.atomic
def approve(
    permit_id: int,
    *,
    issuer: User,
    now: datetime,
    note: str = "",
    seen_version: int | None = None,
    terms: Terms | None = None,
) -> Permit:
    """Approve what nobody has decided on, as it was applied for or under other terms.

    Raises NotAllowedNow, ChangedMeanwhile or TermsDoNotFit, with nothing written.
    """
    permit = decide_on(
        permit_id,
        PermitState.APPROVED,
        issuer=issuer,
        now=now,
        note=note,
        seen_version=seen_version,
    )
    if terms:
        _set_terms(permit, terms)
    return permit


def _set_terms(permit: Permit, terms: Terms) -> None:
    latest = permit.valid_from + timedelta(hours=permit.kind.valid_hours)
    if not permit.valid_from < terms.valid_until <= latest:
        raise TermsDoNotFit
    permit.zones.set(terms.zones)
    permit.direction, permit.valid_until = terms.direction, terms.valid_until
    permit.save(update_fields=["direction", "valid_until"])


def reject(
    permit_id: int, *, issuer: User, now: datetime, note: str = "", seen_version: int | None = None
) -> Permit:
    """Reject it; the holder sees the note. Raises NotAllowedNow or ChangedMeanwhile."""
    return decide_on(
        permit_id,
        PermitState.REJECTED,
        issuer=issuer,
        now=now,
        note=note,
        seen_version=seen_version,
    )


def ask(
    permit_id: int, *, issuer: User, now: datetime, note: str, seen_version: int | None = None
) -> Permit:
    """Ask the holder for more; the note says for what. Raises NotAllowedNow or ChangedMeanwhile."""
    return decide_on(
        permit_id, PermitState.ASKED, issuer=issuer, now=now, note=note, seen_version=seen_version
    )


def revoke(
    permit_id: int, *, issuer: User, now: datetime, note: str = "", seen_version: int | None = None
) -> Permit:
    """Revoke an approved permit. Raises NotAllowedNow or ChangedMeanwhile."""
    return decide_on(
        permit_id, PermitState.REVOKED, issuer=issuer, now=now, note=note, seen_version=seen_version
    )


def cancel(permit_id: int, *, now: datetime, seen_version: int | None = None) -> Permit:
    """The holder gives it up. Raises NotAllowedNow or ChangedMeanwhile."""
    return change(permit_id, PermitState.CANCELLED, issuer=None, now=now, seen_version=seen_version)
