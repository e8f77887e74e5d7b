"""PURE. Personal numbers, plates, and how little of them is shown.

The personal number's layout is in docs/rules.md: 3 digits of the birth province, 1 of century and
sex, 2 of the birth year, 6 random ones.
"""

import re
import unicodedata
from datetime import date

NUMBER_LENGTH = 12
# Two digits of the province and then at least one letter, or an army plate: two letters and digits.
PLATE = re.compile(r"[0-9]{2}(?=[0-9]*[A-Z])[A-Z0-9]{4,8}|[A-Z]{2}[0-9]{4}")


def is_personal_number(text: str) -> bool:
    """Whether the text is twelve ASCII digits."""
    return len(text) == NUMBER_LENGTH and text.isascii() and text.isdigit()


def birth_year(number: str) -> int:
    """The year that the number's century and year digits say."""
    return (19 + int(number[3]) // 2) * 100 + int(number[4:6])


def number_fits_birth_date(number: str, birth_date: date) -> bool:
    """Whether the number's century and year digits are those of the birth date."""
    return birth_year(number) == birth_date.year


def number_fits_sex(number: str, sex: str) -> bool:
    """Whether the number's fourth digit (even: male, odd: female) fits `male` or `female`."""
    return (int(number[3]) % 2 == 1) == (sex == "female")


def same_name(first: str, second: str) -> bool:
    """Whether two spellings are one name: accents however coded, any case, any spaces."""
    plain = [
        " ".join(unicodedata.normalize("NFC", name).casefold().split()) for name in (first, second)
    ]
    return plain[0] == plain[1]


def mask_number(number: str) -> str:
    """All that a screen shows of a personal number: its last four digits."""
    return f"••••{number[-4:]}" if number else ""


def normalise_plate(text: str) -> str:
    """A plate in upper-case letters and digits alone: `29a-123.45` and `29A 12345` are one."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("Đ", "D")
    return re.sub(r"[^A-Z0-9]", "", plain)


def is_plate(normalised: str) -> bool:
    """Whether letters and digits are a vehicle's plate."""
    return PLATE.fullmatch(normalised) is not None


def plain_name(name: str) -> str:
    """A name as it is searched: lower case, without accents, single blanks; `đ` as `d`."""
    parts = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
