"""What a payload is taken for: ours in any variant that is met, and junk for junk."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from permits import payloads, serials, token
from permits.payloads import (
    CitizenCard,
    Forged,
    PersonalNumber,
    Plate,
    Serial,
    TravelCode,
    Unknown,
    card_address,
)
from permits.tests.properties import whatever_it_takes
from permits.token import Fault, Token
from permits.verdict import PayloadKind

KEY, OTHER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
PUBLIC_KEYS = {token.key_id(KEY.public_key()): KEY.public_key()}
TOKEN = Token(
    number=77,
    kind=1,
    valid_from=datetime(2021, 9, 14, tzinfo=UTC),
    valid_until=datetime(2021, 9, 17, tzinfo=UTC),
    number_digest=b"abcd",
    plate_digest=token.NO_PLATE,
)
CODE = token.sign(TOKEN, KEY)
CARD = "000190012345|123456789|Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu, Hà Nội|01012021"
READ = CitizenCard("000190012345", "Nguyễn Thị Mẫu", date(1990, 5, 17), "female")


def parse(text: str) -> payloads.Payload:
    return payloads.parse(text, PUBLIC_KEYS)


def card_with(position: int, value: str) -> str:
    fields = CARD.split("|")
    fields[position] = value
    return "|".join(fields)


# --- Travel codes ---------------------------------------------------------------------------------


def test_a_travel_code_is_read() -> None:
    assert parse(CODE) == TravelCode(TOKEN)
    assert parse(CODE).kind is PayloadKind.TOKEN


@pytest.mark.parametrize("text", [f"{CODE}\r\n", f"\t{CODE} ", f" {CODE}\n"])
def test_what_a_keyboard_wedge_adds_is_taken_off(text: str) -> None:
    assert parse(text) == TravelCode(TOKEN)


def test_a_code_of_another_key_is_forged() -> None:
    assert parse(token.sign(TOKEN, OTHER_KEY)) == Forged(Fault.UNKNOWN_KEY)


def test_a_code_that_was_changed_is_forged() -> None:
    changed = CODE[:60] + ("0" if CODE[60] != "0" else "1") + CODE[61:]

    assert parse(changed) == Forged(Fault.BAD_SIGNATURE)
    assert parse(changed).kind is PayloadKind.TOKEN


@pytest.mark.parametrize("text", [CODE[:-1], CODE + "0", CODE.lower(), "CP1:", "CP2:" + CODE[4:]])
def test_a_damaged_code_is_none_of_ours(text: str) -> None:
    assert parse(text) == Unknown()


# --- Serials --------------------------------------------------------------------------------------


@pytest.mark.parametrize("spell", [str, str.lower, lambda serial: serial.replace("-", " ")])
def test_a_serial_is_read(spell: object) -> None:
    serial = serials.format_serial(77)

    assert callable(spell)
    assert parse(f"{spell(serial)}\n") == Serial(77)
    assert parse(serial).kind is PayloadKind.SERIAL


def test_a_serial_with_a_wrong_character_is_unknown() -> None:
    serial = serials.format_serial(77)

    assert parse(serial[:-1] + ("A" if serial[-1] != "A" else "B")) == Unknown()


# --- Citizen cards --------------------------------------------------------------------------------


def test_a_citizen_card_is_read() -> None:
    assert parse(CARD) == READ
    assert parse(CARD).kind is PayloadKind.CITIZEN_CARD


@pytest.mark.parametrize(
    "text",
    [
        CARD + "|",
        CARD + "||Nguyễn Văn A|Trần Thị B|",  # since 2024: further fields
        card_with(1, ""),  # who never had an old number
        card_with(5, ""),
        card_with(6, ""),
        card_with(2, "  Nguyễn Thị Mẫu "),
        CARD + "\r\n",
        unicodedata.normalize("NFD", CARD),
    ],
)
def test_a_card_s_variants_are_read_alike(text: str) -> None:
    assert parse(text) == READ


def test_a_man_of_the_2000s_is_read() -> None:
    card = "000204012345||Trần Văn Mẫu|29022004|Nam|xã Mẫu|01012021"

    assert parse(card) == CitizenCard("000204012345", "Trần Văn Mẫu", date(2004, 2, 29), "male")


@pytest.mark.parametrize(
    "text",
    [
        "|".join(CARD.split("|")[:6]),  # a field short
        "||||||",
        "|",
        card_with(0, ""),
        card_with(0, "00019001234"),
        card_with(0, "0001900123456"),
        card_with(0, "00019001234x"),
        card_with(0, "000090012345"),  # a man's number
        card_with(0, "000390012345"),  # of the 2000s
        card_with(0, "000191012345"),  # of another year
        card_with(2, ""),
        card_with(2, "   "),
        card_with(3, "31022000"),
        card_with(3, "29021990"),  # no leap year
        card_with(3, "00001990"),
        card_with(3, "1705199"),
        card_with(3, "170519900"),
        card_with(3, "17/05/90"),
        card_with(3, "1705 990"),
        card_with(3, "１７０５１９９０"),
        card_with(3, "17050000"),
        card_with(3, ""),
        card_with(4, "Nam"),
        card_with(4, "nữ"),
        card_with(4, ""),
        CARD.replace("|", ";"),
        "00020101021238570010A000000727012700069704220113|x",  # a payment code
    ],
)
def test_what_does_not_hold_together_is_no_card(text: str) -> None:
    assert parse(text) == Unknown()


def test_a_card_keeps_no_more_than_is_needed() -> None:
    assert "phường" not in repr(parse(CARD))
    assert "123456789" not in repr(parse(CARD)).replace(READ.personal_number, "")


# --- Junk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \r\n",
        "https://example.com/menu?table=4",
        "http://example.com/CP1:" + CODE[4:],
        "WIFI:T:WPA;S:net;P:secret;;",
        "HC1:6BFOXN%TS3DH0YOJ58S",
        "\x00",
        "\ud800",
        "x" * 7089,
        "0" * 7089,
        "|" * 7089,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_anything_else_is_unknown(text: str) -> None:
    assert parse(text) == Unknown()
    assert parse(text).kind is PayloadKind.UNKNOWN


ANY_CHARACTER = st.characters(exclude_categories=())
FIELDS = st.text(ANY_CHARACTER, max_size=12) | st.sampled_from([*CARD.split("|"), "Nam", "0" * 12])
CARDS = st.lists(FIELDS, max_size=10).map("|".join)
DIGITS = st.text(st.characters(categories=["Nd", "No"]), max_size=12)
BIRTHS = st.builds(lambda number, born: f"{number}||A|{born}|Nam||", DIGITS, DIGITS)
TEXTS = st.text(ANY_CHARACTER) | CARDS | BIRTHS | CARDS.map(token.PREFIX.__add__)


@given(TEXTS)
@whatever_it_takes
def test_any_text_is_a_payload_and_nothing_is_raised(text: str) -> None:
    assert isinstance(parse(text), CitizenCard | PersonalNumber | Plate | Serial | Unknown)


@pytest.mark.parametrize("text", ["000190012345", " 0001 9001 2345\n", "000.190.012.345"])
def test_a_personal_number_is_read_in_any_spelling(text: str) -> None:
    assert parse(text) == PersonalNumber("000190012345")


@pytest.mark.parametrize("text", ["00019001234", "0001900123456", "٠٠٠١٩٠٠١٢٣٤٥"])
def test_what_has_not_twelve_digits_is_no_personal_number(text: str) -> None:
    assert not isinstance(parse(text), PersonalNumber)


def test_a_card_s_address_is_read_apart_from_who_it_is() -> None:
    card = "000190012345||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu, Hà Nội|01012021"
    assert card_address(card) == "phường Mẫu, Hà Nội"
    assert card_address("https://example.com|a|b|c|d|e|f") == ""
