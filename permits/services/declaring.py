"""A declaration becomes a permit, and is corrected while nobody has decided on it."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from permits import demands, documents, personal_data, serials
from permits.demands import Unmet
from permits.documents import NewDocument
from permits.models import Approval, Companion, Holder, Permit, PermitKind, Zone
from permits.people import normalise_plate, plain_name
from permits.services.deciding import change
from permits.verdict import PermitState
from permits.webhooks import events

SELF_DECLARED = 1  # the number of the kind that citizens declare by themselves


class DoesNotFitKind(Exception):
    """The declaration does not meet what its kind asks for: `unmet` says what."""

    def __init__(self, unmet: Sequence[Unmet]) -> None:
        super().__init__(", ".join(fault.demand.value for fault in unmet))
        self.unmet = unmet


@dataclass(frozen=True, kw_only=True)
class CompanionDeclared:
    """Who travels on the holder's permit."""

    full_name: str
    personal_number: str
    doses: int = 0


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a citizen fills in. `plate` is empty or in any spelling, `direction` empty for both."""

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
    direction: str = ""
    doses: int = 0
    companions: tuple[CompanionDeclared, ...] = ()


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
    valid_until: datetime | None = None,
    new_documents: Sequence[NewDocument] = (),
    zones: Iterable[Zone] | None = None,
    issuer: User | None = None,
) -> Declared:
    """Make a permit of a declaration: at once, or pending where its kind needs approval.

    Without a kind it is the self-declared one. It is valid from `valid_from` (now, if not given)
    until `valid_until` (the kind's longest validity), in `zones` (the kind's). Where an issuer
    declares for somebody else it is approved at once, and the documents are the issuer's business.
    Raises DoesNotFitKind, with nothing written.
    """
    kind = kind or PermitKind.objects.get(number=SELF_DECLARED)
    start = (valid_from or now).replace(microsecond=0)
    end = (valid_until or longest_end(kind, start)).replace(microsecond=0)
    vouched = issuer is not None or bool(new_documents)
    _check(kind, declaration, start=start, end=end, has_documents=vouched)
    at_once = issuer is not None or not kind.needs_approval
    link = secrets.token_urlsafe(24)
    permit = Permit.objects.create(
        number=serials.new_number(),
        kind=kind,
        holder=_holder(declaration),
        state=PermitState.APPROVED if at_once else PermitState.PENDING,
        valid_from=start,
        valid_until=end,
        declared_at=now,
        link_digest=link_digest(link),
        **trip(declaration),
    )
    permit.zones.set(kind.zones.all() if zones is None else zones)
    _add_companions(permit, declaration)
    documents.add(permit, new_documents, now=now)
    if issuer:
        Approval.objects.create(permit=permit, issuer=issuer, state=permit.state, decided_at=now)
    events.tell([permit], PermitState(permit.state), now=now)
    return Declared(permit=permit, link=link)


@transaction.atomic
def correct(
    permit_id: int,
    declaration: Declaration,
    *,
    now: datetime,
    seen_version: int,
    new_documents: Sequence[NewDocument] = (),
    removed_documents: Iterable[int] = (),
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Permit:
    """The holder's correction, while nobody has decided: the permit is pending again.

    Its validity stays as it is but for what is given. Raises NotAllowedNow, ChangedMeanwhile or
    DoesNotFitKind, with nothing written.
    """
    permit = change(permit_id, PermitState.PENDING, issuer=None, now=now, seen_version=seen_version)
    start = (valid_from or permit.valid_from).replace(microsecond=0)
    end = (valid_until or permit.valid_until).replace(microsecond=0)
    removed = list(removed_documents)
    kept = permit.documents.exclude(id__in=removed).exists()
    has_documents = kept or bool(new_documents)
    _check(
        permit.kind,
        declaration,
        start=start,
        end=end,
        has_documents=has_documents,
        is_new=False,
    )
    documents.remove(permit, removed)
    documents.add(permit, new_documents, now=now)
    Permit.objects.filter(id=permit_id).update(
        holder=_holder(declaration), valid_from=start, valid_until=end, **trip(declaration)
    )
    permit.companions.all().delete()
    _add_companions(permit, declaration)
    return Permit.objects.get(id=permit_id)


def _check(
    kind: PermitKind,
    declaration: Declaration,
    *,
    start: datetime,
    end: datetime,
    has_documents: bool,
    is_new: bool = True,
) -> None:
    people: list[Declaration | CompanionDeclared] = [declaration, *declaration.companions]
    found = unmet(
        kind,
        demands.Declared(
            valid_from=start,
            valid_until=end,
            has_vehicle=bool(declaration.plate),
            has_documents=has_documents,
            doses=[person.doses for person in people],
            numbers=[person.personal_number for person in people],
        ),
        is_new=is_new,
    )
    if found:
        raise DoesNotFitKind(found)


def unmet(kind: PermitKind, declared: demands.Declared, *, is_new: bool = True) -> list[Unmet]:
    """What a declaration, or as much of it as there is, does not meet of a kind's demands.

    A kind that is not offered any more takes no new ones, but what waits can still be corrected.
    """
    asked = demands_of(kind)
    return demands.unmet(asked if is_new else replace(asked, is_offered=True), declared)


def longest_end(kind: PermitKind, start: datetime) -> datetime:
    """When a permit that begins then ends at the latest."""
    return start + timedelta(hours=kind.valid_hours)


def demands_of(kind: PermitKind) -> demands.Demands:
    """What a kind asks for, as the pure rules take it."""
    return demands.Demands(
        is_offered=kind.is_offered,
        valid_hours=kind.valid_hours,
        needs_vehicle=kind.needs_vehicle,
        needs_documents=kind.needs_documents,
        doses_needed=kind.doses_needed,
        most_companions=kind.most_companions,
    )


def trip(declaration: Declaration) -> dict[str, Any]:
    """What a permit keeps of the trip."""
    return {
        "origin": declaration.origin,
        "destination": declaration.destination,
        "purpose": declaration.purpose,
        "plate": normalise_plate(declaration.plate),
        "travel_at": declaration.travel_at,
        "direction": declaration.direction,
        "doses": declaration.doses,
    }


def _holder(declaration: Declaration) -> Holder:
    """The row of exactly these particulars, or a new one."""
    particulars = {
        "full_name": declaration.full_name,
        "birth_date": declaration.birth_date,
        "sex": declaration.sex,
    }
    known = Holder.objects.filter(
        number_digest__in=personal_data.digests(declaration.personal_number),
        phone_digest__in=personal_data.digests(declaration.phone),
        **particulars,
    ).first()
    return known or Holder.objects.create(
        **particulars,
        search_name=plain_name(declaration.full_name),
        **sealed_number(declaration.personal_number),
        phone_digest=personal_data.digest(declaration.phone),
        phone_sealed=personal_data.seal(declaration.phone),
    )


def sealed_number(number: str) -> dict[str, Any]:
    """A personal number as a person's row keeps it."""
    return {
        "number_digest": personal_data.digest(number),
        "number_sealed": personal_data.seal(number),
        "number_tail": number[-4:],
    }


def _add_companions(permit: Permit, declaration: Declaration) -> None:
    Companion.objects.bulk_create(
        Companion(
            permit=permit,
            full_name=companion.full_name,
            doses=companion.doses,
            **sealed_number(companion.personal_number),
        )
        for companion in declaration.companions
    )
