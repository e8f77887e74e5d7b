"""XLSX: a sheet for each table, with numbers and moments that a spreadsheet counts with."""

import io
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell

from permits.exports.progress import Ending, Progress
from permits.exports.table import Export, Format, Table, Value
from permits.imports.spreadsheets import BookInMemory, bold, cell_text

MOST_ROWS = 100_000
NUMBER_FORMATS = {
    Format.NUMBER: "#,##0",
    Format.SHARE: "0.0%",
    Format.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Format.MILLISECONDS: "#,##0",
}
CHARACTERS = 1.6  # for each unit of a column's width
RED = "FFA5142B"


def write(export: Export) -> tuple[bytes, Ending]:
    """The file, and how it ended. Its last sheet has the notes and says whether it is whole."""
    progress = Progress(export, most=MOST_ROWS)
    content = io.BytesIO()
    book = BookInMemory(content)
    for table in export.tables:
        _write_table(book, table, progress)
    about = book.sheet(_("About"), [90])
    for note in (export.title, *export.notes):
        about.append([cell_text(note)])
    about.append([_marked(about, progress)])
    book.save()
    return content.getvalue(), progress.ending


def _write_table(book: BookInMemory, table: Table, progress: Progress) -> None:
    sheet = book.sheet(table.title, [column.width * CHARACTERS for column in table.columns])
    sheet.append([bold(sheet, column.heading) for column in table.columns])
    formats = [column.format for column in table.columns]
    for row in progress.rows(table):
        cells = zip(row, formats, strict=True)
        sheet.append([_cell(sheet, value, format) for value, format in cells])
    if progress.ending is not Ending.COMPLETE:
        sheet.append([_marked(sheet, progress)])


def _cell(sheet: Any, value: Value, format: Format) -> Any:
    if value is None or isinstance(value, str):
        return value and cell_text(value)
    if isinstance(value, datetime):  # a spreadsheet knows no time zones
        value = timezone.localtime(value).replace(tzinfo=None)
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = NUMBER_FORMATS.get(format, "General")
    return cell


def _marked(sheet: Any, progress: Progress) -> Any:
    is_whole = progress.ending is Ending.COMPLETE
    return bold(sheet, progress.last_line(), colour=None if is_whole else RED)
