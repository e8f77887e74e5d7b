"""PURE. What a payload is: a travel code, a card, a serial, number or plate, or none of ours."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from permits import people, serials, token
from permits.token import Fault, Token
from permits.verdict import PayloadKind

CARD_FIELDS = 7  # cards since 2024 append more; the first seven are the same
LONGEST_PLATE = 16  # typed, with blanks, hyphens and dots
NUMBER_SEPARATORS = re.compile(r"[ .\-]")
SEXES = {"Nam": "male", "Nữ": "female"}


@dataclass(frozen=True, slots=True)
class Forged:
    """A text of the travel code's form whose signature is not ours."""

    fault: Fault
    kind = PayloadKind.TOKEN


@dataclass(frozen=True, slots=True)
class TravelCode:
    """A travel code that verified."""

    token: Token
    kind = PayloadKind.TOKEN


@dataclass(frozen=True, slots=True)
class Serial:
    """A permit's serial, typed because there is no phone."""

    number: int
    kind = PayloadKind.SERIAL


@dataclass(frozen=True, slots=True)
class CitizenCard:
    """The QR on a citizen card (CCCD). It is not signed: it says who, and proves nothing."""

    personal_number: str
    full_name: str
    birth_date: date
    sex: str
    kind = PayloadKind.CITIZEN_CARD


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A person's number, typed because there is no card. It says even less than a card does."""

    personal_number: str
    kind = PayloadKind.NUMBER


@dataclass(frozen=True, slots=True)
class Plate:
    """A vehicle's plate, typed in any spelling: letters and digits alone."""

    plate: str
    kind = PayloadKind.PLATE


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else: a web address, a payment code, a damaged travel code."""

    kind = PayloadKind.UNKNOWN


Payload = TravelCode | Forged | Serial | CitizenCard | PersonalNumber | Plate | Unknown
Person = CitizenCard | PersonalNumber


def parse(text: str, public_keys: Mapping[bytes, Ed25519PublicKey]) -> Payload:
    """Say what a payload is. Never raises, whatever the text."""
    text = text.strip("\r\n\t ")
    if text.startswith(token.PREFIX):
        return _parse_token(text, public_keys)
    if "|" in text:
        return parse_card(text) or Unknown()
    number = NUMBER_SEPARATORS.sub("", text)
    if people.is_personal_number(number):
        return PersonalNumber(number)
    try:
        return Serial(serials.parse_serial(text))
    except serials.BadSerial:
        return _parse_plate(text)


def _parse_plate(text: str) -> Payload:
    """A text as long as a serial is a serial with a wrong character. Nor are longer ones plates:
    what is left of a web address without its signs may look like one.
    """
    plate = people.normalise_plate(text) if len(text) <= LONGEST_PLATE else ""
    is_short = len(plate) < serials.LENGTH
    return Plate(plate) if is_short and people.is_plate(plate) else Unknown()


def _parse_token(text: str, public_keys: Mapping[bytes, Ed25519PublicKey]) -> Payload:
    found = token.verify(text, public_keys)
    if isinstance(found, Token):
        return TravelCode(found)
    return Unknown() if found is Fault.MALFORMED else Forged(found)


def parse_card(text: str) -> CitizenCard | None:
    """Read a citizen card's fields (docs/rules.md), or None where they do not hold together."""
    # Some keyboard wedges type accents apart from their letters.
    fields = [field.strip() for field in unicodedata.normalize("NFC", text).split("|")]
    if len(fields) < CARD_FIELDS:
        return None
    number, _old_number, name, born, sex_word, *_rest = fields
    birth_date, sex = _parse_date(born), SEXES.get(sex_word)
    if not name or birth_date is None or sex is None or not people.is_personal_number(number):
        return None
    if not people.number_fits_birth_date(number, birth_date):
        return None
    if not people.number_fits_sex(number, sex):
        return None
    return CitizenCard(number, name, birth_date, sex)


def card_address(text: str) -> str:
    """Where the person of a citizen card lives: a trip's origin, most often. Empty: not a card."""
    if parse_card(text) is None:
        return ""
    return unicodedata.normalize("NFC", text).split("|")[5].strip()


def _parse_date(text: str) -> date | None:
    """A date as ddmmyyyy."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime.strptime(text, "%d%m%Y").date()  # noqa: DTZ007 a date has no zone
    except ValueError:
        return None
