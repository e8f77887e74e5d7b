"""What a holder fills in who has lost the private link."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from permits import serials
from permits.forms.people import birth_date_field, number_field
from permits.forms.spelling import attributes


class SerialField(forms.CharField):
    """A permit's serial, in any spelling; its value is the permit's number."""

    default_error_messages = {
        "serial": _("This is not a serial: it has ten letters and digits. Check each of them."),
    }

    def clean(self, value: Any) -> int:
        typed = super().clean(value)
        try:
            return serials.parse_serial(typed)
        except serials.BadSerial:
            raise ValidationError(self.error_messages["serial"], code="serial") from None


class FindForm(forms.Form):
    """Serial, personal number and birth date: all three have to fit."""

    serial = SerialField(
        label=_("Serial"),
        max_length=20,
        help_text=_("The ten letters and digits below the code, for example 0A1B2-C3D4E."),
        widget=forms.TextInput(attributes(autocomplete="off", autocapitalize="characters")),
        error_messages={"required": _("Fill in the serial.")},
    )
    personal_number = number_field()
    birth_date = birth_date_field()
