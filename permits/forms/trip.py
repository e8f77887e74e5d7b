"""The trip, the time for which the permit is to be valid, and the vehicle."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from permits import steps
from permits.fields import LineField, PlateField
from permits.forms.spelling import TIME_FORMATS, attributes, picker_time
from permits.labels import hours_or_days
from permits.models import PermitKind
from permits.models.permits import DIRECTIONS


class MomentField(forms.DateTimeField):
    """A day and a time of day, to the minute."""

    default_error_messages = {
        "invalid": _("This is not a time. Write day/month/year hour:minute."),
    }

    def __init__(self, **options: Any) -> None:
        picker = forms.DateTimeInput({"type": "datetime-local"}, format=TIME_FORMATS[0])
        super().__init__(input_formats=TIME_FORMATS, widget=picker, **options)


class TripForm(forms.Form):
    """From where to where, why, when, in which direction; and from when until when it counts."""

    origin = LineField(
        label=_("From"),
        max_length=160,
        help_text=_("Ward, district, province. Example: Tràng Tiền, Hoàn Kiếm, Hà Nội."),
        widget=forms.TextInput(attributes(autocapitalize="words")),
        error_messages={"required": _("Fill in where the trip begins.")},
    )
    destination = LineField(
        label=_("To"),
        max_length=160,
        help_text=_("Ward, district, province. Example: Phú Minh, Phú Xuyên, Hà Nội."),
        widget=forms.TextInput(attributes(autocapitalize="words")),
        error_messages={"required": _("Fill in where the trip ends.")},
    )
    purpose = LineField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("Example: going to work, going to hospital."),
        widget=forms.TextInput(attributes(autocapitalize="sentences")),
        error_messages={"required": _("Fill in the purpose of the trip.")},
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[
            ("", _("There and back")),
            *((code, _name) for code, _name in DIRECTIONS if code),
        ],
        required=False,
        help_text=_("Into the city, out of it, or both."),
        error_messages={"invalid_choice": _("Choose one of the three.")},
    )
    travel_at = MomentField(
        label=_("Time of travel"),
        error_messages={"required": _("Fill in the time of travel.")},
    )

    def __init__(
        self,
        typed: Mapping[str, Any] | None,
        *,
        kind: PermitKind,
        now: datetime,
        valid_from: datetime | None = None,
        **options: Any,
    ) -> None:
        super().__init__(typed, **options)
        self.kind = kind
        # A minute is all that the field can hold, so the bounds are whole minutes too.
        self.earliest = now.replace(second=0, microsecond=0) + steps.EARLIEST_TRAVEL
        if valid_from:  # a correction: what was right when it was declared is still right
            self.earliest = min(self.earliest, valid_from)
        self.latest = now + steps.latest_travel(kind)
        self.initial.setdefault("travel_at", now)
        self.fields["travel_at"].help_text = _("At most %(time)s from now.") % {
            "time": hours_or_days(int(steps.latest_travel(kind).total_seconds() // 3600))
        }
        bounded = ["travel_at"]
        if steps.lets_choose_validity(kind):
            self._add_validity()
            bounded += ["valid_from", "valid_until"]
        for name in bounded:
            self.fields[name].widget.attrs["min"] = picker_time(self.earliest)
        for name in bounded[:2]:
            self.fields[name].widget.attrs["max"] = picker_time(self.latest)

    def _add_validity(self) -> None:
        longest = hours_or_days(self.kind.valid_hours)
        self.fields["valid_from"] = MomentField(
            label=_("Valid from"),
            required=False,
            help_text=_("Leave it empty for: from now on."),
        )
        self.fields["valid_until"] = MomentField(
            label=_("Valid until"),
            required=False,
            help_text=_("At most %(time)s later. Leave it empty for the longest time.")
            % {"time": longest},
        )

    def clean_travel_at(self) -> datetime:
        travel_at: datetime = self.cleaned_data["travel_at"]
        if travel_at > self.latest:
            text = _("The trip lies more than %(time)s ahead.") % {
                "time": hours_or_days(int(steps.latest_travel(self.kind).total_seconds() // 3600))
            }
            raise ValidationError(text, code="future")
        if travel_at < self.earliest:
            raise ValidationError(_("The trip lies more than 24 hours back."), code="past")
        return travel_at

    def clean_valid_from(self) -> datetime | None:
        start: datetime | None = self.cleaned_data["valid_from"]
        if start and start > self.latest:
            text = _("This lies more than 30 days ahead.")
            raise ValidationError(text, code="future")
        if start and start < self.earliest:
            raise ValidationError(_("This lies more than 24 hours back."), code="past")
        return start

    def clean(self) -> None:
        travel_at, start, end = (
            self.cleaned_data.get(name) for name in ("travel_at", "valid_from", "valid_until")
        )
        if travel_at and start and travel_at < start:
            text = _("The trip lies before the permit is to be valid.")
            self.add_error("travel_at", ValidationError(text, code="before"))
        if travel_at and end and travel_at > end:
            text = _("The trip lies after the permit is to be valid.")
            self.add_error("travel_at", ValidationError(text, code="after"))


class PapersForm(forms.Form):
    """The vehicle. The documents are files, and kept as they come (views/papers.py)."""

    plate = PlateField(
        label=_("Plate"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attributes(autocomplete="off", autocapitalize="characters")),
    )

    def __init__(
        self, typed: Mapping[str, Any] | None, *, kind: PermitKind, **options: Any
    ) -> None:
        super().__init__(typed, **options)
        self.fields["plate"].help_text = (
            _("Example: 29A-123.45.")
            if kind.needs_vehicle
            else _("Example: 29A-123.45. Leave it empty on foot or as a passenger.")
        )
