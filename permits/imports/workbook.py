"""PURE. XLSX: the first sheet that says something, a row at a time. Formulas stay what they are."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from permits.imports import limits
from permits.imports.table import BadFile, Cell, FileFault

MOST_PARTS = 1_000  # files in the zip file
# What openpyxl raises over a file that is none, or that is cut off.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException, ParseError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, DefusedXmlException),
)


def rows(content: bytes) -> tuple[int, Iterator[Sequence[Cell]]]:
    """About how many rows, and the rows. Raises BadFile, also while they are read."""
    _look_at_the_zip_file(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = book.worksheets
        lines = (sheets[0].max_row or 0) if sheets else 0
    except DAMAGED:
        raise BadFile(FileFault.DAMAGED) from None
    if not sheets:
        raise BadFile(FileFault.EMPTY)
    return min(lines, limits.MOST_LINES), _read(sheets[0])


def _look_at_the_zip_file(content: bytes) -> None:
    """Before anything is unpacked. What a part says of its size binds the reader later on."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except DAMAGED:
        raise BadFile(FileFault.DAMAGED) from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise BadFile(FileFault.WRONG_TYPE)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > limits.MOST_UNPACKED_BYTES:
        raise BadFile(FileFault.SWELLS)


def _read(sheet: Any) -> Iterator[Sequence[Cell]]:
    # The size that a sheet says of itself may be wrong either way.
    sheet.reset_dimensions()
    cells_of = sheet.iter_rows(values_only=True, max_col=limits.MOST_COLUMNS + 1)
    try:
        for values in cells_of:
            yield [_cell(value) for value in values]
    except DAMAGED as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(FileFault.DAMAGED) from None


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value[: limits.MOST_CELL]
    if value is None or isinstance(value, Cell):
        return value
    return f"={type(value).__name__}"  # an array formula or a data table
