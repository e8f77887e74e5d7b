"""The fields of a declaration, each by itself: what it reads and what it refuses."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError

from permits.fields import PhoneField, PlateField
from permits.forms.people import YouForm
from permits.forms.trip import TripForm

FIELDS = {**YouForm.base_fields, **TripForm.base_fields}
PHONE, PLATE = PhoneField(), PlateField(required=False)


def fault(field: forms.Field, text: str) -> str | None:
    """The code of the first fault found in what was typed."""
    try:
        field.clean(text)
    except ValidationError as error:
        return error.error_list[0].code
    return None


def test_accents_are_kept_and_come_in_one_spelling() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Hồng Nhung")
    assert decomposed != "Nguyễn Thị Hồng Nhung"

    assert FIELDS["full_name"].clean(decomposed) == "Nguyễn Thị Hồng Nhung"


def test_blanks_in_a_name_are_put_in_order() -> None:
    assert FIELDS["full_name"].clean("  Lê \t Văn\u00a0 An ") == "Lê Văn An"


def test_invisible_marks_are_left_out() -> None:
    assert FIELDS["full_name"].clean("\u202eAn\u200b Lê\ufeff") == "An Lê"


@pytest.mark.parametrize("name", ["Vy", "D'Arc O", "Y 1", "A" * 120])
def test_it_takes_names(name: str) -> None:
    assert FIELDS["full_name"].clean(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("A", "no_name"),
        ("12345", "no_name"),
        ("...", "no_name"),
        ("A" * 121, "max_length"),
        ("An\x07Lê", "control"),
        ("An\x1b[2J", "control"),
        ("An\x00Lê", "control"),
    ],
)
def test_it_refuses_what_is_no_name(name: str, code: str) -> None:
    assert fault(FIELDS["full_name"], name) == code


@pytest.mark.parametrize(
    ("name", "longest"), [("origin", 160), ("destination", 160), ("purpose", 200)]
)
def test_lines_may_be_so_long_and_no_longer(name: str, longest: int) -> None:
    assert fault(FIELDS[name], "á" * longest) is None
    assert fault(FIELDS[name], "á" * (longest + 1)) == "max_length"


@pytest.mark.parametrize("name", ["origin", "destination", "purpose"])
def test_lines_hold_no_control_characters(name: str) -> None:
    assert fault(FIELDS[name], "a\x07b") == "control"


@pytest.mark.parametrize("number", ["001 190 123 456", "001.190.123.456", " 001190-123456 "])
def test_a_personal_number_may_be_typed_in_groups(number: str) -> None:
    assert FIELDS["personal_number"].clean(number) == "001190123456"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("00119012345", "digits"),
        ("0011901234567", "digits"),
        ("012345678", "digits"),
        ("00119012345A", "other"),
        ("٠٠١١٩٠١٢٣٤٥٦", "other"),
        ("1" * 25, "digits"),
    ],
)
def test_a_personal_number_has_twelve_digits(number: str, code: str) -> None:
    assert fault(FIELDS["personal_number"], number) == code


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("0912 345 678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("+84 (0) 912.345.678", "0912345678"),
        ("024-3825 1234", "02438251234"),
    ],
)
def test_a_phone_number_is_kept_as_it_is_dialled(phone: str, kept: str) -> None:
    assert PHONE.clean(phone) == kept


@pytest.mark.parametrize(
    "phone",
    ["091234567", "091234567890", "912345678", "+85512345678", "0012345678", "091234567a", "+84"],
)
def test_it_refuses_what_is_no_vietnamese_phone(phone: str) -> None:
    assert fault(PHONE, phone) == "phone"


@pytest.mark.parametrize(
    ("plate", "kept"),
    [
        ("", ""),
        ("29A-123.45", "29A12345"),
        ("30f 123.45", "30F12345"),
        ("29H1-123.45", "29H112345"),
        ("29X-1234", "29X1234"),
        ("80A-123.45", "80A12345"),
        ("80-011-NG-01", "80011NG01"),
        ("29MĐ1-123.45", "29MD112345"),
        ("TM-12-34", "TM1234"),
        ("29A123", "29A123"),
    ],
)
def test_it_takes_plates_of_all_series(plate: str, kept: str) -> None:
    assert PLATE.clean(plate) == kept


@pytest.mark.parametrize("plate", ["29A12", "29A12345678", "A29-12345", "2912345", "---", "Hà Nội"])
def test_it_refuses_what_is_no_plate(plate: str) -> None:
    assert fault(PLATE, plate) == "plate"
