"""The forms of the admin, where a field needs more than its model asks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from permits.models import WatchlistEntry
from permits.people import is_personal_number, normalise_plate


class WatchlistEntryForm(forms.ModelForm):
    """An entry in the spelling in which checks look for it: any other would never match."""

    class Meta:
        model = WatchlistEntry
        fields = [
            "personal_number",
            "plate",
            "level",
            "active_from",
            "active_until",
            "note",
            "source",
        ]

    def clean_plate(self) -> str:
        return normalise_plate(self.cleaned_data["plate"])

    def clean_personal_number(self) -> str:
        number = self.cleaned_data["personal_number"].replace(" ", "")
        if number and not is_personal_number(number):
            raise ValidationError(_("A personal number has 12 digits and nothing else."))
        return str(number)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("active_from"), cleaned.get("active_until")
        if start and end and end <= start:
            self.add_error("active_until", _("The end lies before the beginning."))
        return cleaned
