"""Rows: each bad cell with its reason, by the public form's rules, on both sides of each edge."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from permits.demands import Demands
from permits.imports import staff, watchlist, wording
from permits.imports.cells import CellFault, moment_of, shown
from permits.imports.headings import plain
from permits.imports.staff import StaffReader
from permits.imports.table import Cell
from permits.imports.watchlist import Entry, WatchlistReader
from permits.models import ImportSubject
from permits.services import Declaration

FROM = datetime(2026, 11, 27, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
GOOD: dict[str, Cell] = {
    "full_name": "  nguyễn  thị hồng nhung",
    "personal_number": "001190123456",
    "birth_date": "17/05/1990",
    "sex": "Nữ",
    "phone": "0912 345 678",
    "origin": "Tràng Tiền, Hoàn Kiếm, Hà Nội",
    "destination": "Phú Minh, Phú Xuyên, Hà Nội",
    "purpose": "Đi làm",
    "plate": "99a-123.45",
    "doses": "2",
}


def read(kind: Demands | None = None, **changes: Any) -> tuple[Declaration | None, list[CellFault]]:
    reader = StaffReader(
        kind=kind or Demands(),
        valid_from=FROM,
        valid_until=FROM + timedelta(hours=72),
        purpose="Công tác",
        today=date(2026, 11, 26),
    )
    return reader.read(7, GOOD | changes)


def good(**changes: Any) -> Declaration:
    declaration, faults = read(**changes)
    assert declaration is not None, faults
    return declaration


def fault(kind: Demands | None = None, **changes: Any) -> tuple[str, str]:
    declaration, faults = read(kind, **changes)
    assert declaration is None
    [one] = [one for one in faults if not one.is_notice]
    assert one.row == 7
    return one.column, one.code


def test_a_good_row_is_a_declaration() -> None:
    assert good() == Declaration(
        full_name="nguyễn thị hồng nhung",
        personal_number="001190123456",
        birth_date=date(1990, 5, 17),
        sex="female",
        phone="0912345678",
        origin="Tràng Tiền, Hoàn Kiếm, Hà Nội",
        destination="Phú Minh, Phú Xuyên, Hà Nội",
        purpose="Đi làm",
        plate="99A12345",
        travel_at=FROM,
        doses=2,
    )


def test_what_may_be_left_empty() -> None:
    short = good(sex=None, purpose="", plate=None, doses="")
    assert (short.sex, short.purpose, short.plate, short.doses) == ("female", "Công tác", "", 0)
    assert good(sex="", personal_number="001090123456").sex == "male"


@pytest.mark.parametrize(
    "written",
    ["1990-05-17", "17-05-1990", "17.05.1990", date(1990, 5, 17), datetime(1990, 5, 17, 0, 0)],  # noqa: DTZ001
)
def test_dates_as_cells_or_text(written: Cell) -> None:
    assert good(birth_date=written).birth_date == date(1990, 5, 17)


@pytest.mark.parametrize("number", [1190123456, 1190123456.0, "1190123456", " 1190 123 456 "])
def test_lost_zeros_are_put_back_where_the_birth_date_bears_it_out(number: Cell) -> None:
    declaration, faults = read(personal_number=number)
    assert declaration is not None
    assert declaration.personal_number == "001190123456"
    [notice] = faults
    assert (notice.column, notice.code, notice.is_notice) == (
        "personal_number",
        "zeros_added",
        True,
    )
    assert notice.shown == "••••3456"


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": "17/05/1991"},
        {"sex": "Nam"},
        {"birth_date": "17 May"},
        {"personal_number": 119012345},
    ],
)
def test_lost_zeros_are_not_guessed(changes: dict[str, Any]) -> None:
    declaration, faults = read(**({"personal_number": 1190123456} | changes))
    assert declaration is None
    assert {one.code for one in faults} & {"lost_zeros", "digits"}


@pytest.mark.parametrize("phone", [912345678, 912345678.0, "912345678", 84912345678])
def test_a_phone_gets_its_zero_back(phone: Cell) -> None:
    declaration, [notice] = read(phone=phone)
    assert declaration is not None
    assert declaration.phone == "0912345678"
    assert (notice.column, notice.code, notice.shown[-3:]) == ("phone", "zeros_added", "678")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("full_name", "", "required"),
        ("full_name", "X", "no_name"),
        ("full_name", "x" * 121, "max_length"),
        ("full_name", '=HYPERLINK("http://x")', "formula"),
        ("full_name", "@SUM(A1)", "formula"),
        ("full_name", "Mẫu\x07", "control"),
        ("personal_number", "", "required"),
        ("personal_number", "00119012345", "lost_zeros"),
        ("personal_number", "0011901234567", "digits"),
        ("personal_number", "00119012345x", "other"),
        ("personal_number", "1.1901E+11", "scientific"),
        ("birth_date", "", "required"),
        ("birth_date", "31/02/1990", "no_date"),
        ("birth_date", 32874, "no_date"),
        ("birth_date", "27/11/2026", "future"),
        ("birth_date", "31/12/1899", "past"),
        ("sex", "x", "no_choice"),
        ("phone", "", "required"),
        ("phone", "12345", "phone"),
        ("origin", "", "required"),
        ("destination", "x" * 161, "max_length"),
        ("plate", "khong", "plate"),
        ("doses", "11", "no_doses"),
        ("doses", "-1", "no_doses"),
        ("doses", "hai", "no_doses"),
    ],
)
def test_each_bad_cell_has_its_reason(column: str, cell: Any, code: str) -> None:
    _declaration, faults = read(**{column: cell})
    assert (column, code) in [(one.column, one.code) for one in faults if not one.is_notice]


def test_both_sides_of_the_edges() -> None:
    assert good(full_name="x" * 120)
    assert good(origin="x" * 160)
    assert good(doses="10", birth_date="17/05/1990").doses == 10
    assert good(birth_date="01/01/1900", personal_number="001100123456").birth_date.year == 1900


def test_a_number_that_fits_neither_date_nor_sex() -> None:
    assert fault(birth_date="17/05/1991") == ("personal_number", "unfitting_date")
    assert fault(sex="Nam") == ("personal_number", "unfitting_sex")
    assert fault(sex="Nam", birth_date="17/05/1991") == ("personal_number", "unfitting")


def test_the_kind_s_demands() -> None:
    assert fault(Demands(needs_vehicle=True), plate="") == ("plate", "vehicle_missing")
    assert fault(Demands(needs_vehicle=True), plate="khong") == ("plate", "plate")
    assert fault(Demands(doses_needed=2), doses="1") == ("doses", "too_few_doses")
    assert read(Demands(doses_needed=2, needs_vehicle=True))[0] is not None


def test_every_bad_cell_of_a_row_is_told_at_once() -> None:
    _declaration, faults = read(full_name="", phone="x", birth_date="x")
    assert [one.column for one in faults] == ["full_name", "birth_date", "phone"]


def test_numbers_are_shown_by_their_last_digits_alone() -> None:
    assert shown("personal_number", 190012345) == "••••2345"
    assert shown("personal_number", "000190012345") == "••••2345"
    assert shown("phone", "0912345678") == "•••678"
    assert shown("full_name", "x" * 61) == "x" * 59 + "…"
    assert shown("full_name", None) == ""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("subject", [ImportSubject.STAFF, ImportSubject.WATCHLIST])
def test_the_template_s_columns_are_known(subject: ImportSubject, language: str) -> None:
    names = staff.NAMES if subject is ImportSubject.STAFF else watchlist.NAMES
    with translation.override(language):
        for key in wording.EXPLANATIONS[subject]:
            assert plain(wording.column(key)) in {plain(name) for name in names[key]}


def test_every_code_has_words() -> None:
    codes: list[tuple[str, Any]] = [("full_name", ""), ("phone", "x"), ("plate", "x"), ("sex", "x")]
    codes += [("origin", "x" * 161), ("personal_number", "00119012345x"), ("doses", "x")]
    for column, cell in codes:
        [one] = [one for one in read(**{column: cell})[1] if one.column == column]
        assert "cannot be read" not in wording.cell_fault(one)
    with translation.override("en"):
        long = CellFault(1, "origin", "max_length", params={"limit_value": 160})
        assert wording.cell_fault(long) == "At most 160 characters."
        double = CellFault(3, "personal_number", "double", params={"first": 2})
        assert wording.cell_fault(double).startswith("Row 2 ")


# --- The watchlist --------------------------------------------------------------------------------

WANTED: dict[str, Cell] = {"personal_number": "000190012345", "level": "Truy nã"}
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=HANOI)


def entry(**cells: Cell) -> tuple[Entry | None, list[tuple[str, str]]]:
    reader = WatchlistReader(source="CDC Mẫu", zone=HANOI, now=NOW)
    found, faults = reader.read(3, WANTED | cells)
    return found, [(one.column, one.code) for one in faults]


def test_an_entry_of_the_watchlist() -> None:
    found, _ = entry(plate="99A-123.45", active_from="1/12/2026 08:30", active_until="31/12/2026")
    assert found == Entry(
        personal_number="000190012345",
        plate="99A12345",
        level="wanted",
        active_from=datetime(2026, 12, 1, 8, 30, tzinfo=HANOI),
        active_until=datetime(2026, 12, 31, 23, 59, 59, tzinfo=HANOI),
        note="",
        source="CDC Mẫu",
    )


@pytest.mark.parametrize(
    ("word", "level"),
    [
        *(("F0", "f0"), ("f1", "f1"), ("F0 (nhiễm bệnh)", "f0"), ("CÁCH LY", "quarantine")),
        *(("wanted", "wanted"), ("Truy nã", "wanted"), ("quarantine", "quarantine")),
    ],
)
def test_levels_by_code_or_word(word: str, level: str) -> None:
    found, _ = entry(level=word)
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"level": ""}, ("level", "required")),
        ({"level": "F9"}, ("level", "no_choice")),
        ({"personal_number": ""}, ("personal_number", "nobody")),
        ({"personal_number": 1190012345}, ("personal_number", "lost_zeros")),
        ({"plate": "x"}, ("plate", "plate")),
        ({"active_from": "x"}, ("active_from", "no_date")),
        ({"active_until": "26/11/2026 12:00"}, ("active_until", "ended")),
        (
            {"active_from": "02/12/2026", "active_until": "01/12/2026"},
            ("active_until", "ends_before_it_begins"),
        ),
        ({"note": "x" * 201}, ("note", "max_length")),
    ],
)
def test_bad_cells_of_the_watchlist(cells: dict[str, Cell], fault: tuple[str, str]) -> None:
    assert entry(**cells) == (None, [fault])


def test_a_plate_alone_and_an_end_today_are_good() -> None:
    assert entry(personal_number="", plate="99A-123.45")[1] == []
    assert entry(active_until="26/11/2026")[1] == []
    assert entry(active_until="26/11/2026 12:01")[1] == []


def test_a_date_cell_of_a_spreadsheet_is_a_whole_day() -> None:
    cell = datetime(2026, 12, 1)  # noqa: DTZ001
    assert moment_of(cell, HANOI) == datetime(2026, 12, 1, tzinfo=HANOI)
    assert moment_of(cell, HANOI, whole_day_until=True) == datetime(
        2026, 12, 1, 23, 59, 59, tzinfo=HANOI
    )
