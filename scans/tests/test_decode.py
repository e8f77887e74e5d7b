"""Pictures to codes: every form that is taken, every limit on both sides, and the second look."""

import io
import math
from collections.abc import Callable
from contextlib import suppress

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L

from permits.tests.properties import whatever_it_takes
from scans import decode as decoder
from scans.decode import MAX_PIXELS, DecodeError, always, decode, never
from scans.tests.pictures import draw

SIZE = (640, 480)
SIDE, LEFT, TOP = 300, 170, 90
MODULES_WITH_QUIET_ZONE = 21 + 2 * 4
# Where the symbol itself is, without its quiet zone.
QUIET = SIDE * 4 / MODULES_WITH_QUIET_ZONE
EDGES = (LEFT + QUIET, TOP + QUIET, LEFT + SIDE - QUIET, TOP + SIDE - QUIET)


def scene(text: str = "a code", *, dark: int = 0, light: int = 255) -> Image.Image:
    """A code of version 1 in the middle of a grey road."""
    symbol = qrcode.QRCode(version=1, error_correction=ERROR_CORRECT_L, border=4)
    symbol.add_data(text)
    symbol.make(fit=False)
    code = symbol.make_image().convert("L").resize((SIDE, SIDE), Image.Resampling.NEAREST)
    road = Image.new("L", SIZE, (dark + light) // 2)
    road.paste(code.point(lambda grey: light if grey else dark), (LEFT, TOP))
    return road


def as_bytes(picture: Image.Image, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, lossless=True)
    return buffer.getvalue()


def payloads(image: bytes, *, go_on: Callable[[], bool] = never) -> list[str]:
    return [symbol.payload for symbol in decode(image, go_on=go_on)]


def fault_of(image: bytes) -> str:
    with pytest.raises(DecodeError) as raised:
        decode(image)
    return raised.value.code


# --- Forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_code_is_read_from_each_form(form: str) -> None:
    assert payloads(draw("a code", form=form)) == ["a code"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_code_is_read_in_each_mode(mode: str) -> None:
    assert payloads(as_bytes(scene().convert(mode))) == ["a code"]


def test_sixteen_bits_a_pixel_are_read() -> None:
    deep = scene().convert("I").point(lambda grey: grey * 257).convert("I;16")

    assert payloads(as_bytes(deep)) == ["a code"]


def test_a_jpeg_for_print_is_read() -> None:
    assert payloads(as_bytes(scene().convert("CMYK"), "JPEG")) == ["a code"]


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_code_drawn_on_nothing_has_a_white_ground(form: str) -> None:
    """As a citizen saves it who cuts the code out of a page."""
    code = scene()
    clear = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    clear.paste(Image.new("RGBA", SIZE, "black"), mask=code.point(lambda grey: 255 * (grey == 0)))

    assert payloads(as_bytes(clear, form)) == ["a code"]


def test_a_palette_with_a_transparent_colour_has_a_white_ground() -> None:
    code = scene().point(lambda grey: int(grey == 0))
    code = code.convert("P")
    code.putpalette([0, 0, 0, 0, 0, 0])  # both colours are black; only one is there
    buffer = io.BytesIO()
    code.save(buffer, "PNG", transparency=0)

    assert payloads(buffer.getvalue()) == ["a code"]


def test_a_picture_without_a_code_has_none() -> None:
    assert decode(draw(), go_on=always) == []


def test_a_gif_is_refused() -> None:
    assert fault_of(as_bytes(scene(), "GIF")) == "not_an_image"


@pytest.mark.parametrize(
    "image",
    [b"", b"\x00", b"hello", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>", bytes(1000)],
    ids=repr,
)
def test_what_is_no_picture_is_refused(image: bytes) -> None:
    assert fault_of(image[:100]) == "not_an_image"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(form: str) -> None:
    whole = draw("a code", form=form)

    assert fault_of(whole[: len(whole) // 2]) == "not_an_image"


WHOLE = [draw("x", size=(120, 90), form=form) for form in ("JPEG", "PNG", "WEBP")]


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255))))
@whatever_it_takes
def test_a_damaged_picture_is_read_or_refused(whole: bytes, changes: list[tuple[int, int]]) -> None:
    image = bytearray(whole)
    for at, value in changes:
        image[at % len(image)] = value
    with suppress(DecodeError):
        decode(bytes(image))


# --- Size -----------------------------------------------------------------------------------------


def blank(width: int, height: int) -> bytes:
    return as_bytes(Image.new("1", (width, height), 1))


def test_sixteen_million_pixels_are_taken_and_one_row_more_is_not() -> None:
    assert MAX_PIXELS == 4000 * 4000
    assert decode(blank(4000, 4000)) == []
    assert fault_of(blank(4000, 4001)) == "image_too_large"
    assert fault_of(blank(MAX_PIXELS + 1, 1)) == "image_too_large"


def test_a_picture_that_is_too_large_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(*args: object) -> None:
        raise AssertionError("its pixels were decoded")

    image = blank(4000, 4001)
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", decoded)

    assert fault_of(image) == "image_too_large"


# --- Where the code is ----------------------------------------------------------------------------


def assert_near(corners: decoder.Corners, expected: list[tuple[float, float]]) -> None:
    for (x, y), (expected_x, expected_y) in zip(corners, expected, strict=True):
        assert math.dist((x, y), (expected_x, expected_y)) < 6, (corners, expected)


def test_the_corners_go_clockwise_from_the_codes_own_top_left() -> None:
    left, top, right, bottom = EDGES
    [symbol] = decode(as_bytes(scene()))

    assert_near(symbol.corners, [(left, top), (right, top), (right, bottom), (left, bottom)])


@pytest.mark.parametrize("degrees", [90, 180, 270, 30, 200])
def test_a_turned_code_takes_its_corners_along(degrees: int) -> None:
    """Turned about its middle, against the clock as Pillow counts."""
    left, top, right, bottom = EDGES
    x, y = (left + right) / 2, (top + bottom) / 2
    turned = scene().rotate(
        degrees, center=(x, y), fillcolor=127, resample=Image.Resampling.BICUBIC
    )
    turn = -math.radians(degrees)
    expected = [
        (
            x + (a - x) * math.cos(turn) - (b - y) * math.sin(turn),
            y + (a - x) * math.sin(turn) + (b - y) * math.cos(turn),
        )
        for a, b in [(left, top), (right, top), (right, bottom), (left, bottom)]
    ]
    [symbol] = decode(as_bytes(turned))

    assert symbol.payload == "a code"
    assert_near(symbol.corners, expected)


def test_two_codes_are_two_symbols_each_in_its_place() -> None:
    left, right = sorted(
        decode(draw("left", "right", size=(1280, 720))), key=lambda symbol: symbol.corners[0]
    )

    assert [left.payload, right.payload] == ["left", "right"]
    assert max(x for x, _y in left.corners) < 640 < min(x for x, _y in right.corners)


# --- Texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "000190012345||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu, Đống Đa, Hà Nội|01012021",
        "Đặng Ưng Ý",
        "é",  # two bytes that are also two letters of Latin-1
        "CP1:0A 9$%*+-./:",
    ],
)
def test_a_text_in_utf_8_is_read_as_such(text: str) -> None:
    assert payloads(draw(text)) == [text]


