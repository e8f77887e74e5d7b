"""CSV, sent as it is made. Its last line says whether it is whole."""

import csv
import io
from collections.abc import Iterator, Sequence

from permits.exports.progress import Progress
from permits.exports.table import Export, Format, Table, Value, as_text
from permits.imports.spreadsheets import BYTE_ORDER_MARK, harmless

LINES = 200  # in a chunk


def chunks(export: Export) -> Iterator[bytes]:
    """The file. Titles, notes and the last line begin with `#`; where there is one table its title
    is left out, so that the header comes first.
    """
    progress = Progress(export)
    yield BYTE_ORDER_MARK.encode()
    for number, table in enumerate(export.tables):
        if len(export.tables) > 1:
            between: list[list[str]] = [[]] if number else []
            yield _text([*between, [f"# {table.title}"]])
        yield from _table(table, progress)
    notes = [[f"# {note}"] for note in (export.title, *export.notes)]
    yield _text([*notes, [f"# {progress.last_line()}"]])


def _table(table: Table, progress: Progress) -> Iterator[bytes]:
    lines = [[harmless(column.heading) for column in table.columns]]
    for row in progress.rows(table):
        lines.append(_cells(table, row))
        if len(lines) >= LINES:
            yield _text(lines)
            lines = []
    yield _text(lines)


def _cells(table: Table, row: Sequence[Value]) -> list[str]:
    cells = zip(row, table.columns, strict=True)
    return [_cell(value, column.format) for value, column in cells]


def _cell(value: Value, format: Format) -> str:
    """A negative number is no formula."""
    text = as_text(value, format)
    return harmless(text) if isinstance(value, str) else text


def _text(lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()
