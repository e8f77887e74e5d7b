"""PURE. A picture's bytes to the QR codes in it.

The number of pixels is limited before any is decoded. A picture that gives nothing may get a
second look: the same decoder on the picture changed in ways that help some photos, cheapest first,
for as long as the caller lets it go on.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from scans.unread import Corners as Corners
from scans.unread import Hint, hint_for, is_square_enough

MAX_PIXELS = 16_000_000  # a phone's photo has 12 million; grey, that is 12 MB
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE_TO_ENLARGE = 2000
# Naming the one format halves the time: others would be searched for in every frame.
QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

# `open_grey` refuses by size itself, before it decodes: a warning on the side would be noise.
Image.MAX_IMAGE_PIXELS = None


class DecodeError(Exception):
    """Bytes that are no picture for us. `code` is `not_an_image` or `image_too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code in a picture: its text, and its corners in pixels, clockwise from its top left."""

    payload: str
    corners: Corners


@dataclass(frozen=True, slots=True)
class Reading:
    """What a picture gave: its codes; or where one was seen, and a guess why it was not read."""

    symbols: list[Symbol]
    hint: Hint = ""
    seen: Corners | None = None


@dataclass(slots=True)
class _Look:
    """What one run of the decoder found: codes that it read, and where others are."""

    symbols: list[Symbol] = field(default_factory=list)
    seen: Corners | None = None


def never() -> bool:
    """No second look."""
    return False


def always() -> bool:
    """Every look, whatever it costs."""
    return True


def decode(image: bytes, *, go_on: Callable[[], bool] = never) -> list[Symbol]:
    """The QR codes in a JPEG, PNG or WebP. Raises DecodeError."""
    return read(image, go_on=go_on).symbols


def read(image: bytes, *, go_on: Callable[[], bool] = never) -> Reading:
    """The QR codes in a JPEG, PNG or WebP, or a hint why there are none. Raises DecodeError.

    `go_on` is asked before each step of the second look.
    """
    grey = open_grey(image)
    first = _read(grey)
    if first.symbols:
        return Reading(first.symbols)
    seen = first.seen
    looks = _second_looks(grey)
    while go_on():
        look = next(looks, None)
        if look is None:
            break
        found = look()
        if found.symbols:
            return Reading(found.symbols)
        seen = seen or found.seen
    return Reading([], hint_for(grey, seen), seen)


def open_grey(image: bytes) -> Image.Image:
    """Decode a picture to 8-bit grey. Raises DecodeError."""
    try:
        picture = Image.open(io.BytesIO(image), formats=PICTURE_FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise DecodeError("image_too_large")
        picture.draft("L", picture.size)  # a JPEG's decoder then leaves the colours out
        picture.load()
        return picture if picture.mode == "L" else _to_grey(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise DecodeError("not_an_image") from None


def _to_grey(picture: Image.Image) -> Image.Image:
    """Grey, with what is transparent as white: a code drawn on nothing has a white ground."""
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    return picture.convert("L")


def _read(
    picture: Image.Image,
    *,
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage,
    scale: float = 1.0,
) -> _Look:
    """Run the decoder. `scale` is how much larger the picture is than the one that came."""
    found = zxingcpp.read_barcodes(
        picture,
        formats=QR_CODES,
        binarizer=binarizer,
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,  # costs nothing that can be measured
    )
    unread = (_corners(code, scale) for code in found if code.error and not _is_small_kind(code))
    return _Look(
        [Symbol(_text(code), _corners(code, scale)) for code in found if _is_read(code)],
        next(filter(is_square_enough, unread), None),
    )


def _is_read(code: zxingcpp.Barcode) -> bool:
    return code.error is None and bool(code.text)


def _is_small_kind(code: zxingcpp.Barcode) -> bool:
    """Whether it is taken for a Micro or rectangular QR code: a single corner looks like one."""
    formats = zxingcpp.BarcodeFormat
    return code.format in (formats.MicroQRCode, formats.RMQRCode)


def _text(code: zxingcpp.Barcode) -> str:
    """A symbol's text, as UTF-8 where its bytes are that: the decoder may guess another set."""
    try:
        return bytes(code.bytes).decode()
    except UnicodeDecodeError:
        text: str = code.text
        return text


def _corners(code: zxingcpp.Barcode, scale: float) -> Corners:
    at = code.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    a, b, c, d = ((round(p.x / scale), round(p.y / scale)) for p in corners)
    return a, b, c, d


def _second_looks(grey: Image.Image) -> Iterator[Callable[[], _Look]]:
    """The further looks, cheapest first."""
    binarizers = zxingcpp.Binarizer
    yield lambda: _read(grey, binarizer=binarizers.GlobalHistogram)
    yield lambda: _read(grey, binarizer=binarizers.FixedThreshold)
    yield lambda: _read(ImageOps.equalize(grey))
    yield lambda: _read(grey.filter(ImageFilter.GaussianBlur(1.5)))
    yield lambda: _read(grey.filter(ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0)))
    if max(grey.size) <= LONGEST_SIDE_TO_ENLARGE:
        larger = (grey.width * 2, grey.height * 2)
        yield lambda: _read(grey.resize(larger, Image.Resampling.BICUBIC), scale=2.0)
