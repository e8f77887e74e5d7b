"""What a supervisor fills in to look for somebody. Sent by POST, never in an address."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits import personal_data
from permits.desk.forms import PICKER, TIME_FORMATS
from permits.fields import LineField
from permits.models import WatchlistEntry
from permits.selectors import counts
from permits.verdict import WatchlistLevel
from scans.models import OUTCOMES, Checkpoint, LookUpPurpose
from scans.oversight import Oversight
from scans.tracing import query as queries
from scans.tracing.finding import LONGEST_RANGE
from scans.tracing.query import CannotRead, Query

SHORTEST_PURPOSE = 8
MOST_MINUTES, USUAL_MINUTES = 120, 15
MOST_ENTRIES = 200
FIRST_YEAR, LAST_YEAR = 2000, 2999
CANNOT_READ = {
    "digits": _("A personal number has 12 digits, an old one 9. This one has %(count)d."),
    "neither": _("This is neither a serial, a personal number nor a plate. Check the spelling."),
    "no_name": _("Write at least two letters of a name."),
}


class PurposeForm(forms.Form):
    """What for: it is kept in the access log, where an administrator reads it."""

    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[("", _("Choose…")), *LookUpPurpose.choices],
        error_messages={"required": _("Say what for: it is written to the access log.")},
    )
    purpose_text = LineField(
        label=_("More on the purpose"),
        max_length=200,
        required=False,
        help_text=_("Such as a file number. An administrator reads it in the access log."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = cleaned.get("purpose_text", "")
        if cleaned.get("purpose") == LookUpPurpose.OTHER and len(text) < SHORTEST_PURPOSE:
            self.add_error("purpose_text", _("Say which purpose, in some words."))
        return cleaned

    @property
    def purpose_said(self) -> str:
        """As it is kept: the code, and what was written besides."""
        purpose, text = self.cleaned_data.get("purpose", ""), self.cleaned_data["purpose_text"]
        return f"{purpose}\n{text}" if purpose else ""


class WhoField(LineField):
    """A number, serial, plate or name; cleaned it is a Query."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return queries.of_typed(text) if text else None
        except CannotRead as error:
            message = CANNOT_READ[error.code] % {"count": error.count}
            raise ValidationError(message, code=error.code) from None


class MomentField(forms.DateTimeField):
    """A moment of years that scans can be of: days beside it are looked up too."""

    def __init__(self, **options: Any) -> None:
        picker = forms.DateTimeInput({"type": "datetime-local"}, format=PICKER)
        super().__init__(widget=picker, input_formats=TIME_FORMATS, required=False, **options)

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("There are no scans of this year."), code="invalid")
        return moment


class RangeForm(PurposeForm):
    """A person, a time, and what for."""

    who = WhoField(
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    since = MomentField(label=_("Since"))
    until = MomentField(label=_("Until"))
    field_order = ["who", "entry", "since", "until", "checkpoint", "outcome", "purpose"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("The end lies before the beginning."))
        if since and since > timezone.now():
            self.add_error("since", _("This time has not come yet."))
        return cleaned

    def query(self) -> Query:
        """What was asked."""
        cleaned = self.cleaned_data
        limits = {"since": cleaned.get("since"), "until": cleaned.get("until")}
        return queries.with_range(cleaned.get("who") or Query(), **limits)


class SearchForm(RangeForm):
    """Scans by anything. Without a person no purpose is needed: the rows name nobody."""

    checkpoint = forms.ModelChoiceField(
        Checkpoint.objects.none(),
        label=_("Checkpoint"),
        required=False,
        empty_label=_("All checkpoints"),
    )
    outcome = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("", _("All")), *OUTCOMES]
    )

    def __init__(self, *args: Any, oversight: Oversight, **options: Any) -> None:
        super().__init__(*args, **options)
        places: Any = self.fields["checkpoint"]
        places.queryset = oversight.of(Checkpoint.objects.all(), "pk")
        self.fields["who"].label = _("Personal number, serial, plate or name")
        # Asked for in `clean`, where it is known whether somebody is looked for.
        self.fields["purpose"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("who"):
            if not cleaned.get("purpose"):
                self.add_error("purpose", _("Say what for: it is written to the access log."))
        elif "who" in cleaned:
            self._check_range(cleaned.get("since"), cleaned.get("until"))
        return cleaned

    def query(self) -> Query:
        checkpoint = self.cleaned_data.get("checkpoint")
        return queries.with_range(
            super().query(),
            checkpoint=checkpoint.pk if checkpoint else None,
            outcome=self.cleaned_data.get("outcome") or "",
        )

    def _check_range(self, since: datetime | None, until: datetime | None) -> None:
        if since and (until or timezone.now()) - since > LONGEST_RANGE + timedelta(minutes=1):
            self.add_error("since", _("Without a person, at most 31 days can be searched."))


class EntryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, entry: WatchlistEntry) -> str:
        """The last four digits, or the plate, and since when."""
        since = timezone.localtime(entry.active_from)
        return f"{entry.masked_number or entry.plate} · {since:%d/%m/%Y}"


class TraceForm(RangeForm):
    """One person or vehicle: typed, or confirmed as infected on the watchlist."""

    entry = EntryField(
        WatchlistEntry.objects.none(),
        label=_("Or somebody on the watchlist as F0"),
        required=False,
        empty_label=_("Nobody chosen"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        infected = WatchlistEntry.objects.filter(level=WatchlistLevel.F0.value)
        ids = infected.filter(counts(timezone.now())).order_by("-active_from", "-id")
        chosen: Any = self.fields["entry"]
        chosen.queryset = infected.filter(
            pk__in=list(ids.values_list("pk", flat=True)[:MOST_ENTRIES])
        )
        self.fields["who"].label = _("Personal number, serial or plate")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        who, entry = cleaned.get("who"), cleaned.get("entry")
        if who and who.name:
            self.add_error(
                "who", _("A name may be many people's: search for it, and trace a scan.")
            )
        if entry and not _can_be_read(entry):
            self.add_error("entry", _("Sealed under a key that is no longer there"))
        if who and entry:
            self.add_error("entry", _("Type somebody, or choose somebody, not both."))
        if not who and not entry and "who" not in self.errors:
            self.add_error("who", _("Say whom or what to trace."))
        return cleaned

    def query(self) -> Query:
        asked, entry = super().query(), self.cleaned_data.get("entry")
        if entry is None:
            return asked
        number = personal_data.unseal(entry.number_sealed) if entry.number_digest else ""
        return queries.with_range(asked, number=number, plate="" if number else entry.plate)


def _can_be_read(entry: WatchlistEntry) -> bool:
    try:
        return not entry.number_digest or bool(personal_data.unseal(entry.number_sealed))
    except personal_data.CannotUnseal:
        return False


class MinutesForm(forms.Form):
    """How long before and after."""

    minutes = forms.IntegerField(
        label=_("Minutes before and after"),
        min_value=1,
        max_value=MOST_MINUTES,
        initial=USUAL_MINUTES,
    )
