"""CSV and XLSX that the site writes. A cell that a spreadsheet would compute is written as text."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

COMPUTED = ("=", "+", "-", "@", "\t", "\r")
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
    return ("\ufeff" + text.getvalue()).encode()


def xlsx_file(sheets: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> bytes:
    """Sheets of texts, each with its title; the first row of each is its header."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows):
            if not number:
                _prepare(sheet, len(row))
                sheet.append([_bold(sheet, cell) for cell in row])
            else:
                sheet.append([harmless(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _prepare(sheet: Any, columns: int) -> None:
    """Columns are of text, so that what is typed into them keeps its leading zeros."""
    for place in range(columns):
        dimension = sheet.column_dimensions[chr(ord("A") + place)]
        dimension.width = WIDTH
        dimension.number_format = "@"


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=harmless(text))
    cell.font = Font(bold=True)
    return cell
