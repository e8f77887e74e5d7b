"""What is said of files, cells and columns, in the reader's language."""

from collections.abc import Mapping, Sequence

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from permits.imports import limits, staff
from permits.imports.cells import CellFault
from permits.imports.table import FileFault
from permits.models import ImportSubject

MEBIBYTE = 1024 * 1024

COLUMNS: Mapping[str, Promise] = {
    "full_name": _("Full name"),
    "personal_number": _("Personal number"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "phone": _("Phone"),
    "origin": _("From"),
    "destination": _("To"),
    "purpose": _("Purpose"),
    "plate": _("Plate"),
    "doses": _("Vaccine doses"),
    "level": _("Level"),
    "active_from": _("Counts from"),
    "active_until": _("Counts until"),
    "note": _("Note"),
    "source": _("Source"),
}
FILE_FAULTS: Mapping[FileFault, Promise] = {
    FileFault.EMPTY: _("The file is empty."),
    FileFault.TOO_LARGE: _("The file is larger than %(megabytes)s MB. Divide it."),
    FileFault.SWELLS: _("The file is too large once it is unpacked. Divide it."),
    FileFault.WRONG_TYPE: _("This is neither a CSV nor an XLSX file."),
    FileFault.OLD_EXCEL: _("This is an old Excel file (XLS). Save it as XLSX, and choose that."),
    FileFault.DAMAGED: _("The file is damaged. Save it again, and choose that."),
    FileFault.NOT_TEXT: _(
        "The letters of this file cannot be read. Save it as XLSX, or as “CSV UTF-8”."
    ),
    FileFault.NO_ROWS: _("There is no row below the header."),
    FileFault.TOO_MANY_ROWS: _("The file has more than %(rows)s rows. Divide it."),
    FileFault.TOO_MANY_COLUMNS: _("The file has more than %(columns)s columns."),
    FileFault.MISSING_COLUMNS: _(
        "These columns are missing: %(names)s. The first row must name the columns; the template "
        "shows how."
    ),
    FileFault.SAME_COLUMN_TWICE: _("This column is there twice: %(names)s."),
}
REQUIRED: Mapping[str, Promise] = {
    "full_name": _("Fill in the full name."),
    "personal_number": _("Fill in the personal number."),
    "birth_date": _("Fill in the birth date."),
    "sex": _("Choose the sex."),
    "phone": _("Fill in the phone number."),
    "origin": _("Fill in where the trip begins."),
    "destination": _("Fill in where the trip ends."),
    "purpose": _("Fill in the purpose of the trip."),
    "level": _("Fill in the level: F0, F1, quarantine or wanted."),
}
CHOICES: Mapping[str, Promise] = {
    "sex": _("Write “male” or “female”."),
    "level": _("Write F0, F1, quarantine or wanted."),
}
CELLS: Mapping[str, Promise] = {
    "formula": _("This is a formula. Formulas are not computed: put its result there."),
    "scientific": _(
        "The spreadsheet has rounded this number. Format the column as text, and type it again."
    ),
    "no_date": _("This is not a date. Write day/month/year, for example 31/12/1990."),
    "future": _("The birth date lies in the future."),
    "past": _("The birth date lies before 1900."),
    "no_doses": _("Write a number from 0 to 10."),
    "other": _("A personal number has 12 digits and nothing else."),
    "unfitting": _("The number fits neither the birth date nor the sex. Check all three."),
    "unfitting_date": _("The number does not fit the birth date. Check both."),
    "unfitting_sex": _("The number does not fit the sex. Check both."),
    "zeros_added": _("The spreadsheet has dropped leading zeros. They were put back."),
    "vehicle_missing": _("This kind of permit needs a vehicle. Fill in the plate."),
    "nobody": _("Give a personal number, a plate, or both."),
    "ends_before_it_begins": _("The end lies before the beginning."),
    "ended": _("The end lies in the past."),
}
FIELDS = {
    "full_name": staff.NAME,
    "personal_number": staff.NUMBER,
    "phone": staff.PHONE,
    "plate": staff.PLATE,
    "origin": staff.PLACE,
}


def column(key: str) -> str:
    """A column's name."""
    return str(COLUMNS[key])


def file_fault(fault: FileFault, names: Sequence[str] = ()) -> str:
    """Why a file is not taken."""
    values = {
        "megabytes": limits.MOST_BYTES // MEBIBYTE,
        "rows": number_format(limits.MOST_ROWS, force_grouping=True),
        "columns": limits.MOST_COLUMNS,
        "names": ", ".join(column(name) for name in names),
    }
    return str(FILE_FAULTS[fault]) % values


def cell_fault(fault: CellFault) -> str:
    """Why a cell is not taken, or how it was read."""
    code = fault.code
    if code == "required":
        return str(REQUIRED[fault.column])
    if code == "no_choice":
        return str(CHOICES[fault.column])
    return str(CELLS[code]) if code in CELLS else _with_numbers(fault)


def _with_numbers(fault: CellFault) -> str:
    """Faults whose words have a number in them, and those that the field itself words."""
    params, code = fault.params, fault.code
    if code == "digits":
        count = params["count"]
        text = gettext("A personal number has 12 digits. This one has %(count)s.")
        return text % {"count": count}
    if code == "lost_zeros":
        return gettext(
            "This number has %(count)s digits of 12. The spreadsheet may have dropped leading "
            "zeros: format the column as text, and type it again."
        ) % {"count": params["count"]}
    if code == "double":
        return gettext("Row %(first)s has the same person and vehicle, or the same entry.") % params
    if code == "too_few_doses":
        return gettext("This kind of permit needs %(limit)s vaccine doses.") % params
    if code == "max_length":
        most = params["limit_value"]
        return ngettext("At most %(n)s character.", "At most %(n)s characters.", most) % {"n": most}
    field = FIELDS.get(fault.column, staff.PLACE)
    return str(field.error_messages.get(code, gettext("This cannot be read.")))


EXPLANATIONS: Mapping[ImportSubject, Mapping[str, tuple[Promise, str]]] = {
    ImportSubject.STAFF: {
        "full_name": (_("As it stands on the citizen card."), "Nguyễn Thị Mẫu"),
        "personal_number": (_("The 12 digits on the citizen card, as text."), "000190012345"),
        "birth_date": (_("Day/month/year."), "17/05/1990"),
        "sex": (_("“male” or “female”; may be left empty, the number says it."), "Nữ"),
        "phone": (_("As it is dialled inside the country, as text."), "0912 345 678"),
        "origin": (_("Ward, district, province."), "Tràng Tiền, Hoàn Kiếm, Hà Nội"),
        "destination": (_("Ward, district, province."), "Phú Minh, Phú Xuyên, Hà Nội"),
        "purpose": (_("May be left empty: then it is what the upload page says."), "Đi làm"),
        "plate": (_("Only if the permit is to name the vehicle."), "99A-123.45"),
        "doses": (_("A number from 0 to 10; only for kinds that ask for it."), "2"),
    },
    ImportSubject.WATCHLIST: {
        "personal_number": (_("The 12 digits, as text; or a plate, or both."), "000190012345"),
        "plate": (_("In any spelling."), "99A-123.45"),
        "level": (_("F0, F1, quarantine or wanted."), "F0"),
        "active_from": (_("Day/month/year, with a time or without; empty: at once."), ""),
        "active_until": (_("To the end of that day, or to a time; empty: open."), "31/12/2026"),
        "note": (_("What an officer should know."), ""),
        "source": (_("Who said so; empty: what the upload page says."), "CDC"),
    },
}
