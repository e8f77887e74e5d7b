"""Reads of permits. What a batch of checks needs is read in scans/evidence.py."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import get_language

from permits import keys, token
from permits.models import Permit
from permits.printing import PrintedPermit
from permits.services import link_digest
from permits.token import Token
from permits.verdict import PermitState

READ_AT_ONCE = 500


def permit_of_link(link: str) -> Permit | None:
    """The permit of a private link, with its holder and kind."""
    found = Permit.objects.select_related("holder", "kind")
    return found.filter(link_digest=link_digest(link)).first()


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


def printed_permit(permit: Permit) -> PrintedPermit:
    """What goes on paper of a permit, its kind also in the active language."""
    kind = permit.kind
    hours = kind.hours_from and kind.hours_until and (kind.hours_from, kind.hours_until)
    return PrintedPermit(
        code=travel_code(permit),
        serial=permit.serial,
        full_name=permit.holder.full_name,
        kind_name=kind.name_vi if get_language() == "vi" else kind.name_en,
        kind_name_vi=kind.name_vi,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        origin=permit.origin,
        destination=permit.destination,
        plate=permit.plate,
        hours=hours or None,
        one_trip=kind.one_trip,
    )
