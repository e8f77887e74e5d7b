"""Reads of permits. What a batch of checks needs is read in scans/evidence.py."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from permits import found_links, keys, personal_data, token
from permits.models import Approval, Companion, Permit, PermitKind, WatchlistEntry
from permits.models.permits import EVERY_DAY
from permits.printing import PrintedPermit
from permits.services.declaring import link_digest
from permits.token import Token
from permits.verdict import PermitState

READ_AT_ONCE = 500


def permit_of_link(link: str, *, now: datetime | None = None) -> Permit | None:
    """The permit of a private link, with its holder and kind.

    Of either kind: the one that was given with the permit, or a short-lived one that was given to
    who found it again (found_links.py).
    """
    permits = Permit.objects.select_related("holder", "kind")
    found = found_links.read(link, now=now or timezone.now())
    if found:
        return permits.filter(id=found.permit_id).first()
    return permits.filter(link_digest=link_digest(link)).first()


def permit_of_particulars(number: int, *, personal_number: str, birth_date: date) -> Permit | None:
    """The permit of this number, if its holder is this person.

    One question to the database whatever is wrong, so that the time it takes tells nothing.
    """
    return Permit.objects.filter(
        number=number,
        holder__number_digest__in=personal_data.digests(personal_number),
        holder__birth_date=birth_date,
    ).first()


def kinds_for_citizens() -> QuerySet[PermitKind]:
    """The kinds that citizens may choose, what is valid at once first."""
    offered = PermitKind.objects.filter(is_public=True, is_offered=True)
    return offered.prefetch_related("zones").order_by("needs_approval", "number")


def asked_of(permit: Permit) -> Approval | None:
    """What the authority asked for last, as long as the holder has not answered."""
    if permit.state != PermitState.ASKED:
        return None
    return permit.approvals.filter(state=PermitState.ASKED.value).last()


def permits_of_person(number: str) -> QuerySet[Permit]:
    """The permits that a person holds or travels on, the latest first."""
    known_as = personal_data.digests(number)
    along = Companion.objects.filter(number_digest__in=known_as).values("permit_id")
    found = Permit.objects.filter(Q(holder__number_digest__in=known_as) | Q(id__in=along))
    return found.select_related("holder", "kind").order_by("-declared_at")


def watchlist_hits(permit: Permit, *, now: datetime) -> QuerySet[WatchlistEntry]:
    """The entries that count now for anyone or anything that travels on a permit."""
    names = Q(number_digest__in=digests_on(permit))
    if permit.plate:
        names |= Q(plate=permit.plate)
    return WatchlistEntry.objects.filter(names, counts(now)).order_by("id")


def counts(now: datetime) -> Q:
    """The watchlist's entries that count at a moment."""
    return Q(active_from__lte=now) & (Q(active_until__isnull=True) | Q(active_until__gt=now))


def digests_on(permit: Permit) -> list[str]:
    """What the numbers of everyone who travels on a permit may be kept under."""
    return [
        digest
        for person in (permit.holder, *permit.companions.all())
        for digest in personal_data.digests_of_kept(person.number_digest, person.number_sealed)
    ]


def sample_of_valid(count: int, *, now: datetime) -> Iterator[Permit]:
    """So many approved permits that are valid now, from all over the table; or all, if fewer."""
    valid = Permit.objects.filter(
        state=PermitState.APPROVED.value, valid_from__lte=now, valid_until__gte=now
    )
    ids = list(valid.order_by("id").values_list("id", flat=True))
    taken = min(count, len(ids))
    picked = [ids[index * len(ids) // taken] for index in range(taken)]
    for start in range(0, taken, READ_AT_ONCE):
        some = Permit.objects.filter(id__in=picked[start : start + READ_AT_ONCE])
        yield from some.select_related("holder", "kind").order_by("id")


def travel_code(permit: Permit) -> str:
    """The text that a permit's QR holds, signed with the present key."""
    own = keys.load()
    content = Token(
        number=permit.number,
        kind=permit.kind.number,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        number_digest=token.digest(permit.holder.personal_number, own.digest_key),
        plate_digest=token.digest(permit.plate, own.digest_key),
    )
    return token.sign(content, own.signing)


def code_stands(code: str) -> bool:
    """Whether a travel code is ours and its permit approved, expired or not."""
    found = token.verify(code, keys.load().verifying)
    if not isinstance(found, Token):
        return False
    return Permit.objects.filter(number=found.number, state=PermitState.APPROVED.value).exists()


def printed_permit(permit: Permit) -> PrintedPermit:
    """What goes on paper of a permit, in the active language."""
    kind, reader = permit.kind, get_language()
    hours = (kind.hours_from, kind.hours_until) if kind.hours_from and kind.hours_until else None
    days = [day for day in range(7) if kind.weekdays >> day & 1]
    return PrintedPermit(
        code=travel_code(permit),
        serial=permit.serial,
        full_name=permit.holder.full_name,
        kind_name=kind.name_en if reader == "en" else kind.name_vi,
        kind_name_vi=kind.name_vi,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        origin=permit.origin,
        destination=permit.destination,
        plate=permit.plate,
        direction=permit.direction,
        hours=hours,
        days=() if kind.weekdays == EVERY_DAY else tuple(days),
        zones=tuple(str(zone) for zone in permit.zones.all()),
        one_trip=kind.one_trip,
        companions=tuple(one.full_name for one in permit.companions.all()),
    )


def printed_permits(permits: QuerySet[Permit]) -> Iterator[PrintedPermit]:
    """Of many permits, some hundreds in memory at a time. For `printing.cards`."""
    found = permits.select_related("holder", "kind").prefetch_related("zones", "companions")
    yield from map(printed_permit, found.iterator(chunk_size=READ_AT_ONCE))
