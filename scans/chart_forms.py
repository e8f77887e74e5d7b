"""Which time and place a chart is of."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from scans.models import DIRECTIONS, Checkpoint
from scans.oversight import Oversight
from scans.spans import Span, midnight
from scans.tally_reading import Wanted

TODAY, YESTERDAY, OWN = "today", "yesterday", "own"
RANGES = [
    (TODAY, _("Today")),
    (YESTERDAY, _("Yesterday")),
    ("7", _("Last 7 days")),
    ("30", _("Last 30 days")),
    (OWN, _("From a day to a day")),
]
MOST_DAYS = 366
FIRST_DAY = date(2000, 1, 1)  # whoever types a year gives it digit by digit: 0002


class ChartForm(forms.Form):
    """Sent by GET; what is left out is today, everywhere, in both directions."""

    range = forms.ChoiceField(label=_("Time"), choices=RANGES, required=False)
    first = forms.DateField(label=_("First day"), required=False)
    last = forms.DateField(label=_("Last day"), required=False)
    checkpoint = forms.ModelChoiceField(
        Checkpoint.objects.none(),
        label=_("Checkpoint"),
        required=False,
        empty_label=_("All"),
        error_messages={"invalid_choice": _("There is no such checkpoint among yours.")},
    )
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("", _("Both directions")), *DIRECTIONS], required=False
    )

    def __init__(self, typed: Mapping[str, Any], oversight: Oversight, *, now: datetime) -> None:
        super().__init__(typed)
        self._oversight = oversight
        self._today = timezone.localdate(now)
        self.fields["checkpoint"].queryset = oversight.of(Checkpoint.objects.all(), "pk")  # type: ignore[attr-defined]
        for name in ("first", "last"):
            limits = {"min": FIRST_DAY.isoformat(), "max": self._today.isoformat()}
            day = forms.DateInput({"type": "date", **limits}, "%Y-%m-%d")
            self.fields[name].widget = day
            self.fields[name].error_messages["invalid"] = _("This is no day.")

    def clean(self) -> dict[str, Any]:
        """A range of one's own has two days, in their order, that have begun."""
        cleaned = self.cleaned_data
        if cleaned.get("range") != OWN:
            return cleaned
        for name in ("first", "last"):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, _("Please choose a day."))
            elif name not in self.errors and cleaned[name] < FIRST_DAY:
                self.add_error(name, _("This is no day."))
            elif name not in self.errors and cleaned[name] > self._today:
                self.add_error(name, _("This day has not come yet."))
        if not self.errors and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The end lies before the beginning."))
        elif not self.errors and (cleaned["last"] - cleaned["first"]).days >= MOST_DAYS:
            message = _("This is too long: at most %(days)d days at a time.")
            self.add_error("last", forms.ValidationError(message, params={"days": MOST_DAYS}))
        return cleaned

    @cached_property
    def wanted(self) -> Wanted:
        """Of a valid form."""
        cleaned = self.cleaned_data
        chosen = cleaned["range"] or TODAY
        first, last = self._today, self._today
        if chosen == YESTERDAY:
            first = last = self._today - timedelta(days=1)
        elif chosen == OWN:
            first, last = cleaned["first"], cleaned["last"]
        elif chosen != TODAY:
            first = self._today - timedelta(days=int(chosen) - 1)
        checkpoint = cleaned["checkpoint"]
        return Wanted(
            self._oversight,
            midnight(first),
            Span.DAY.after(midnight(last)),
            checkpoint_id=checkpoint and checkpoint.pk,
            direction=cleaned["direction"],
        )

    @property
    def in_words(self) -> list[str]:
        """Of a valid form: the days, and where they are of one, the checkpoint and direction."""
        first, last = self.wanted.since, self.wanted.until - timedelta(days=1)
        form = pgettext("date format", "d/m/Y")
        days = [formats.date_format(timezone.localtime(day), form) for day in (first, last)]
        checkpoint, direction = self.cleaned_data["checkpoint"], self.cleaned_data["direction"]
        return [
            " – ".join(dict.fromkeys(days)),
            *([str(checkpoint)] if checkpoint else []),
            *([str(dict(DIRECTIONS)[direction])] if direction else []),
        ]
