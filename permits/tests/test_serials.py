"""A permit's serial: what is misread or mistyped is noticed, another spelling is not minded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.serials import (
    ALPHABET,
    LENGTH,
    NUMBER_BITS,
    BadSerial,
    format_serial,
    new_number,
    parse_serial,
)
from permits.tests.properties import whatever_it_takes

NUMBERS = st.integers(0, 2**NUMBER_BITS - 1)


def plain(number: int) -> str:
    return format_serial(number).replace("-", "")


@given(NUMBERS)
@whatever_it_takes
def test_a_number_comes_back_from_its_serial(number: int) -> None:
    serial = format_serial(number)

    assert parse_serial(serial) == number
    assert len(serial) == 11
    assert serial[5] == "-"
    assert set(plain(number)) <= set(ALPHABET)


@given(NUMBERS, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
@whatever_it_takes
def test_a_single_wrong_character_is_noticed(number: int, at: int, wrong: str) -> None:
    serial = plain(number)
    mistyped = serial[:at] + wrong + serial[at + 1 :]

    if mistyped != serial:
        with pytest.raises(BadSerial, match="check character"):
            parse_serial(mistyped)


@given(NUMBERS, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
@whatever_it_takes
def test_two_exchanged_characters_are_noticed(number: int, one: int, other: int) -> None:
    characters = list(plain(number))
    characters[one], characters[other] = characters[other], characters[one]
    mistyped = "".join(characters)

    if mistyped != plain(number):
        with pytest.raises(BadSerial, match="check character"):
            parse_serial(mistyped)


def test_every_wrong_character_and_every_exchange_in_one_serial_is_noticed() -> None:
    serial = plain(0x123456789AB)
    wrong = {
        serial[:at] + character + serial[at + 1 :] for at in range(LENGTH) for character in ALPHABET
    }
    for one in range(LENGTH):
        for other in range(one):
            characters = list(serial)
            characters[one], characters[other] = characters[other], characters[one]
            wrong.add("".join(characters))
    wrong.discard(serial)

    assert len(wrong) > 10 * 31
    for mistyped in wrong:
        with pytest.raises(BadSerial):
            parse_serial(mistyped)


@pytest.mark.parametrize(
    "spelling",
    [
        "01ABCDEFG0",
        "01abc-defg0",
        " 01 AB CD EF G0 ",
        "0-1-A-B-C-D-E-F-G-0",
        "OIABC-DEFGO",
        "oiabc-defgo",
        "0LABC-DEFG0",
        "olabc-defgO",
    ],
)
def test_crockfords_spellings_are_one_serial(spelling: str) -> None:
    assert parse_serial(spelling) == parse_serial("01ABC-DEFG0")


@pytest.mark.parametrize("text", ["", "-", "00000-0000", "00000-000000", "0" * 9, "0" * 11])
def test_another_length_is_no_serial(text: str) -> None:
    with pytest.raises(BadSerial, match="ten characters"):
        parse_serial(text)


@pytest.mark.parametrize(
    "text", ["U000000000", "000000000u", "00000.0000", "００００００００００", "Đ00000000Ơ"]
)
def test_a_character_of_another_alphabet_is_no_serial(text: str) -> None:
    with pytest.raises(BadSerial, match="a character that no serial has"):
        parse_serial(text)


@given(st.text(st.characters(exclude_categories=())))
@whatever_it_takes
def test_any_text_is_a_number_of_45_bits_or_a_bad_serial(text: str) -> None:
    try:
        number = parse_serial(text)
    except BadSerial:
        return
    assert 0 <= number < 2**NUMBER_BITS


@pytest.mark.parametrize("number", [0, 2**NUMBER_BITS - 1])
def test_the_first_and_the_last_number_have_a_serial(number: int) -> None:
    assert parse_serial(format_serial(number)) == number


@pytest.mark.parametrize("number", [-1, 2**NUMBER_BITS])
def test_a_number_beyond_has_none(number: int) -> None:
    with pytest.raises(ValueError, match="45 bits"):
        format_serial(number)


def test_new_numbers_are_random_and_fit() -> None:
    numbers = {new_number() for _ in range(200)}

    assert len(numbers) == 200
    assert all(0 <= number < 2**NUMBER_BITS for number in numbers)
