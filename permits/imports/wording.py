"""What is said of files, cells and columns, in the reader's language."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from permits.imports import limits, staff
from permits.imports.cells import CellFault
from permits.imports.table import FileFault
from permits.models import ImportSubject

MEBIBYTE = 1024 * 1024

COLUMNS: Mapping[str, Promise] = {
    "full_name": lazy("Full name"),
    "personal_number": lazy("Personal number"),
    "birth_date": lazy("Birth date"),
    "sex": lazy("Sex"),
    "phone": lazy("Phone"),
    "origin": lazy("From"),
    "destination": lazy("To"),
    "purpose": lazy("Purpose"),
    "plate": lazy("Plate"),
    "doses": lazy("Vaccine doses"),
    "level": lazy("Level"),
    "active_from": lazy("Counts from"),
    "active_until": lazy("Counts until"),
    "note": lazy("Note"),
    "source": lazy("Source"),
}
FILE_FAULTS: Mapping[FileFault, Promise] = {
    FileFault.EMPTY: lazy("The file is empty."),
    FileFault.TOO_LARGE: lazy("The file is larger than %(megabytes)s MB. Divide it."),
    FileFault.SWELLS: lazy("The file is too large once it is unpacked. Divide it."),
    FileFault.WRONG_TYPE: lazy("This is neither a CSV nor an XLSX file."),
    FileFault.OLD_EXCEL: lazy("This is an old Excel file (XLS). Save it as XLSX, and choose that."),
    FileFault.DAMAGED: lazy("The file is damaged. Save it again, and choose that."),
    FileFault.NOT_TEXT: lazy(
        "The letters of this file cannot be read. Save it as XLSX, or as “CSV UTF-8”."
    ),
    FileFault.NO_ROWS: lazy("There is no row below the header."),
    FileFault.TOO_MANY_ROWS: lazy("The file has more than %(rows)s rows. Divide it."),
    FileFault.TOO_MANY_COLUMNS: lazy("The file has more than %(columns)s columns."),
    FileFault.MISSING_COLUMNS: lazy(
        "These columns are missing: %(names)s. The first row must name the columns; the template "
        "shows how."
    ),
    FileFault.SAME_COLUMN_TWICE: lazy("This column is there twice: %(names)s."),
}
REQUIRED: Mapping[str, Promise] = {
    "full_name": lazy("Fill in the full name."),
    "personal_number": lazy("Fill in the personal number."),
    "birth_date": lazy("Fill in the birth date."),
    "sex": lazy("Choose the sex."),
    "phone": lazy("Fill in the phone number."),
    "origin": lazy("Fill in where the trip begins."),
    "destination": lazy("Fill in where the trip ends."),
    "purpose": lazy("Fill in the purpose of the trip."),
    "level": lazy("Fill in the level: F0, F1, quarantine or wanted."),
}
CHOICES: Mapping[str, Promise] = {
    "sex": lazy("Write “male” or “female”."),
    "level": lazy("Write F0, F1, quarantine or wanted."),
}
CELLS: Mapping[str, Promise] = {
    "formula": lazy("This is a formula. Formulas are not computed: put its result there."),
    "scientific": lazy(
        "The spreadsheet has rounded this number. Format the column as text, and type it again."
    ),
    "no_date": lazy("This is not a date. Write day/month/year, for example 31/12/1990."),
    "future": lazy("The birth date lies in the future."),
    "past": lazy("The birth date lies before 1900."),
    "no_doses": lazy("Write a number from 0 to 10."),
    "other": lazy("A personal number has 12 digits and nothing else."),
    "unfitting": lazy("The number fits neither the birth date nor the sex. Check all three."),
    "unfitting_date": lazy("The number does not fit the birth date. Check both."),
    "unfitting_sex": lazy("The number does not fit the sex. Check both."),
    "zeros_added": lazy("The spreadsheet has dropped leading zeros. They were put back."),
    "vehicle_missing": lazy("This kind of permit needs a vehicle. Fill in the plate."),
    "nobody": lazy("Give a personal number, a plate, or both."),
    "ends_before_it_begins": lazy("The end lies before the beginning."),
    "ended": lazy("The end lies in the past."),
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
        "rows": f"{limits.MOST_ROWS:,}".replace(",", _(",")),
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
        return _("A personal number has 12 digits. This one has %(count)s.") % {"count": count}
    if code == "lost_zeros":
        return _(
            "This number has %(count)s digits of 12. The spreadsheet may have dropped leading "
            "zeros: format the column as text, and type it again."
        ) % {"count": params["count"]}
    if code == "double":
        return _("Row %(first)s has the same person and vehicle, or the same entry.") % params
    if code == "too_few_doses":
        return _("This kind of permit needs %(limit)s vaccine doses.") % params
    if code == "max_length":
        most = params["limit_value"]
        return ngettext("At most %(n)s character.", "At most %(n)s characters.", most) % {"n": most}
    field = FIELDS.get(fault.column, staff.PLACE)
    return str(field.error_messages.get(code, _("This cannot be read.")))


EXPLANATIONS: Mapping[ImportSubject, Mapping[str, tuple[Promise, str]]] = {
    ImportSubject.STAFF: {
        "full_name": (lazy("As it stands on the citizen card."), "Nguyễn Thị Mẫu"),
        "personal_number": (lazy("The 12 digits on the citizen card, as text."), "000190012345"),
        "birth_date": (lazy("Day/month/year."), "17/05/1990"),
        "sex": (lazy("“male” or “female”; may be left empty, the number says it."), "Nữ"),
        "phone": (lazy("As it is dialled inside the country, as text."), "0912 345 678"),
        "origin": (lazy("Ward, district, province."), "Tràng Tiền, Hoàn Kiếm, Hà Nội"),
        "destination": (lazy("Ward, district, province."), "Phú Minh, Phú Xuyên, Hà Nội"),
        "purpose": (lazy("May be left empty: then it is what the upload page says."), "Đi làm"),
        "plate": (lazy("Only if the permit is to name the vehicle."), "99A-123.45"),
        "doses": (lazy("A number from 0 to 10; only for kinds that ask for it."), "2"),
    },
    ImportSubject.WATCHLIST: {
        "personal_number": (lazy("The 12 digits, as text; or a plate, or both."), "000190012345"),
        "plate": (lazy("In any spelling."), "99A-123.45"),
        "level": (lazy("F0, F1, quarantine or wanted."), "F0"),
        "active_from": (lazy("Day/month/year, with a time or without; empty: at once."), ""),
        "active_until": (lazy("To the end of that day, or to a time; empty: open."), "31/12/2026"),
        "note": (lazy("What an officer should know."), ""),
        "source": (lazy("Who said so; empty: what the upload page says."), "CDC"),
    },
}
