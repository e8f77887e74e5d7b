"""The pages of an exported PDF, filled from the top: header above, their numbers at the foot."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from reportlab.lib.units import mm

from permits.printing.canvas import Paper, bold_width, regular_width
from permits.printing.fitting import LEADING, Line, Text

MARGIN = 14 * mm
SIZE, TITLE_SIZE, HEADING_SIZE, FOOT_SIZE = 8.0, 15.0, 11.0, 7.0  # of type
ROW_GAP = 3.5
FOOT = 2 * FOOT_SIZE


def height(lines: Sequence[Line]) -> float:
    """Of a row, with what stands free below it."""
    return max((line.y for line in lines), default=SIZE) + ROW_GAP


class Pages:
    """Lengths in points. `room` is the width that there is to write on."""

    def __init__(self, paper: Paper, *, foot: str) -> None:
        self._paper = paper
        self._foot = foot
        self._number = 1
        self._y = MARGIN
        self._bottom = paper.height - MARGIN - FOOT
        self._header: Sequence[Line] = ()
        self.room = paper.width - 2 * MARGIN

    def need(self, length: float) -> None:
        """Go on to the next page where this one has not so much room left."""
        if self._y + length <= self._bottom:
            return
        self._end_page()
        self._paper.next_page()
        self._number += 1
        self._y = MARGIN
        self._draw_header()

    def leave(self, length: float) -> None:
        """Leave room above what follows."""
        self._y += length

    def write_text(self, text: str, *, size: float, is_bold: bool = False) -> None:
        """A text over the whole width."""
        measured = Text(text, bold_width if is_bold else regular_width)
        for line in measured.lines(size=size, room=self.room):
            self.need(size * LEADING)
            self._paper.draw_lines([Line(0, size, line, size, is_bold)], x=MARGIN, y=self._y)
            self._y += size * LEADING

    def begin_table(self, header: Sequence[Line]) -> None:
        """The header stands here, and on top of each page until the table ends."""
        self._header = header
        self._draw_header()

    def end_table(self) -> None:
        """What follows has no header."""
        self._header = ()

    def write_row(self, lines: list[Line]) -> None:
        """A row, whole on one page; what is higher than a page goes on over the next ones."""
        most = self._bottom - MARGIN - height(self._header)
        while height(lines) > most:
            self.need(most)
            fits = [line for line in lines if line.y + ROW_GAP <= most]
            self._draw(fits)
            down = max(line.y for line in fits)
            lines = [replace(one, y=one.y - down) for one in lines if one.y + ROW_GAP > most]
        self.need(height(lines))
        self._draw(lines)

    def save(self) -> None:
        """Write the file."""
        self._end_page()
        self._paper.save()

    def _draw(self, lines: Sequence[Line]) -> None:
        self._paper.draw_lines([*lines], x=MARGIN, y=self._y)
        self._y += height(lines)

    def _draw_header(self) -> None:
        if self._header:
            self._draw(self._header)
            self._paper.draw_rule(MARGIN, self._y - 1, MARGIN + self.room)

    def _end_page(self) -> None:
        foot = _("%(what)s · page %(number)s") % {"what": self._foot, "number": self._number}
        line = Line(0, 0, foot, FOOT_SIZE, is_label=True)
        self._paper.draw_lines([line], x=MARGIN, y=self._paper.height - MARGIN + FOOT_SIZE)
