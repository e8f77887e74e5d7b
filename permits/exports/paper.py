"""PDF: a table's rows on pages of A4, every text wrapped and none cut."""

import io
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4

from permits.exports.paper_pages import HEADING_SIZE, SIZE, TITLE_SIZE, Pages, height
from permits.exports.progress import Ending, Progress
from permits.exports.table import MOMENT, Export, Format, Table, Value, as_text
from permits.printing.canvas import Paper, bold_width, regular_width
from permits.printing.fitting import LEADING, Line, Text

MOST_ROWS = 10_000
WIDE = 7  # tables of so many columns lie across
GAP = 4.0  # points between columns


def write(export: Export, *, now: datetime) -> tuple[bytes, Ending]:
    """The file, and how it ended: its last line says so."""
    progress = Progress(export, most=MOST_ROWS)
    content = io.BytesIO()
    is_wide = any(len(table.columns) >= WIDE for table in export.tables)
    across, down = (A4[1], A4[0]) if is_wide else A4
    made_at = timezone.localtime(now).strftime(MOMENT)
    pages = Pages(
        Paper(content, width=across, height=down, title=export.title),
        foot=f"{export.title} · {made_at}",
    )
    pages.write_text(export.title, size=TITLE_SIZE, is_bold=True)
    for note in export.notes:
        pages.write_text(note, size=SIZE)
    for table in export.tables:
        if progress.ending is Ending.COMPLETE:
            _write_table(pages, table, progress)
    pages.leave(SIZE)
    pages.write_text(progress.last_line(), size=HEADING_SIZE, is_bold=True)
    pages.save()
    return content.getvalue(), progress.ending


def _write_table(pages: Pages, table: Table, progress: Progress) -> None:
    columns = _Columns(table, pages.room)
    pages.need(HEADING_SIZE * 3 + height(columns.header) * 3)
    pages.leave(HEADING_SIZE)
    pages.write_text(table.title, size=HEADING_SIZE, is_bold=True)
    pages.begin_table(columns.header)
    before = progress.read
    for row in progress.rows(table):
        pages.write_row(columns.lines(row))
    pages.end_table()
    if progress.read == before:
        pages.write_text(_("None."), size=SIZE)


class _Columns:
    """Where a table's columns stand, and what stands in them. Lengths in points."""

    def __init__(self, table: Table, room: float) -> None:
        columns = table.columns
        unit = (room - GAP * (len(columns) - 1)) / sum(column.width for column in columns)
        self._formats = [column.format for column in columns]
        self._widths = [column.width * unit for column in columns]
        self._lefts = [sum(self._widths[:n]) + GAP * n for n in range(len(columns))]
        self.header = self._lines([column.heading for column in columns], is_bold=True)

    def lines(self, row: Sequence[Value]) -> list[Line]:
        """A row's lines, from its top left."""
        return self._lines([as_text(*cell) for cell in zip(row, self._formats, strict=True)])

    def _lines(self, texts: Sequence[str], *, is_bold: bool = False) -> list[Line]:
        places = zip(texts, self._lefts, self._widths, self._formats, strict=True)
        return [line for place in places for line in _cell(*place, is_bold=is_bold)]


def _cell(text: str, left: float, width: float, format: Format, *, is_bold: bool) -> list[Line]:
    """A cell's lines, one below the other; numbers stand at its right edge."""
    measure = bold_width if is_bold else regular_width
    is_number = format not in (Format.TEXT, Format.MOMENT)
    lines = Text(text, measure).lines(size=SIZE, room=width)
    return [
        Line(
            left + (width - measure(line) * SIZE if is_number else 0),
            SIZE * (number * LEADING + 1),
            line,
            SIZE,
            is_bold,
        )
        for number, line in enumerate(lines)
    ]
