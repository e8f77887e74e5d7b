"""What somebody looks for, as it is kept sealed with the look-up and asked again for each page."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from permits.people import is_personal_number, is_plate, normalise_plate, plain_name
from permits.serials import BadSerial, format_serial, parse_serial

OLD_NUMBER_LENGTH = 9
SEPARATORS = str.maketrans("", "", " .-")


class CannotRead(Exception):
    """The text is nothing that can be looked for. `code`: `digits`, `neither` or `no_name`."""

    def __init__(self, code: str, count: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.count = count


@dataclass(frozen=True, kw_only=True)
class Query:
    """Whom, where, when. Of the first line at most one is given; `name` is plain (plain_name)."""

    number: str = ""
    plate: str = ""
    serial: str = ""
    name: str = ""
    scan: UUID | None = None
    still: UUID | None = None
    checkpoint: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    outcome: str = ""
    minutes: int | None = None

    @property
    def names_somebody(self) -> bool:
        """Whether it is about a person or a vehicle."""
        return bool(self.number or self.plate or self.serial or self.name or self.scan)

    def as_text(self) -> str:
        """To be sealed."""
        return json.dumps({key: value for key, value in asdict(self).items() if value}, default=str)


def of_text(text: str) -> Query:
    """The query again."""
    kept: dict[str, Any] = json.loads(text)
    for key, read in (
        ("scan", UUID),
        ("still", UUID),
        ("since", datetime.fromisoformat),
        ("until", datetime.fromisoformat),
    ):
        if key in kept:
            kept[key] = read(kept[key])
    return Query(**kept)


def of_typed(typed: str) -> Query:
    """Whom a text means: a serial, a number of 12 or 9 digits, a plate or a name.

    Raises CannotRead.
    """
    text = " ".join(typed.split())
    digits = text.translate(SEPARATORS)
    if digits.isascii() and digits.isdigit():
        return _of_digits(text, digits)
    try:
        return Query(serial=format_serial(parse_serial(text)))
    except BadSerial:
        pass
    if any(c.isdigit() for c in text):
        plate = normalise_plate(text)
        if not is_plate(plate):
            raise CannotRead("neither")
        return Query(plate=plate)
    name = plain_name(text)
    if sum(c.isalpha() for c in name) < 2:
        raise CannotRead("no_name")
    return Query(name=name)


def with_range(query: Query, **limits: Any) -> Query:
    """The same person, in these limits."""
    return replace(query, **limits)


def _of_digits(text: str, digits: str) -> Query:
    """A serial may have digits alone: then its check character says so."""
    if is_personal_number(digits) or len(digits) == OLD_NUMBER_LENGTH:
        return Query(number=digits)
    try:
        return Query(serial=format_serial(parse_serial(text)))
    except BadSerial:
        raise CannotRead("digits", len(digits)) from None
