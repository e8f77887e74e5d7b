"""What an issuer chooses when a file is uploaded."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits import demands
from permits.demands import Demand
from permits.desk.forms import PICKER, TIME_FORMATS
from permits.fields import LineField
from permits.imports import checking, limits, wording
from permits.imports.table import BadFile, FileFault
from permits.imports.uploading import StaffOrder, of_no_person
from permits.models import ImportSubject, PermitKind
from permits.services.declaring import demands_of

ACCEPTED = ".csv,.txt,.tsv,.xlsx"
NO_TIME = _("This is not a time. Write day/month/year hour:minute.")


class TableField(forms.FileField):
    """A CSV or XLSX file. What is in it, imports/table.py looks at."""

    def __init__(self) -> None:
        super().__init__(
            label=_("File"),
            help_text=_("CSV or XLSX, at most 50,000 rows."),
            widget=forms.FileInput({"accept": ACCEPTED}),
            error_messages={
                "required": _("Choose a file."),
                "empty": _("The file is empty."),
            },
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value.size > limits.MOST_BYTES:
            raise ValidationError(wording.file_fault(FileFault.TOO_LARGE), code="too_large")


class UploadForm(forms.Form):
    """A file, and what its cells do not say."""

    file = TableField()

    def look_at_file(self, subject: ImportSubject) -> None:
        """Tell what is wrong with the file too, where something else is wrong already."""
        if self.cleaned_data.get("file"):
            try:
                checking.open_table(self.content(), subject)
            except BadFile as bad:
                self.add_error("file", wording.file_fault(bad.fault, bad.names))

    def content(self) -> bytes:
        """The file's bytes, once the form is valid. They never lie in a folder unsealed."""
        uploaded: UploadedFile[Any] = self.cleaned_data["file"]
        return bytes(uploaded.read())

    def file_name(self) -> str:
        """What the issuer calls it."""
        return str(self.cleaned_data["file"].name)


class StaffForm(UploadForm):
    """A company's staff."""

    field_order = ("kind", "valid_from", "valid_until", "company", "purpose", "note", "file")

    kind = forms.ModelChoiceField(
        PermitKind.objects.filter(is_offered=True),
        label=_("Kind of permit"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the kind of permit.")},
    )
    valid_from = forms.DateTimeField(
        label=_("Valid from"),
        input_formats=TIME_FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=PICKER),
        error_messages={"required": _("Fill in from when."), "invalid": NO_TIME},
    )
    valid_until = forms.DateTimeField(
        label=_("Valid until"),
        input_formats=TIME_FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=PICKER),
        error_messages={"required": _("Fill in until when."), "invalid": NO_TIME},
    )
    company = LineField(
        label=_("Company"),
        max_length=160,
        error_messages={"required": _("Fill in the company.")},
    )
    purpose = LineField(
        label=_("Purpose (optional)"),
        required=False,
        max_length=200,
        help_text=_("For rows that have none of their own. Example: going to work."),
    )
    note = LineField(label=_("Note (optional)"), required=False, max_length=300)

    def __init__(self, typed: Any = None, files: Any = None, *, now: datetime) -> None:
        begins = timezone.localtime(now).replace(second=0, microsecond=0)
        super().__init__(typed, files, initial={"valid_from": begins})
        self._now = now

    def clean(self) -> None:
        given = self.cleaned_data
        kind, begins, ends = (given.get(n) for n in ("kind", "valid_from", "valid_until"))
        if not (kind and begins and ends):
            return
        if ends <= self._now:
            self.add_error("valid_until", _("The end lies in the past."))
        for unmet in demands.unmet(demands_of(kind), of_no_person(begins, ends)):
            if unmet.demand is Demand.ENDS_BEFORE_IT_BEGINS:
                self.add_error("valid_until", _("The end lies before the beginning."))
            elif unmet.demand is Demand.TOO_LONG:
                latest = timezone.localtime(begins + timedelta(hours=unmet.limit))
                fault = _("Permits of this kind are valid for %(hours)s hours: until %(latest)s.")
                self.add_error(
                    "valid_until",
                    fault % {"hours": unmet.limit, "latest": f"{latest:%d/%m/%Y %H:%M}"},
                )

    def order(self) -> StaffOrder:
        """What was chosen, once the form is valid."""
        names = ("kind", "valid_from", "valid_until", "company", "purpose", "note")
        return StaffOrder(**{name: self.cleaned_data[name] for name in names})


class WatchlistFileForm(UploadForm):
    """Entries of the watchlist."""

    field_order = ("source", "file")

    source = LineField(
        label=_("Source (optional)"),
        required=False,
        max_length=80,
        help_text=_("For rows that have none of their own."),
    )
