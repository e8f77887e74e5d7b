"""Answers of the use case as messages."""

from permits.people import mask_number
from permits.serials import format_serial
from scans.check import Checked, Subject
from scans.protocol import Companion, KindName, VerdictMessage
from scans.protocol import Subject as SubjectMessage
from scans.times import to_milliseconds


def verdict_message(checked: Checked) -> VerdictMessage:
    """What goes out to a page or an API client: the whole number of a person never does."""
    return VerdictMessage(
        scan_id=checked.scan_id,
        outcome=checked.outcome,
        reasons=checked.reasons,
        hits=checked.hits,
        payload_kind=checked.payload_kind,
        subject=_subject(checked.subject) if checked.subject else None,
        captured_at=to_milliseconds(checked.captured_at),
        elapsed_ms=checked.elapsed_ms,
    )


def _subject(subject: Subject) -> SubjectMessage:
    number, permit = mask_number(subject.number_tail), subject.permit
    if permit is None:
        return SubjectMessage(subject.full_name, number, subject.birth_year)
    return SubjectMessage(
        name=subject.full_name,
        number=number,
        birth_year=subject.birth_year,
        plate=permit.plate,
        origin=permit.origin,
        destination=permit.destination,
        serial=format_serial(permit.number),
        kind=KindName(permit.kind_vi, permit.kind_en),
        valid_from=to_milliseconds(permit.valid_from),
        valid_until=to_milliseconds(permit.valid_until),
        companions=tuple(
            Companion(companion.full_name, mask_number(companion.number_tail))
            for companion in subject.companions
        ),
        of_permits=subject.of_permits,
    )
