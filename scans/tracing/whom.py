"""Whom a query means: the permits of a person or a vehicle, and the digests without a permit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q

from permits import personal_data
from permits.models import Companion, Permit
from permits.people import plain_name
from permits.serials import parse_serial
from scans import kept_digests
from scans.models import Scan
from scans.tracing.days import of_scan
from scans.tracing.query import Query

MOST_PERMITS = 200  # of one name: who is meant must be said more exactly


class How(StrEnum):
    """In what way a person or a vehicle was there."""

    HOLDER = "holder"
    COMPANION = "companion"
    CARD = "card"  # a card or number, and no permit
    VEHICLE = "vehicle"  # on a permit that names the vehicle
    PLATE = "plate"  # the plate was typed
    SAME_CODE = "same_code"  # another scan of what was held up then


@dataclass
class Whom:
    """Permits, each with how they are the person's or the vehicle's, and digests.

    `is_cut`: there are more permits of this name than are looked at.
    """

    permits: dict[int, How] = field(default_factory=dict)
    subjects: list[bytes] = field(default_factory=list)
    plates: list[bytes] = field(default_factory=list)
    scan: Scan | None = None
    is_cut: bool = False

    def how(self, scan: Scan) -> How:
        """In what way it is theirs."""
        if scan.permit_id in self.permits:
            return self.permits[scan.permit_id]
        if scan.subject_digest and bytes(scan.subject_digest) in self.subjects:
            return How.CARD
        if scan.plate_digest and bytes(scan.plate_digest) in self.plates:
            return How.PLATE
        return How.SAME_CODE


def whom(query: Query) -> Whom:
    """Everything that the database knows them by."""
    if query.number:
        return _of_number(query.number)
    if query.plate:
        permits = Permit.objects.filter(plate=query.plate).values_list("id", flat=True)
        known = dict.fromkeys(permits, How.VEHICLE)
        return Whom(known, plates=[kept_digests.of_plate(query.plate)])
    if query.serial:
        numbered = Permit.objects.filter(number=parse_serial(query.serial))
        return Whom(dict.fromkeys(numbered.values_list("id", flat=True), How.HOLDER))
    if query.name:
        return _of_name(query.name)
    return _of_scan(query)


def _of_number(number: str) -> Whom:
    known_as = personal_data.digests(number)
    along = Companion.objects.filter(number_digest__in=known_as).values_list("permit_id", flat=True)
    held = Permit.objects.filter(holder__number_digest__in=known_as).values_list("id", flat=True)
    permits = dict.fromkeys(along, How.COMPANION) | dict.fromkeys(held, How.HOLDER)
    return Whom(permits, subjects=[kept_digests.of_number(number)])


def _of_name(name: str) -> Whom:
    held = Permit.objects.filter(holder__search_name__contains=plain_name(name))
    ids = list(held.order_by("-id").values_list("id", flat=True)[: MOST_PERMITS + 1])
    return Whom(dict.fromkeys(ids[:MOST_PERMITS], How.HOLDER), is_cut=len(ids) > MOST_PERMITS)


def _of_scan(query: Query) -> Whom:
    """The person of a scan, on all of their permits; else its card, its plate, or it alone."""
    scan = of_scan(query.scan) if query.scan else None
    if scan is None:
        return Whom()
    if scan.permit_id:
        number = number_of_permit(scan.permit_id)
        found = _of_number(number) if number else Whom()
        found.permits.setdefault(scan.permit_id, How.HOLDER)
    else:
        found = Whom(subjects=_present(scan.subject_digest))
    if not found.permits and not found.subjects:
        found.plates = _present(scan.plate_digest)
    found.scan = scan
    return found


def number_of_permit(permit_id: int) -> str:
    """The holder's whole number; empty where it cannot be unsealed, or the permit is gone."""
    permit = Permit.objects.select_related("holder").filter(pk=permit_id).first()
    try:
        return permit.holder.personal_number if permit else ""
    except personal_data.CannotUnseal:
        return ""


def about(query: Query) -> str:
    """Whom a look-up is about, in hexadecimal: the same for one person, however they are named."""
    if query.number:
        return kept_digests.of_number(query.number).hex()
    if query.plate:
        return kept_digests.of_plate(query.plate).hex()
    if query.serial:
        ids = Permit.objects.filter(number=parse_serial(query.serial)).values_list("id", flat=True)
        number = number_of_permit(ids[0]) if ids else ""
        return _or_other(number, "serial", query.serial)
    if query.name:
        return kept_digests.of_other("name", query.name).hex()
    return _about_scan(query)


def _about_scan(query: Query) -> str:
    if query.still:
        return kept_digests.of_other("still", str(query.still)).hex()
    scan = of_scan(query.scan) if query.scan else None
    if scan is None:
        return ""
    for kept in (scan.subject_digest, None if scan.permit_id else scan.plate_digest):
        if kept:
            return bytes(kept).hex()
    if not scan.permit_id:
        return ""  # nobody in particular
    return _or_other(number_of_permit(scan.permit_id), "scan", str(scan.scan_id))


def _or_other(number: str, what: str, text: str) -> str:
    digest = kept_digests.of_number(number) if number else kept_digests.of_other(what, text)
    return digest.hex()


def _present(digest: bytes | memoryview | None) -> list[bytes]:
    return [bytes(digest)] if digest else []


def own(scans: Sequence[Scan], found: Whom) -> Q:
    """Scans of the person themselves, to leave them out."""
    mine = Q(permit__in=list(found.permits)) | Q(pk__in=[scan.pk for scan in scans])
    if found.subjects:
        mine |= Q(subject_digest__in=found.subjects)
    return mine | Q(plate_digest__in=found.plates) if found.plates else mine
