"""What a citizen fills in."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permits.fields import LineField, NameField, PersonalNumberField, PhoneField, PlateField
from permits.models import Sex
from permits.people import number_fits_birth_date, number_fits_sex
from permits.services import Declaration

EARLIEST_BIRTH_DATE = date(1900, 1, 1)
EARLIEST_TRAVEL = timedelta(hours=-24)
LATEST_TRAVEL = timedelta(hours=72)

# Browsers with a date picker send the first; the others are what people type where there is none.
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"]


def _attributes(**attributes: str) -> dict[str, str]:
    """Attributes that help a phone's keyboard. Declarations are nothing to be spell-checked."""
    return {"spellcheck": "false", **attributes}


class DeclarationForm(forms.Form):
    """A declaration as typed. Only `declaration()` is passed on."""

    full_name = NameField(
        label=_("Full name"),
        max_length=120,
        help_text=_("As it stands on the citizen card."),
        widget=forms.TextInput(_attributes(autocomplete="name", autocapitalize="words")),
        error_messages={"required": _("Fill in the full name.")},
    )
    personal_number = PersonalNumberField(
        label=_("Personal number"),
        max_length=24,
        help_text=_("The 12 digits on the citizen card."),
        widget=forms.TextInput(_attributes(autocomplete="off", inputmode="numeric")),
        error_messages={"required": _("Fill in the personal number.")},
    )
    birth_date = forms.DateField(
        label=_("Birth date"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format=DATE_FORMATS[0]),
        error_messages={
            "required": _("Fill in the birth date."),
            "invalid": _("This is not a date. Write day/month/year, for example 31/12/1990."),
        },
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("Choose")), *Sex.choices],
        widget=forms.Select({"autocomplete": "sex"}),
        error_messages={
            "required": _("Choose the sex."),
            "invalid_choice": _("Choose one of the two."),
        },
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=24,
        help_text=_("Example: 0912 345 678."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Fill in the phone number.")},
    )
    origin = LineField(
        label=_("From"),
        max_length=160,
        help_text=_("Ward, district, province. Example: Tràng Tiền, Hoàn Kiếm, Hà Nội."),
        widget=forms.TextInput(_attributes(autocapitalize="words")),
        error_messages={"required": _("Fill in where the trip begins.")},
    )
    destination = LineField(
        label=_("To"),
        max_length=160,
        help_text=_("Ward, district, province. Example: Phú Minh, Phú Xuyên, Hà Nội."),
        widget=forms.TextInput(_attributes(autocapitalize="words")),
        error_messages={"required": _("Fill in where the trip ends.")},
    )
    purpose = LineField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("Example: going to work, going to hospital."),
        widget=forms.TextInput(_attributes(autocapitalize="sentences")),
        error_messages={"required": _("Fill in the purpose of the trip.")},
    )
    travel_at = forms.DateTimeField(
        label=_("Time of travel"),
        input_formats=TIME_FORMATS,
        help_text=_("At most 72 hours from now."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=TIME_FORMATS[0]),
        error_messages={
            "required": _("Fill in the time of travel."),
            "invalid": _("This is not a time. Write day/month/year hour:minute."),
        },
    )
    plate = PlateField(
        label=_("Plate"),
        required=False,
        max_length=20,
        help_text=_("Example: 29A-123.45. Leave it empty on foot or as a passenger."),
        widget=forms.TextInput(_attributes(autocomplete="off", autocapitalize="characters")),
    )

    def __init__(self, typed: Mapping[str, Any] | None = None, *, now: datetime) -> None:
        super().__init__(typed)
        # A minute is all that the field can hold, so the bounds are whole minutes too.
        self.now = now
        self.earliest_travel = now.replace(second=0, microsecond=0) + EARLIEST_TRAVEL
        self.latest_travel = now + LATEST_TRAVEL
        self.today = timezone.localdate(now)
        self.initial["travel_at"] = now
        # The pickers of phones grey out what lies beyond these.
        self.fields["birth_date"].widget.attrs.update(
            min=EARLIEST_BIRTH_DATE.isoformat(), max=self.today.isoformat()
        )
        self.fields["travel_at"].widget.attrs.update(
            min=_picker_time(self.earliest_travel), max=_picker_time(self.latest_travel)
        )

    def clean_birth_date(self) -> date:
        birth_date: date = self.cleaned_data["birth_date"]
        if birth_date > self.today:
            raise ValidationError(_("The birth date lies in the future."), code="future")
        if birth_date < EARLIEST_BIRTH_DATE:
            raise ValidationError(_("The birth date lies before 1900."), code="past")
        return birth_date

    def clean_travel_at(self) -> datetime:
        travel_at: datetime = self.cleaned_data["travel_at"]
        if travel_at > self.latest_travel:
            raise ValidationError(_("The trip lies more than 72 hours ahead."), code="future")
        if travel_at < self.earliest_travel:
            raise ValidationError(_("The trip lies more than 24 hours back."), code="past")
        return travel_at

    def clean(self) -> None:
        fault = _unfitting(self.cleaned_data)
        if fault:
            self.add_error("personal_number", ValidationError(fault, code="unfitting"))

    def declaration(self) -> Declaration:
        """What was declared, once the form is valid."""
        return Declaration(**self.cleaned_data)


def _picker_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(TIME_FORMATS[0])


def _unfitting(cleaned: Mapping[str, Any]) -> str:
    """Which of birth date and sex the personal number contradicts, as far as they are known."""
    number, birth_date, sex = (cleaned.get(n) for n in ("personal_number", "birth_date", "sex"))
    if not number:
        return ""
    wrong_date = birth_date is not None and not number_fits_birth_date(number, birth_date)
    wrong_sex = bool(sex) and not number_fits_sex(number, str(sex))
    if wrong_date and wrong_sex:
        return gettext("The number fits neither the birth date nor the sex. Check all three.")
    if wrong_date:
        return gettext("The number does not fit the birth date. Check both.")
    if wrong_sex:
        return gettext("The number does not fit the sex. Check both.")
    return ""
