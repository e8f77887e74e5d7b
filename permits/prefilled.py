"""A draft that begins with what a permit says. Of its numbers the page shows masks alone."""

from permits.drafts import Typed
from permits.forms.spelling import picker_time
from permits.models import Permit
from permits.people import mask_number
from permits.steps import Step, lets_choose_validity


def for_renewal(permit: Permit) -> Typed:
    """The same people, trip and vehicle; when it is to be, is asked for anew."""
    typed = Typed(
        fields={
            "full_name": permit.holder.full_name,
            "birth_date": permit.holder.birth_date.isoformat(),
            "sex": permit.holder.sex,
            "doses": str(permit.doses),
            "origin": permit.origin,
            "destination": permit.destination,
            "purpose": permit.purpose,
            "direction": permit.direction,
            "plate": permit.plate,
        },
    )
    typed.fields["personal_number"] = _mask(typed, permit.holder.personal_number)
    typed.fields["phone"] = _mask(typed, permit.holder.phone)
    typed.companions = [
        {
            "full_name": companion.full_name,
            "personal_number": _mask(typed, companion.personal_number),
            "doses": str(companion.doses),
        }
        for companion in permit.companions.all()
    ]
    return typed


def for_correction(permit: Permit) -> Typed:
    """All that it says, and which version of it that is."""
    typed = for_renewal(permit)
    typed.fields["travel_at"] = picker_time(permit.travel_at)
    if lets_choose_validity(permit.kind):
        typed.fields["valid_from"] = picker_time(permit.valid_from)
        typed.fields["valid_until"] = picker_time(permit.valid_until)
    typed.valid_from = permit.valid_from.replace(second=0, microsecond=0)
    typed.sent = [step for step in Step if step is not Step.CHECK]
    typed.seen_version = permit.version
    return typed


def _mask(typed: Typed, number: str) -> str:
    """What a field shows of a number. Where two look alike, the second is to be typed anew."""
    mask = mask_number(number)
    if typed.masked.setdefault(mask, number) != number:
        return ""
    return mask