def test_bytes_that_are_no_utf_8_are_a_text_all_the_same() -> None:
    symbol = qrcode.QRCode(border=4, box_size=8)
    symbol.add_data(qrcode.util.QRData(b"caf\xe9 \xff", mode=qrcode.util.MODE_8BIT_BYTE))
    [payload] = payloads(as_bytes(symbol.make_image().convert("L")))

    assert payload.startswith("caf")


# --- The second look ------------------------------------------------------------------------------

# What the first look misses: a code in mist, and one in fog, which needs a later step.
MIST = as_bytes(scene(dark=115, light=130))
FOG = as_bytes(scene(dark=120, light=125))


@pytest.mark.parametrize("image", [MIST, FOG], ids=["mist", "fog"])
def test_the_second_look_finds_what_the_first_misses(image: bytes) -> None:
    assert payloads(image) == []
    assert payloads(image, go_on=always) == ["a code"]


@pytest.mark.parametrize("image", [MIST, FOG], ids=["mist", "fog"])
def test_its_corners_are_those_of_the_picture_that_came(image: bytes) -> None:
    left, top, right, bottom = EDGES
    [symbol] = decode(image, go_on=always)

    assert_near(symbol.corners, [(left, top), (right, top), (right, bottom), (left, bottom)])


def test_corners_found_in_the_enlarged_picture_are_scaled_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = decoder._read

    def misses_all_but_the_enlarged(picture: Image.Image, **options: object) -> decoder._Look:
        return whole(picture, **options) if picture.size == (1280, 960) else decoder._Look()  # type: ignore[arg-type]

    monkeypatch.setattr("scans.decode._read", misses_all_but_the_enlarged)
    left, top, right, bottom = EDGES
    [symbol] = decode(as_bytes(scene()), go_on=always)

    assert_near(symbol.corners, [(left, top), (right, top), (right, bottom), (left, bottom)])


def test_it_is_asked_before_each_step_and_stops_at_a_find() -> None:
    asked = []

    def twice() -> bool:
        asked.append(True)
        return len(asked) <= 2

    assert decode(draw(), go_on=twice) == []
    assert len(asked) == 3

    asked.clear()
    assert decode(draw("a code"), go_on=twice) != []
    assert asked == []


def test_a_large_picture_is_not_enlarged() -> None:
    steps = []

    def count() -> bool:
        steps.append(True)
        return True

    decode(draw(size=(2000, 100)), go_on=count)
    with_enlarging = len(steps)
    steps.clear()
    decode(draw(size=(2001, 100)), go_on=count)

    assert len(steps) == with_enlarging - 1
