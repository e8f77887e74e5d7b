"""What an officer fills in for a driver: the self-declared kind, on one page, for a trip now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property

from permits.forms.people import YouForm
from permits.forms.trip import PapersForm, TripForm
from permits.models import PermitKind
from permits.services import Declaration
from permits.services.declaring import SELF_DECLARED

TRIP_FIELDS = ("origin", "destination", "purpose")


class DriversDeclarationForm(YouForm):
    """The citizen's own fields, with what nobody has to ask at a barrier left out."""

    def __init__(self, typed: Mapping[str, Any] | None = None, *, now: datetime) -> None:
        kind = PermitKind.objects.get(number=SELF_DECLARED)
        super().__init__(typed, kind=kind, now=now, prefix=None)
        self.now = now
        self.fields["phone"].required = False  # who has no code may have no phone
        trip = TripForm(None, kind=kind, now=now)
        for name in TRIP_FIELDS:
            self.fields[name] = trip.fields[name]
        self.fields["plate"] = PapersForm(None, kind=kind).fields["plate"]
        for name, field in self.fields.items():
            field.widget.attrs.update(id=f"declare-{name}", autocomplete="off")
        self.fields["purpose"].widget.attrs["list"] = "purposes"

    @cached_property
    def declaration(self) -> Declaration:
        """Of a valid form."""
        cleaned = self.cleaned_data
        return Declaration(
            **{name: cleaned[name] for name in ("full_name", "personal_number", "birth_date")},
            **{name: cleaned[name] for name in ("sex", "phone", "plate", *TRIP_FIELDS)},
            travel_at=self.now,
            doses=cleaned.get("doses", 0),
        )
