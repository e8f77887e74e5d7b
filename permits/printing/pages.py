"""The papers: a card of A6, a page of A4, and a sheet of cards for an employer to cut out."""

import io
from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4, A6
from reportlab.lib.units import mm

from permits.printing.canvas import Paper
from permits.printing.fitting import fit
from permits.printing.permit_text import advice, fitted
from permits.printing.printed_permit import PrintedPermit

COLUMNS, ROWS = 2, 4
CARDS_ON_A_SHEET = COLUMNS * ROWS
SHEET_MARGIN = 10 * mm  # nearer to the edge few printers print
CARD_MARGIN = 3.5 * mm
CARD_CODE = 40 * mm


def a6(permit: PrintedPermit) -> bytes:
    """A card for the pocket: one page of A6."""
    return _single(permit, page=A6, margin=6 * mm, code=72 * mm, serial=20, largest=10, labels=0.27)


def a4(permit: PrintedPermit) -> bytes:
    """One page of A4, with what to do with it."""
    return _single(
        permit,
        page=A4,
        margin=20 * mm,
        code=110 * mm,
        serial=30,
        largest=15,
        labels=0.27,
        foot=18 * mm,
    )


def _single(
    permit: PrintedPermit,
    *,
    page: tuple[float, float],
    margin: float,
    code: float,
    serial: float,
    largest: float,
    labels: float,
    foot: float = 0,
) -> bytes:
    """The code, the serial below it, then the text; lengths and sizes of type in points.

    `foot` is the height of the advice at the foot, 0 for none.
    """
    content = io.BytesIO()
    paper = Paper(content, width=page[0], height=page[1], title=_title(permit))
    paper.draw_code(permit.code, x=(paper.width - code) / 2, y=margin / 2, side=code)
    below = margin / 2 + code + serial
    paper.draw_centred(permit.serial, x=paper.width / 2, y=below, size=serial)
    top = below + serial * 0.5
    width = paper.width - 2 * margin
    room = paper.height - margin - foot - top
    text = fitted(permit, width=width, room=room, largest=largest, labels=labels)
    paper.draw_lines(text, x=margin, y=top)
    if foot:
        lines = fit(advice(), sizes=(11, 10, 9, 8, 7), width=width, room=foot, labels=0)
        paper.draw_lines(lines, x=margin, y=paper.height - margin - foot)
    paper.save()
    return content.getvalue()


def cards(permits: Iterable[PrintedPermit]) -> bytes:
    """Sheets of A4 with eight cards each, and lines to cut along. Without permits an empty page."""
    content = io.BytesIO()
    write_cards(permits, content)
    return content.getvalue()


def write_cards(permits: Iterable[PrintedPermit], into: IO[bytes]) -> int:
    """The sheets into a file. Returns how many cards they have.

    The permits may come from an iterator: each is forgotten once it is drawn. Until the end the
    drawn pages are kept compressed, some 2 kB for each card; a thousand cards take two seconds.
    Whether a permit is approved is the caller's to know.
    """
    paper = Paper(into, width=A4[0], height=A4[1], title=_("Travel permits"))
    drawn = 0
    for permit in permits:
        place = drawn % CARDS_ON_A_SHEET
        if place == 0:
            if drawn:
                paper.next_page()
            _draw_cut_lines(paper)
        _draw_card(paper, permit, place)
        drawn += 1
    if not drawn:
        paper.next_page()  # a PDF without any page is none
    paper.save()
    return drawn


def _card_size() -> tuple[float, float]:
    return (A4[0] - 2 * SHEET_MARGIN) / COLUMNS, (A4[1] - 2 * SHEET_MARGIN) / ROWS


def _draw_card(paper: Paper, permit: PrintedPermit, place: int) -> None:
    """The code with the serial below it on the left, the text on the right."""
    width, height = _card_size()
    left = SHEET_MARGIN + place % COLUMNS * width
    top = SHEET_MARGIN + place // COLUMNS * height
    # The code brings its own white border, so it may come close to the cut.
    code_top = top + (height - CARD_CODE) / 2 - 3 * mm
    paper.draw_code(permit.code, x=left + 0.5 * mm, y=code_top, side=CARD_CODE)
    middle = left + 0.5 * mm + CARD_CODE / 2
    paper.draw_centred(permit.serial, x=middle, y=code_top + CARD_CODE + 4 * mm, size=13)
    beside = CARD_CODE + 1.5 * mm
    text = fitted(
        permit,
        width=width - beside - CARD_MARGIN,
        room=height - 2 * CARD_MARGIN,
        largest=7.5,
        labels=0.34,
    )
    paper.draw_lines(text, x=left + beside, y=top + CARD_MARGIN)


def _draw_cut_lines(paper: Paper) -> None:
    width, height = _card_size()
    for column in range(COLUMNS + 1):
        x = SHEET_MARGIN + column * width
        paper.draw_cut_line(x, SHEET_MARGIN / 2, x, paper.height - SHEET_MARGIN / 2)
    for row in range(ROWS + 1):
        y = SHEET_MARGIN + row * height
        paper.draw_cut_line(SHEET_MARGIN / 2, y, paper.width - SHEET_MARGIN / 2, y)


def _title(permit: PrintedPermit) -> str:
    return _("Travel permit %(serial)s") % {"serial": permit.serial}
