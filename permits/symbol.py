"""The text of a travel code, drawn as a QR code."""

import io
from itertools import groupby

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4  # modules of white on every side, as the QR standard asks for
PNG_PIXELS_PER_MODULE = 20

Modules = list[list[bool]]


def modules(text: str) -> Modules:
    """The code's rows from the top, True where dark, with the quiet zone around them.

    Level M reads with a scratch on the screen and still keeps a travel code in version 6.
    """
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    # Without optimize=0 the text is cut into pieces of several modes, which takes more room.
    symbol.add_data(text, optimize=0)
    symbol.make(fit=True)
    matrix: Modules = symbol.get_matrix()
    return matrix


def dark_runs(rows: Modules) -> list[tuple[int, int, int]]:
    """Each run of dark modules in a row: its first column, its row, its length."""
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                runs.append((x, y, length))
            x += length
    return runs


def svg(text: str) -> bytes:
    """The code as an SVG picture: black on white whatever lies behind it, one unit a module."""
    rows = modules(text)
    size = len(rows)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in dark_runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size * 10}" height="{size * 10}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).encode()


def png(text: str, *, pixels_per_module: int = PNG_PIXELS_PER_MODULE) -> bytes:
    """The code as a PNG picture, for a phone's gallery."""
    rows = modules(text)
    grey = bytes(0 if is_dark else 255 for row in rows for is_dark in row)
    small = Image.frombytes("L", (len(rows), len(rows)), grey).convert("1")
    side = len(rows) * pixels_per_module
    buffer = io.BytesIO()
    small.resize((side, side), Image.Resampling.NEAREST).save(buffer, format="PNG")
    return buffer.getvalue()
