"""PURE. An uploaded file becomes rows of cells. What it is, its content says and not its name."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from permits.imports import limits

Cell = str | int | float | bool | date | datetime | time | None
ZIP, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"


class FileFault(StrEnum):
    """Why a file is not taken. The values are stable codes."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    SWELLS = "swells"
    WRONG_TYPE = "wrong_type"
    OLD_EXCEL = "old_excel"
    DAMAGED = "damaged"
    NOT_TEXT = "not_text"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    MISSING_COLUMNS = "missing_columns"
    SAME_COLUMN_TWICE = "same_column_twice"


class BadFile(ValueError):
    """The file is not taken: `fault` says why, `names` which columns it is about."""

    def __init__(self, fault: FileFault, names: Sequence[str] = ()) -> None:
        super().__init__(fault.value)
        self.fault, self.names = fault, tuple(names)


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number, as a spreadsheet counts: the header is usually row 1."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """A header and the rows below it that say something. The rows can be read once."""

    header: Sequence[str]
    rows: Iterator[Row]
    lines: int  # about how many rows there are; 0 where nobody knows


def read(content: bytes, known_names: Collection[str]) -> Table:
    """Read a CSV or XLSX file. Raises BadFile, also while the rows are read.

    `known_names` are the columns' names as `plain` writes them: they tell a semicolon that parts
    columns from one in a text.
    """
    from permits.imports import delimited, workbook

    if not content.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise BadFile(FileFault.EMPTY)
    if len(content) > limits.MOST_BYTES:
        raise BadFile(FileFault.TOO_LARGE)
    if content.startswith(OLD_EXCEL):
        raise BadFile(FileFault.OLD_EXCEL)
    if content.startswith(PDF):
        raise BadFile(FileFault.WRONG_TYPE)
    if content.startswith(ZIP):
        lines, rows = workbook.rows(content)
    else:
        lines, rows = delimited.rows(content, known_names)
    return _with_header(lines, rows)


def _with_header(lines: int, rows: Iterator[Sequence[Cell]]) -> Table:
    """The header is the first row that says something."""
    numbered = _that_say_something(rows)
    first = next(numbered, None)
    if first is None:
        raise BadFile(FileFault.EMPTY)
    header = ["" if cell is None else str(cell).strip() for cell in first.cells]
    return Table(header, _bounded(numbered), max(lines - first.number, 0))


def _that_say_something(rows: Iterator[Sequence[Cell]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=1):
        if number > limits.MOST_LINES:
            raise BadFile(FileFault.TOO_MANY_ROWS)
        width = _width(cells)
        if width > limits.MOST_COLUMNS:
            raise BadFile(FileFault.TOO_MANY_COLUMNS)
        if width:
            yield Row(number, cells[:width])


def _width(cells: Sequence[Cell]) -> int:
    """How many cells up to the last one that says something."""
    for width in range(len(cells), 0, -1):
        cell = cells[width - 1]
        if cell is not None and (not isinstance(cell, str) or cell.strip()):
            return width
    return 0


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > limits.MOST_ROWS:
            raise BadFile(FileFault.TOO_MANY_ROWS)
        yield row
