"""A row of the access log in words: what was looked for, and what for."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.people import mask_number
from permits.personal_data import CannotUnseal
from scans import look_ups
from scans.models import Checkpoint, LookUp, LookUpPurpose

UNREADABLE = gettext_lazy("Sealed under a key that is no longer there")


@dataclass(frozen=True)
class Said:
    """`more` is the purpose as it was typed. What is sealed under a lost key has none of it."""

    whom: str = ""
    purpose: str = ""
    more: str = ""
    is_unreadable: bool = False


def of(look_up: LookUp) -> Said:
    """Unseals it."""
    try:
        code, _separator, more = look_ups.purpose_of(look_up).partition("\n")
        whom = _whom(look_up)
    except CannotUnseal:
        return Said(is_unreadable=True)
    return Said(whom, str(dict(LookUpPurpose.choices).get(code, code)), more)


def _whom(look_up: LookUp) -> str:
    """What was asked, in words; of a number its last four digits."""
    query = look_ups.query_of(look_up)
    place = Checkpoint.objects.filter(pk=query.checkpoint).first() if query.checkpoint else None
    parts = [
        mask_number(query.number),
        *(query.plate, query.serial, query.name),
        f"{_('Scan')} {query.scan}" if query.scan else "",
        f"{_('Still')} {query.still}" if query.still else "",
        str(place or ""),
        f"± {query.minutes} min" if query.minutes else "",
    ]
    return " · ".join(part for part in parts if part)
