"""What a supervisor fills in on the pages of the alerts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from scans.alerts.acting import LONGEST_NOTE
from scans.models import Alert, AlertKind, AlertSubscription, Checkpoint, Severity
from scans.oversight import Oversight

ANY = [("", _("All"))]
NOBODY = "none"
OPEN, PAST = "open", "past"


class AlertsFilter(forms.Form):
    """Which alerts are listed, as it stands in the address: nothing in it is about a person."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    checkpoint = forms.ModelChoiceField(
        Checkpoint.objects.none(), label=_("Checkpoint"), required=False, empty_label=_("All")
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, chosen: Any, *, oversight: Oversight) -> None:
        super().__init__(chosen)
        self._choose("kind", AlertKind.choices)
        self._choose("severity", Severity.choices)
        theirs = oversight.of(Checkpoint.objects.all(), "pk")
        self.fields["checkpoint"].queryset = theirs  # type: ignore[attr-defined]
        owned = oversight.of(Alert.objects.exclude(owner=None)).order_by("owner__username")
        owners = owned.values_list("owner_id", "owner__username").distinct()
        self._choose("owner", [(NOBODY, _("Nobody")), *((str(pk), name) for pk, name in owners)])

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = [*ANY, *choices]  # type: ignore[attr-defined]

    def of(self, alerts: QuerySet[Alert]) -> QuerySet[Alert]:
        """Those of the alerts that are asked for; of what makes no sense nothing is asked."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        owner = asked.pop("owner", None)
        if owner:
            asked["owner"] = None if owner == NOBODY else owner
        return alerts.filter(**asked)


class SubscriptionForm(forms.ModelForm):
    """From which severity on somebody wants messages, and whether at all."""

    class Meta:
        model = AlertSubscription
        fields = ["is_active", "least_severity"]
        labels = {
            "is_active": _("Send me alerts by e-mail"),
            "least_severity": _("From this severity on"),
        }


class ResolveForm(forms.Form):
    """That it is done with, and why."""

    note = forms.CharField(
        label=_("Note, if there is something to say"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
