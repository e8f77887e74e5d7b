"""PURE. A permit's serial: ten characters that can be read out in the rain.

Nine characters of Crockford's base32 hold the permit's number (45 random bits), the tenth checks
them. The alphabet has no I, L, O or U; reading takes I and L for 1, O for 0, lower case for upper,
and passes over spaces and hyphens [crockford.com/base32.html]. Crockford's own check character
comes from an alphabet with `*~$=U`, which nobody can read out, so this one is a digit of the same
32: a weighted sum in the field of 32 elements. It catches every single wrong character and every
exchange of two different characters.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_BITS = 45
LENGTH = 10

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_VALUES |= {character.lower(): value for character, value in list(_VALUES.items())}
_VALUES |= {"O": 0, "o": 0, "I": 1, "i": 1, "L": 1, "l": 1}


class BadSerial(ValueError):
    """The text is not a serial: of another length or alphabet, or with a wrong check character."""


def new_number() -> int:
    """A random number for a new permit: nobody can guess their neighbour's."""
    return secrets.randbits(NUMBER_BITS)


def format_serial(number: int) -> str:
    """The serial of a permit's number, as XXXXX-XXXXX."""
    if not 0 <= number < 1 << NUMBER_BITS:
        raise ValueError("a permit's number has 45 bits")
    values = [(number >> shift) & 31 for shift in range(NUMBER_BITS - 5, -1, -5)]
    text = "".join(ALPHABET[value] for value in [*values, _check_value(values)])
    return f"{text[:5]}-{text[5:]}"


def parse_serial(text: str) -> int:
    """The permit's number of a serial, in any spelling that Crockford allows. Raises BadSerial."""
    characters = text.replace("-", "").replace(" ", "")
    if len(characters) != LENGTH:
        raise BadSerial("a serial has ten characters")
    try:
        *values, check = [_VALUES[character] for character in characters]
    except KeyError:
        raise BadSerial("a character that no serial has") from None
    if check != _check_value(values):
        raise BadSerial("the check character does not fit")
    number = 0
    for value in values:
        number = number << 5 | value
    return number


def _check_value(values: list[int]) -> int:
    """Sum of values[i] * 2**(i + 1) in the field of 32 elements, by Horner's rule."""
    total = 0
    for value in reversed(values):
        total = _times_two(total) ^ value
    return _times_two(total)


def _times_two(value: int) -> int:
    """Multiply by x modulo x**5 + x**2 + 1, which is primitive: its powers repeat after 31."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled
