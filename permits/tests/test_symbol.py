"""The drawn code: what a camera reads from it is the text, whole, in a small symbol."""

import io
import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from permits import symbol

# 142 characters, as long as a travel code is, of the whole alphanumeric alphabet.
TEXT = "CP1:" + ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 4)[:138]


def drawn(svg: bytes, *, pixels_per_module: int = 4) -> Image.Image:
    """The rectangles of an SVG of ours as a picture, without an SVG library."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (size, size), 128)
    draw = ImageDraw.Draw(picture)
    for path in root:
        grey = 255 if path.attrib["fill"] == "#fff" else 0
        for found in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", path.attrib["d"]):
            x, y, width, height = map(int, found)
            draw.rectangle((x, y, x + width - 1, y + height - 1), fill=grey)
    return picture.resize((size * pixels_per_module,) * 2, Image.Resampling.NEAREST)


def pictures() -> list[Image.Image]:
    return [Image.open(io.BytesIO(symbol.png(TEXT))).convert("L"), drawn(symbol.svg(TEXT))]


@pytest.mark.parametrize("picture", pictures(), ids=["png", "svg"])
def test_a_camera_reads_exactly_the_text(picture: Image.Image) -> None:
    [found] = zxingcpp.read_barcodes(picture)

    assert found.text == TEXT


@pytest.mark.parametrize("picture", pictures(), ids=["png", "svg"])
def test_the_symbol_has_version_6_and_level_m_at_most(picture: Image.Image) -> None:
    [found] = zxingcpp.read_barcodes(picture)

    assert found.ec_level == "M"
    assert _modules_across(picture) <= 17 + 4 * 6


@pytest.mark.parametrize("picture", pictures(), ids=["png", "svg"])
def test_four_modules_of_white_stand_around_it(picture: Image.Image) -> None:
    box = Image.eval(picture, lambda grey: 255 - grey).getbbox()
    module = picture.width / (_modules_across(picture) + 8)

    assert box == (4 * module, 4 * module, picture.width - 4 * module, picture.height - 4 * module)


def _modules_across(picture: Image.Image) -> int:
    """Counted from the dark corner pattern, which is seven modules wide."""
    left, top, right, _ = Image.eval(picture, lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    row = [picture.getpixel((x, top)) for x in range(left, right)]
    return round((right - left) / (row.index(255) / 7))


def test_the_png_is_large_enough_to_print_and_as_large_as_asked() -> None:
    large = Image.open(io.BytesIO(symbol.png(TEXT)))
    small = Image.open(io.BytesIO(symbol.png(TEXT, pixels_per_module=3)))

    assert large.width >= 900
    assert small.width == (41 + 8) * 3


def test_the_svg_is_a_picture_of_its_own() -> None:
    root = ElementTree.fromstring(symbol.svg(TEXT))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root[0].attrib["fill"] == "#fff"
    assert b"style=" not in symbol.svg(TEXT)
