"""What an export holds: its tables, and their cells as a reader takes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

Value = str | int | float | datetime | None
MOMENT = "%Y-%m-%d %H:%M:%S"


class Format(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    NUMBER = "number"  # whole
    SHARE = "share"  # of 1: 0.125 is read as 12.5%
    MOMENT = "moment"  # aware
    MILLISECONDS = "milliseconds"  # whole


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `width` is its share of the table's width beside the others'."""

    heading: str
    format: Format = Format.TEXT
    width: int = 10


@dataclass(frozen=True)
class Table:
    """A table. `rows` is read once, a row at a time; each has a value for every column, or None.

    `count` is how many rows there will be, None where that is not known.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    count: int | None


@dataclass(frozen=True)
class Export:
    """One file. `notes` say what it shows: the range, the filter, whose checkpoints.

    `name` is the file's, without ending and of ASCII.
    """

    name: str
    title: str
    tables: Sequence[Table]
    notes: Sequence[str] = ()

    @property
    def count(self) -> int | None:
        """How many rows all tables have, None where that is not known of one."""
        counts = [table.count for table in self.tables]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None


def as_text(value: Value, format: Format) -> str:
    """A cell in words: moments in the site's time zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime(MOMENT)
    if format is Format.SHARE and isinstance(value, int | float):
        return f"{value * 100:.1f}%"
    return str(value)
