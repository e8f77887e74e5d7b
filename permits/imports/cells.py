"""Single cells: what a spreadsheet makes of a number, a date or a word, and what was meant."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError

from permits.fields import SEPARATORS
from permits.imports.headings import plain
from permits.imports.table import Cell
from permits.people import NUMBER_LENGTH, mask_number

DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
TIMES = (
    *("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%H:%M %d/%m/%Y"),
    *("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"),
)
SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE)
FORMULA = ("=", "@")
# Provinces are 001 to 096: one or two zeros lead, so that ten or eleven digits are left.
LEAST_DIGITS_LEFT = 10
LONGEST_SHOWN = 60
SHOWN_OF_A_PHONE = 3


class CellFault(msgspec.Struct, frozen=True):
    """What is said of one cell. A notice says how a cell was read, and the row is good.

    `column` is a key, `code` stable; `params` go into its words (wording.py).
    """

    row: int
    column: str
    code: str
    shown: str = ""
    params: dict[str, Any] = {}
    is_notice: bool = False


class BadCell(ValueError):
    """A cell that cannot be read."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.params = code, dict(params or {})


def text_of(cell: Cell) -> str:
    """What stands in a cell, as text. Raises BadCell for a formula: nothing is computed."""
    if isinstance(cell, str):
        if cell.startswith(FORMULA):
            raise BadCell("formula")
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def cleaned(field: forms.Field, text: str) -> Any:
    """What the field of the public form makes of a text. Raises BadCell."""
    try:
        return field.clean(text)
    except ValidationError as error:
        first = error.error_list[0]
        params = {
            name: value
            for name, value in (first.params or {}).items()
            if isinstance(value, int) and name in ("count", "limit_value", "show_value")
        }
        raise BadCell(first.code or "invalid", params) from None


def date_of(cell: Cell) -> date | None:
    """A date: as a date of the spreadsheet, or written. Raises BadCell."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell).strip()
    if not text:
        return None
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    raise BadCell("no_date")


def moment_of(cell: Cell, zone: tzinfo, *, whole_day_until: bool = False) -> datetime | None:
    """A moment; of a mere date its first, or with `whole_day_until` its last. Raises BadCell."""
    if isinstance(cell, datetime) and cell.time() != time():
        return cell.replace(tzinfo=zone)
    if isinstance(cell, str):
        for form in TIMES:
            try:
                return datetime.strptime(cell.strip(), form).replace(tzinfo=zone)
            except ValueError:
                continue
    day = date_of(cell)
    if day is None:
        return None
    moment = time(23, 59, 59) if whole_day_until else time()
    return datetime.combine(day, moment, tzinfo=zone)


def number_of(cell: Cell) -> str:
    """A personal number's characters without separators. Raises BadCell for `1.19E+11`."""
    text = text_of(cell).strip()
    if SCIENTIFIC.fullmatch(text):
        raise BadCell("scientific")
    return SEPARATORS.sub("", text)


def has_lost_zeros(number: str) -> bool:
    """Whether a personal number may be this one with its leading zeros."""
    return number.isdecimal() and LEAST_DIGITS_LEFT <= len(number) < NUMBER_LENGTH


def phone_without_zero(text: str) -> str:
    """The phone that a spreadsheet took for a number: `912345678`. Empty where it is none."""
    digits = SEPARATORS.sub("", text)
    found = re.fullmatch(r"(?:84)?([1-9][0-9]{8})", digits)
    return f"0{found[1]}" if found else ""


def choice_of(cell: Cell, words: Mapping[str, str]) -> str:
    """The value that a word stands for, or nothing. Raises BadCell for a word that is none."""
    word = plain(text_of(cell))
    if not word:
        return ""
    if word not in words:
        raise BadCell("no_choice")
    return words[word]


def shown(column: str, cell: Cell) -> str:
    """As much of a cell as a page may show."""
    text = "" if cell is None else str(cell).strip()
    if isinstance(cell, datetime | date | float):
        text = text_of(cell)
    if column == "personal_number":
        text = SEPARATORS.sub("", text)
        return mask_number(text) if len(text) > len("2345") else text
    if column == "phone":
        return f"•••{text[-SHOWN_OF_A_PHONE:]}" if text else ""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
