"""The forms of the admin, where a field needs more than its model asks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from permits import labels, personal_data
from permits.models import PermitKind, PolicyRow, WatchlistEntry
from permits.models.policy import OUTCOMES
from permits.people import is_personal_number, normalise_plate
from permits.verdict import EDITABLE_REASONS, Outcome, Policy, Reason

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days as boxes to tick, kept as a bit each, Monday the lowest."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=WEEKDAYS, coerce=int, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return [day for day, _name in WEEKDAYS if value >> day & 1]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> int:
        return sum(1 << day for day in super().clean(value))


class KindForm(forms.ModelForm):
    """A kind of permit."""

    weekdays = WeekdaysField(label=_("days of the week"))

    class Meta:
        model = PermitKind
        fields = [
            "number",
            "name_vi",
            "name_en",
            "is_offered",
            "is_public",
            "needs_approval",
            "valid_hours",
            "one_trip",
            "weekdays",
            "hours_from",
            "hours_until",
            "zones",
            "needs_vehicle",
            "needs_documents",
            "doses_needed",
            "most_companions",
        ]


def _reason_field(reason: Reason) -> forms.ChoiceField:
    """None of its choices lets pass by itself."""
    return forms.ChoiceField(label=labels.REASONS[reason], choices=OUTCOMES[1:])


EDITABLE = [reason for reason in Reason if reason in EDITABLE_REASONS]
_ReasonFields: Any = type(
    "ReasonFields", (forms.Form,), {reason.value: _reason_field(reason) for reason in EDITABLE}
)


class PolicyForm(forms.ModelForm, _ReasonFields):
    """The policy, with a choice for each reason that it may set."""

    class Meta:
        model = PolicyRow
        fields = [
            "f0",
            "f1",
            "quarantine",
            "wanted",
            "fastest_kmh",
            "nearest_measured_km",
            "same_passage_minutes",
            "oldest_bundle_hours",
        ]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        outcomes = Policy().outcomes | self.instance.outcomes
        for reason in EDITABLE:
            self.initial[reason.value] = Outcome(outcomes[reason]).value

    def save(self, commit: bool = True) -> PolicyRow:
        default = Policy().outcomes
        self.instance.outcomes = {
            reason.value: self.cleaned_data[reason.value]
            for reason in EDITABLE
            if self.cleaned_data[reason.value] != default[reason].value
        }
        row: PolicyRow = super().save(commit)
        return row


class WatchlistEntryForm(forms.ModelForm):
    """An entry in the spelling in which checks look for it: any other would never match.

    The number of a kept entry is not shown again; left empty, it stays.
    """

    personal_number = forms.CharField(label=_("personal number"), max_length=24, required=False)

    class Meta:
        model = WatchlistEntry
        fields = [
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
        number = cleaned.get("personal_number")
        if not (number or cleaned.get("plate") or self.instance.number_digest) and not self.errors:
            raise ValidationError(_("Give a personal number, a plate, or both."))
        if number:
            self.instance.number_digest = personal_data.digest(number)
            self.instance.number_sealed = personal_data.seal(number)
            self.instance.number_tail = number[-4:]
        return cleaned
