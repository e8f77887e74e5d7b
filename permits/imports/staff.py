"""A row of a company's staff becomes a declaration, by the rules of the public form."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from permits import demands
from permits.demands import Demand, Demands
from permits.fields import LineField, NameField, PersonalNumberField, PhoneField, PlateField
from permits.imports import cells
from permits.imports.cells import BadCell, CellFault
from permits.imports.table import Cell
from permits.models import Sex
from permits.people import (
    NUMBER_LENGTH,
    is_personal_number,
    number_fits_birth_date,
    number_fits_sex,
)
from permits.services import Declaration

# As `headings.plain` reads them.
NAMES: dict[str, Sequence[str]] = {
    "full_name": ("Họ và tên", "Họ tên", "Tên", "Full name", "Name"),
    "personal_number": (
        *("Số định danh cá nhân", "Số định danh", "Số CCCD", "CCCD", "Số căn cước công dân"),
        *("Số căn cước", "Căn cước công dân", "Personal number", "ID number"),
    ),
    "birth_date": ("Ngày sinh", "Ngày tháng năm sinh", "Birth date", "Date of birth"),
    "sex": ("Giới tính", "Sex", "Gender"),
    "phone": ("Điện thoại", "Số điện thoại", "SĐT", "Phone", "Phone number", "Telephone"),
    "origin": ("Nơi đi", "Đi từ", "From", "Origin"),
    "destination": ("Nơi đến", "Đi đến", "Đến", "To", "Destination"),
    "purpose": ("Mục đích", "Mục đích đi lại", "Purpose"),
    "plate": ("Biển số xe", "Biển số", "Biển kiểm soát", "Plate", "License plate"),
    "doses": ("Số mũi tiêm", "Số mũi vắc xin", "Số mũi vaccine", "Vaccine doses", "Doses"),
}
REQUIRED = ("full_name", "personal_number", "birth_date", "phone", "origin", "destination")
SEXES = {
    **dict.fromkeys(("nam", "male", "m"), Sex.MALE.value),
    **dict.fromkeys(("nu", "female", "f"), Sex.FEMALE.value),
}
EARLIEST_BIRTH_DATE = date(1900, 1, 1)
MOST_DOSES = 10

NAME = NameField(max_length=120)
NUMBER = PersonalNumberField(max_length=24)
PHONE = PhoneField(max_length=24)
PLACE = LineField(max_length=160)
PURPOSE = LineField(max_length=200)
PLATE = PlateField(required=False, max_length=20)
TEXTS = {"full_name": NAME, "origin": PLACE, "destination": PLACE, "plate": PLATE}
UNMET_COLUMNS = {Demand.VEHICLE_MISSING: "plate", Demand.TOO_FEW_DOSES: "doses"}


class StaffReader:
    """Reads the rows of one file: all of one kind, valid from and until the same moments."""

    def __init__(
        self,
        *,
        kind: Demands,
        valid_from: datetime,
        valid_until: datetime,
        purpose: str,
        today: date,
    ) -> None:
        self._kind, self._today = kind, today
        self._from, self._until = valid_from, valid_until
        self._purpose = purpose

    def read(
        self, row: int, found: Mapping[str, Cell]
    ) -> tuple[Declaration | None, list[CellFault]]:
        """The declaration, if the row is good, and what is said of its cells."""
        faults: list[CellFault] = []
        values: dict[str, Any] = {}
        for column in NAMES:
            try:
                values[column] = self._value(row, column, found, values, faults)
            except BadCell as bad:
                faults.append(_fault(row, column, found, bad))
        self._fit(row, found, values, faults)
        if any(not fault.is_notice for fault in faults):
            return None, faults
        return Declaration(**values, travel_at=self._from), faults

    def _value(
        self,
        row: int,
        column: str,
        found: Mapping[str, Cell],
        values: Mapping[str, Any],
        faults: list[CellFault],
    ) -> Any:
        cell = found.get(column)
        if column == "personal_number":
            return self._number(row, found, faults)
        if column == "birth_date":
            return self._birth_date(cell)
        if column == "sex":
            return cells.choice_of(cell, SEXES) or _sex_of(values.get("personal_number"))
        if column == "phone":
            return _phone(row, cell, faults)
        if column == "purpose":
            return cells.cleaned(PURPOSE, cells.text_of(cell).strip() or self._purpose)
        if column == "doses":
            return _doses(cell)
        return cells.cleaned(TEXTS[column], cells.text_of(cell))

    def _number(self, row: int, found: Mapping[str, Cell], faults: list[CellFault]) -> str:
        """Where zeros were lost, the number that the birth date and the sex bear out."""
        number = cells.number_of(found.get("personal_number"))
        if not cells.has_lost_zeros(number):
            return str(cells.cleaned(NUMBER, number))
        padded = number.zfill(NUMBER_LENGTH)
        if not self._is_borne_out(padded, found):
            raise BadCell("lost_zeros", {"count": len(number)})
        fault = _fault(row, "personal_number", found, BadCell("zeros_added"))
        faults.append(as_notice(fault))
        return padded

    def _is_borne_out(self, number: str, found: Mapping[str, Cell]) -> bool:
        try:
            birth_date = cells.date_of(found.get("birth_date"))
            sex = cells.choice_of(found.get("sex"), SEXES)
        except BadCell:
            return False
        if birth_date is None or not number_fits_birth_date(number, birth_date):
            return False
        return not sex or number_fits_sex(number, sex)

    def _birth_date(self, cell: Cell) -> date:
        birth_date = cells.date_of(cell)
        if birth_date is None:
            raise BadCell("required")
        if birth_date > self._today:
            raise BadCell("future")
        if birth_date < EARLIEST_BIRTH_DATE:
            raise BadCell("past")
        return birth_date

    def _fit(
        self,
        row: int,
        found: Mapping[str, Cell],
        values: Mapping[str, Any],
        faults: list[CellFault],
    ) -> None:
        """What no cell says alone: the number against date and sex, the row against its kind."""
        number, born, sex = (values.get(n) for n in ("personal_number", "birth_date", "sex"))
        if number and is_personal_number(number):
            code = _unfitting(number, born, sex)
            if code:
                faults.append(_fault(row, "personal_number", found, BadCell(code)))
        declared = demands.Declared(
            valid_from=self._from,
            valid_until=self._until,
            has_vehicle=bool(values.get("plate", "?")),
            has_documents=True,  # they are the issuer's business
            doses=[values.get("doses", MOST_DOSES)],
            numbers=[number or ""],
        )
        for unmet in demands.unmet(self._kind, declared):
            if unmet.demand in UNMET_COLUMNS:
                column = UNMET_COLUMNS[unmet.demand]
                bad = BadCell(unmet.demand.value, {"limit": unmet.limit})
                faults.append(_fault(row, column, found, bad))


def as_notice(fault: CellFault) -> CellFault:
    """The same as a notice."""
    return CellFault(fault.row, fault.column, fault.code, fault.shown, fault.params, is_notice=True)


def _fault(row: int, column: str, found: Mapping[str, Cell], bad: BadCell) -> CellFault:
    return CellFault(row, column, bad.code, cells.shown(column, found.get(column)), bad.params)


def _sex_of(number: str | None) -> str:
    """A person's sex stands in the number too: where the cell is empty, that is taken."""
    if not number or not is_personal_number(number):
        return ""
    return Sex.FEMALE.value if number_fits_sex(number, "female") else Sex.MALE.value


def _unfitting(number: str, born: date | None, sex: str | None) -> str:
    """Which of birth date and sex the number contradicts, as far as they are known: a code."""
    wrong_date = born is not None and not number_fits_birth_date(number, born)
    wrong_sex = bool(sex) and not number_fits_sex(number, str(sex))
    if wrong_date and wrong_sex:
        return "unfitting"
    return "unfitting_date" if wrong_date else "unfitting_sex" if wrong_sex else ""


def _phone(row: int, cell: Cell, faults: list[CellFault]) -> str:
    text = cells.text_of(cell).strip()
    with_zero = cells.phone_without_zero(text)
    if with_zero:
        bad = CellFault(row, "phone", "zeros_added", cells.shown("phone", cell), is_notice=True)
        faults.append(bad)
    return str(cells.cleaned(PHONE, with_zero or text))


def _doses(cell: Cell) -> int:
    text = cells.text_of(cell).strip()
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 2 or int(text) > MOST_DOSES:
        raise BadCell("no_doses")
    return int(text)
