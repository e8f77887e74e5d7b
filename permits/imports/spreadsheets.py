"""CSV and XLSX that the site writes. A cell that a spreadsheet would compute is written as text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

BYTE_ORDER_MARK = "\ufeff"  # Excel knows UTF-8 by it
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31
WIDTH = 24  # characters


def harmless(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula [owasp.org]."""
    return f"'{text}" if text.startswith(COMPUTED) else text


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark that Excel knows it by."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def xlsx_file(sheets: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> bytes:
    """Sheets of texts, each with its title; the first row of each is its header."""
    content = io.BytesIO()
    book = BookInMemory(content)
    for title, rows in sheets:
        sheet: Any = None
        for row in rows:
            if sheet is None:
                # Columns are of text, so that what is typed into them keeps its leading zeros.
                sheet = book.sheet(title, [WIDTH] * len(row), number_format="@")
                sheet.append([bold(sheet, cell) for cell in row])
            else:
                sheet.append([cell_text(cell) for cell in row])
    book.save()
    return content.getvalue()


def cell_text(text: str) -> str:
    """Harmless, and without what XML cannot say."""
    return harmless(NOT_IN_XML.sub("", text))


def bold(sheet: Any, text: str, *, colour: str | None = None) -> Any:
    """A cell; the colour as ARGB."""
    cell = WriteOnlyCell(sheet, value=cell_text(text))
    cell.font = Font(bold=True, color=colour)
    return cell


class BookInMemory:
    """A workbook, written a sheet after the other into one file.

    openpyxl would put each sheet into a plain file in a folder for temporary ones. Here its rows go
    into the archive as they come, compressed.
    """

    def __init__(self, into: IO[bytes]) -> None:
        self._book = Workbook(write_only=True)
        self._archive = ZipFile(into, "w", ZIP_DEFLATED)
        self._open: tuple[Any, IO[bytes]] | None = None

    def sheet(self, title: str, widths: Sequence[float], *, number_format: str = "") -> Any:
        """The next sheet, with its first row always in view; the one before it is closed."""
        self._close()
        sheet: Any = self._book.create_sheet(NOT_IN_TITLES.sub(" ", title)[:LONGEST_TITLE])
        sheet.freeze_panes = "A2"
        for place, width in enumerate(widths, start=1):
            dimension = sheet.column_dimensions[get_column_letter(place)]
            dimension.width = width
            if number_format:
                dimension.number_format = number_format
        sheet._id = len(self._book.worksheets)
        part = self._archive.open(sheet.path[1:], "w", force_zip64=True)
        sheet._writer = WorksheetWriter(sheet, part)
        sheet._writer.write_top()
        self._open = sheet, part
        return sheet

    def save(self) -> None:
        """Write what is left of the file. Nothing can be added after it."""
        self._close()
        _WithSheetsWritten(self._book, self._archive).save()

    def _close(self) -> None:
        if self._open is not None:
            sheet, part = self._open
            sheet.close()
            part.close()
            self._open = None


class _WithSheetsWritten(ExcelWriter):
    """openpyxl's writer of everything but the sheets."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = None
        ws._rels = ws._writer._rels
        self.manifest.append(ws)
