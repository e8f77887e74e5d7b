"""Reads of permits. What a batch of checks needs is read in scans/evidence.py."""

from permits import keys, token
from permits.models import Permit
from permits.services import link_digest
from permits.token import Token


def permit_of_link(link: str) -> Permit | None:
    """The permit of a private link, with its holder and kind."""
    found = Permit.objects.select_related("holder", "kind")
    return found.filter(link_digest=link_digest(link)).first()


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
