"""The fields of a declaration: how each is read, and what is said of its faults."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from permits.people import is_personal_number, is_plate, normalise_plate

SEPARATORS = re.compile(r"[\s.\-()]")
VIETNAMESE_PHONE = re.compile(r"(?:\+840?|0)([1-9][0-9]{8,9})")


class LineField(forms.CharField):
    """One line of text. Accents come in one spelling, so that equal names compare equal."""

    default_error_messages = {
        "control": _("There are invisible control characters in this text. Type it again."),
    }

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        # Invisible marks come along when text is pasted; some turn the reading direction about.
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
        return " ".join(text.split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if any(unicodedata.category(c) == "Cc" for c in value):
            raise ValidationError(self.error_messages["control"], code="control")


class NameField(LineField):
    default_error_messages = {
        "no_name": _("This is not a name: it needs at least two characters, one of them a letter."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) < 2 or not any(c.isalpha() for c in value):
            raise ValidationError(self.error_messages["no_name"], code="no_name")


class NumberField(forms.CharField):
    """A number that a page may show as a mask: typed back, it stands for what is behind it."""

    masked: Mapping[str, str] = {}

    def to_python(self, value: Any) -> str:
        typed = (super().to_python(value) or "").strip()
        return SEPARATORS.sub("", self.masked.get(typed, typed))


class PersonalNumberField(NumberField):
    default_error_messages = {
        "digits": _("A personal number has 12 digits. This one has %(count)s."),
        "other": _("A personal number has 12 digits and nothing else."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        if is_personal_number(value) or value in self.empty_values:
            return
        if value.isascii() and value.isdigit():
            count = {"count": len(value)}
            raise ValidationError(self.error_messages["digits"], code="digits", params=count)
        raise ValidationError(self.error_messages["other"], code="other")


class PhoneField(NumberField):
    """Kept as it is dialled inside the country: 0912345678."""

    default_error_messages = {
        "phone": _("This is not a Vietnamese phone number. Example: 0912 345 678."),
    }

    def to_python(self, value: Any) -> str:
        digits = super().to_python(value)
        number = VIETNAMESE_PHONE.fullmatch(digits)
        return f"0{number[1]}" if number else digits

    def validate(self, value: str) -> None:
        super().validate(value)
        if value not in self.empty_values and not VIETNAMESE_PHONE.fullmatch(value):
            raise ValidationError(self.error_messages["phone"], code="phone")


class PlateField(forms.CharField):
    default_error_messages = {
        "plate": _("This is not a vehicle plate. Example: 29A-123.45. Leave it empty on foot."),
    }

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        plate = normalise_plate(typed)
        if typed and not is_plate(plate):
            raise ValidationError(self.error_messages["plate"], code="plate")
        return plate
