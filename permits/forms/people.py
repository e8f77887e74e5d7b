"""Who travels: the holder, and those who travel along."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permits.fields import NameField, PersonalNumberField, PhoneField
from permits.forms.spelling import DATE_FORMATS, attributes
from permits.models import PermitKind, Sex
from permits.people import number_fits_birth_date, number_fits_sex

EARLIEST_BIRTH_DATE = date(1900, 1, 1)
MOST_DOSES = 10


def name_field() -> NameField:
    """A person's name."""
    return NameField(
        label=_("Full name"),
        max_length=120,
        help_text=_("As it stands on the citizen card."),
        widget=forms.TextInput(attributes(autocomplete="off", autocapitalize="words")),
        error_messages={"required": _("Fill in the full name.")},
    )


def number_field() -> PersonalNumberField:
    """A person's number."""
    return PersonalNumberField(
        label=_("Personal number"),
        max_length=24,
        help_text=_("The 12 digits on the citizen card."),
        widget=forms.TextInput(attributes(autocomplete="off", inputmode="numeric")),
        error_messages={"required": _("Fill in the personal number.")},
    )


def birth_date_field() -> forms.DateField:
    """A birth date."""
    return forms.DateField(
        label=_("Birth date"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format=DATE_FORMATS[0]),
        error_messages={
            "required": _("Fill in the birth date."),
            "invalid": _("This is not a date. Write day/month/year, for example 31/12/1990."),
        },
    )


class DosesField(forms.IntegerField):
    """How often a person was vaccinated."""

    def __init__(self) -> None:
        not_so_many = _("Fill in a number from 0 to 10.")
        super().__init__(
            label=_("Vaccine doses"),
            min_value=0,
            max_value=MOST_DOSES,
            help_text=_("How many doses of a COVID-19 vaccine."),
            widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "required": _("Fill in how many doses. None is 0."),
                "invalid": not_so_many,
                "min_value": not_so_many,
                "max_value": not_so_many,
            },
        )


class PersonForm(forms.Form):
    """A person with the doses, where the kind asks for them."""

    def __init__(
        self, typed: Mapping[str, Any] | None, *, kind: PermitKind, now: datetime, **options: Any
    ) -> None:
        super().__init__(typed, **options)
        self.today = timezone.localdate(now)
        if kind.doses_needed:
            self.fields["doses"] = DosesField()


class YouForm(PersonForm):
    """The holder."""

    full_name = name_field()
    personal_number = number_field()
    birth_date = birth_date_field()
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

    def __init__(
        self, typed: Mapping[str, Any] | None, *, kind: PermitKind, now: datetime, **options: Any
    ) -> None:
        super().__init__(typed, kind=kind, now=now, **options)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        # The pickers of phones grey out what lies beyond these.
        self.fields["birth_date"].widget.attrs.update(
            min=EARLIEST_BIRTH_DATE.isoformat(), max=self.today.isoformat()
        )

    def clean_birth_date(self) -> date:
        birth_date: date = self.cleaned_data["birth_date"]
        if birth_date > self.today:
            raise ValidationError(_("The birth date lies in the future."), code="future")
        if birth_date < EARLIEST_BIRTH_DATE:
            raise ValidationError(_("The birth date lies before 1900."), code="past")
        return birth_date

    def clean(self) -> None:
        fault = _unfitting(self.cleaned_data)
        if fault:
            self.add_error("personal_number", ValidationError(fault, code="unfitting"))


class CompanionForm(PersonForm):
    """Somebody who travels along."""

    full_name = name_field()
    personal_number = number_field()


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
