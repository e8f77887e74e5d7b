"""The template: a file to fill in, with the columns' names in the reader's language."""

from django.utils.translation import gettext as _

from permits.imports import staff, watchlist, wording
from permits.imports.spreadsheets import csv_file, xlsx_file
from permits.models import ImportSubject

REQUIRED = {ImportSubject.STAFF: staff.REQUIRED, ImportSubject.WATCHLIST: watchlist.REQUIRED}


def header(subject: ImportSubject) -> list[str]:
    """The columns' names."""
    return [wording.column(key) for key in wording.EXPLANATIONS[subject]]


def as_csv(subject: ImportSubject) -> bytes:
    """The header alone."""
    return csv_file([header(subject)])


def as_xlsx(subject: ImportSubject) -> bytes:
    """A sheet to fill in, and one that explains the columns."""
    explained = [[_("Column"), _("Required"), _("What belongs there"), _("Example")]]
    for key, (text, example) in wording.EXPLANATIONS[subject].items():
        required = _("yes") if key in REQUIRED[subject] else ""
        explained.append([wording.column(key), required, str(text), example])
    return xlsx_file([(_("Rows"), [header(subject)]), (_("Explanations"), explained)])
