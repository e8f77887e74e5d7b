"""Personal numbers, plates and masks: both sides of each check."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.people import (
    is_personal_number,
    mask_number,
    normalise_plate,
    number_fits_birth_date,
    number_fits_sex,
)
from permits.tests.properties import whatever_it_takes


@pytest.mark.parametrize("text", ["000000000000", "000190012345", "999999999999"])
def test_twelve_digits_are_a_personal_number(text: str) -> None:
    assert is_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00019001234",
        "0001900123456",
        "00019001234x",
        " 00190012345",
        "-00190012345",
        "０００１９００１２３４５",  # full-width digits
        "०००१९००१२३४५",
        "00019001234²",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_personal_number(text)


@pytest.mark.parametrize(
    ("century_and_sex", "first_year", "last_year"),
    [
        ("0", 1900, 1999),
        ("1", 1900, 1999),
        ("2", 2000, 2099),
        ("3", 2000, 2099),
        ("4", 2100, 2199),
        ("9", 2300, 2399),
    ],
)
def test_the_number_says_the_century_and_the_year_of_birth(
    century_and_sex: str, first_year: int, last_year: int
) -> None:
    first, last = (f"000{century_and_sex}{year}012345" for year in ("00", "99"))

    assert number_fits_birth_date(first, date(first_year, 1, 1))
    assert number_fits_birth_date(last, date(last_year, 12, 31))
    assert not number_fits_birth_date(first, date(first_year - 1, 12, 31))
    assert not number_fits_birth_date(last, date(last_year + 1, 1, 1))
    assert not number_fits_birth_date(first, date(last_year, 1, 1))


@pytest.mark.parametrize("digit", range(10))
def test_an_even_digit_is_male_and_an_odd_one_female(digit: int) -> None:
    number = f"000{digit}90012345"

    assert number_fits_sex(number, "male") == (digit % 2 == 0)
    assert number_fits_sex(number, "female") == (digit % 2 == 1)


def test_a_mask_shows_the_last_four_digits() -> None:
    assert mask_number("000190012345") == "••••2345"
    assert mask_number("") == ""


@given(st.from_regex(r"\d{12}", fullmatch=True))
@whatever_it_takes
def test_a_mask_never_shows_more(number: str) -> None:
    assert mask_number(number) == "••••" + number[8:]


@pytest.mark.parametrize(
    "typed",
    ["99A-123.45", "99a-123.45", "99A 12345", " 99A12345 ", "99A–123.45", "９９Ａ－１２３．４５"],
)
def test_one_plate_has_many_spellings(typed: str) -> None:
    assert normalise_plate(typed) == "99A12345"


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("99H1-123.45", "99H112345"),
        ("99MĐ1-123.45", "99MD112345"),
        ("99mđ1-123.45", "99MD112345"),
        ("", ""),
        ("-.", ""),
    ],
)
def test_only_letters_and_digits_stay(typed: str, plate: str) -> None:
    assert normalise_plate(typed) == plate


@given(st.text())
@whatever_it_takes
def test_a_normalised_plate_stays_as_it_is(typed: str) -> None:
    plate = normalise_plate(typed)

    assert normalise_plate(plate) == plate
    assert plate.isascii()
