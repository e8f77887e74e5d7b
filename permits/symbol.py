"""The text of a travel code, drawn as a QR code."""

import io
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

QUIET_ZONE = 4  # modules of white on every side, as the QR standard asks for
PNG_PIXELS_PER_MODULE = 20


def svg(text: str) -> bytes:
    """The code as an SVG picture: black on white whatever lies behind it, one unit a module."""
    modules = _symbol(text).get_matrix()
    size = len(modules)
    path = "".join(_row_path(row, y) for y, row in enumerate(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size * 10}" height="{size * 10}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).encode()


def png(text: str, *, pixels_per_module: int = PNG_PIXELS_PER_MODULE) -> bytes:
    """The code as a PNG picture, for a phone's gallery."""
    symbol = _symbol(text)
    symbol.box_size = pixels_per_module
    buffer = io.BytesIO()
    symbol.make_image(image_factory=PilImage).save(buffer, format="PNG")
    return buffer.getvalue()


def _symbol(text: str) -> qrcode.QRCode:
    """Level M reads with a scratch on the screen and still keeps a travel code in version 6."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    # Without optimize=0 the text is cut into pieces of several modes, which takes more room.
    symbol.add_data(text, optimize=0)
    symbol.make(fit=True)
    return symbol


def _row_path(row: list[bool], y: int) -> str:
    """Each run of dark modules in a row as one rectangle."""
    path, x = "", 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            path += f"M{x} {y}h{length}v1h-{length}z"
        x += length
    return path
