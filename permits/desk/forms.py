"""What an issuer fills in."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits import labels
from permits.fields import PersonalNumberField, PlateField
from permits.models import WATCHLIST_LEVELS, Permit, PermitKind, Zone
from permits.models.permits import DIRECTIONS
from permits.verdict import PermitState

LONGEST_NOTE = 500
STATES = [(state.value, labels.STATES[state]) for state in PermitState]
PICKER = "%Y-%m-%dT%H:%M"
TIME_FORMATS = [PICKER, "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"]


class QueueForm(forms.Form):
    """The filters of the queue, as they stand in the address: nothing in them is about a person."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ModelChoiceField(
        PermitKind.objects.all(),
        label=_("Kind"),
        to_field_name="number",
        required=False,
        empty_label=_("All kinds"),
    )
    declared_from = forms.DateField(
        label=_("Declared from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    declared_until = forms.DateField(
        label=_("Declared until"), required=False, widget=forms.DateInput({"type": "date"})
    )
    with_hits = forms.BooleanField(label=_("With watchlist hits only"), required=False)


class NoteField(forms.CharField):
    """A text that the citizen reads."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=LONGEST_NOTE,
            widget=forms.Textarea({"rows": 3}),
            error_messages={
                "required": _("Say why. The citizen reads it."),
                "max_length": _("At most 500 characters."),
            },
            **options,
        )


class ApproveForm(forms.Form):
    """The terms under which an application is approved."""

    zones = forms.ModelMultipleChoiceField(
        Zone.objects.all(),
        label=_("Zones"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: everywhere."),
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS, required=False)
    valid_until = forms.DateTimeField(
        label=_("Valid until"),
        input_formats=TIME_FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=PICKER),
        error_messages={"invalid": _("This is not a time. Write day/month/year hour:minute.")},
    )
    note = forms.CharField(
        label=_("Note (optional)"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, typed: Any = None, *, permit: Permit) -> None:
        super().__init__(
            typed,
            initial={
                "zones": permit.zones.all(),
                "direction": permit.direction,
                "valid_until": permit.valid_until,
            },
            prefix="approve",
        )
        self.permit = permit

    def clean_valid_until(self) -> datetime:
        """The picker knows whole minutes: left alone, the end stays as it was to the second."""
        typed: datetime = self.cleaned_data["valid_until"]
        kept = self.permit.valid_until
        return kept if typed == kept.replace(second=0, microsecond=0) else typed


class ReasonForm(forms.Form):
    """Why an application is rejected, a permit revoked, or what more is asked for."""

    note = NoteField(label=_("Reason"))

    def __init__(self, typed: Any = None, *, act: str) -> None:
        super().__init__(typed, prefix=act)


class WatchlistForm(forms.Form):
    """An entry of the watchlist. Of a kept one the number is not shown again, and stays."""

    personal_number = PersonalNumberField(
        label=_("Personal number"),
        required=False,
        max_length=24,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
    plate = PlateField(
        label=_("Plate"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    level = forms.ChoiceField(label=_("Level"), choices=WATCHLIST_LEVELS)
    active_from = forms.DateTimeField(
        label=_("From"),
        input_formats=TIME_FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=PICKER),
    )
    active_until = forms.DateTimeField(
        label=_("Until (optional)"),
        required=False,
        input_formats=TIME_FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=PICKER),
    )
    note = forms.CharField(label=_("Note (optional)"), max_length=200, required=False)
    source = forms.CharField(
        label=_("Source (optional)"),
        max_length=80,
        required=False,
        help_text=_("Who reported it: an office, a list, a letter's number."),
    )

    def __init__(self, typed: Any = None, *, initial: dict[str, Any], is_new: bool) -> None:
        super().__init__(typed, initial=initial)
        self.is_new = is_new
        if not is_new:
            for name in ("personal_number", "plate", "active_from"):
                del self.fields[name]

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if self.is_new and not self.errors and not (cleaned["personal_number"] or cleaned["plate"]):
            raise ValidationError(_("Give a personal number, a plate, or both."))
        start = cleaned.get("active_from") or self.initial.get("active_from")
        end = cleaned.get("active_until")
        if start and end and end <= start:
            self.add_error("active_until", _("The end lies before the beginning."))


def picker_time(moment: datetime) -> str:
    """As a picker of times takes it."""
    return timezone.localtime(moment).strftime(PICKER)
