"""A PDF to draw on: the fonts, the code, lines of text. Lengths in points, from the top left."""

from pathlib import Path
from threading import Lock
from typing import IO

from django.utils.translation import get_language
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from permits import symbol
from permits.printing.fitting import Line

FONTS = Path(__file__).resolve().parents[1] / "fonts"
REGULAR, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
BLACK, GREY = 0.0, 0.3  # grey that a poor printer still prints
CUT_LINE = (2 * mm, 2 * mm)


_loading = Lock()


def load_fonts() -> None:
    """Once in a process: a PDF that another thread draws keeps to the fonts that it began with.

    It embeds of them the letters that it uses.
    """
    with _loading:
        for name in {REGULAR, BOLD} - set(pdfmetrics.getRegisteredFontNames()):
            pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))


def regular_width(text: str) -> float:
    """In type of size 1."""
    return pdfmetrics.stringWidth(text, REGULAR, 1)


def bold_width(text: str) -> float:
    """In type of size 1."""
    return pdfmetrics.stringWidth(text, BOLD, 1)


class Paper:
    """The pages of a PDF, of one size."""

    def __init__(self, into: IO[bytes], *, width: float, height: float, title: str) -> None:
        load_fonts()
        self.width, self.height = width, height
        self._canvas = Canvas(into, pagesize=(width, height), lang=get_language() or "vi")
        self._canvas.setTitle(title)

    def draw_code(self, text: str, *, x: float, y: float, side: float) -> None:
        """A QR code as rectangles, so that it is crisp in any size; with its white border."""
        rows = symbol.modules(text)
        module = side / len(rows)
        # Written out: the library's own rounding of whole numbers took half of a card's time.
        runs = symbol.dark_runs(rows)
        path = PDFPathObject([f"{column} {-row - 1} {long} 1 re" for column, row, long in runs])
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.scale(module, module)
        self._canvas.setFillGray(BLACK)
        # One path: between rectangles that were filled one by one, readers let white shine through.
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.restoreState()

    def draw_lines(self, lines: list[Line], *, x: float, y: float) -> None:
        """Lines of text in a box whose top left is here."""
        for line in lines:
            self._canvas.setFont(BOLD if line.is_bold else REGULAR, line.size)
            self._canvas.setFillGray(GREY if line.is_label else BLACK)
            self._canvas.drawString(x + line.x, self.height - y - line.y, line.text)

    def draw_centred(self, text: str, *, x: float, y: float, size: float) -> None:
        """A bold line around `x`, its foot at `y`."""
        self._canvas.setFont(BOLD, size)
        self._canvas.setFillGray(BLACK)
        self._canvas.drawCentredString(x, self.height - y, text)

    def draw_cut_line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A thin broken line."""
        self._canvas.setLineWidth(0.3)
        self._canvas.setStrokeGray(GREY)
        self._canvas.setDash(*CUT_LINE)
        self._canvas.line(x1, self.height - y1, x2, self.height - y2)

    def draw_rule(self, x1: float, y: float, x2: float) -> None:
        """A thin line across."""
        self._canvas.setLineWidth(0.5)
        self._canvas.setStrokeGray(GREY)
        self._canvas.setDash()
        self._canvas.line(x1, self.height - y, x2, self.height - y)

    def next_page(self) -> None:
        """What is drawn from now on stands on the next page."""
        self._canvas.showPage()

    def save(self) -> None:
        """Write the file. Nothing can be drawn after it."""
        self._canvas.save()
