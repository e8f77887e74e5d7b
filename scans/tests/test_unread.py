"""What is said of a picture whose code could not be read: each hint, on both sides of its edge."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from scans import decode, unread
from scans.tests.test_decode import as_bytes, scene
from scans.unread import DARK_GREY, SMALL_SIDE, hint_for, is_square_enough

Box = tuple[int, int, int, int]
CODE: Box = (200, 120, 440, 360)


def corners(box: Box) -> unread.Corners:
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def road_with(box: Box = CODE, *, dark: int = 10, light: int = 235) -> Image.Image:
    """A road, and in the box modules of six pixels, as sharp as can be."""
    picture = Image.new("L", (640, 480), (dark + light) // 2)
    left, top, right, bottom = box
    modules = np.random.default_rng(1).integers(0, 2, ((bottom - top) // 6, (right - left) // 6))
    pixels = np.where(np.kron(modules, np.ones((6, 6))) > 0, light, dark).astype(np.uint8)
    picture.paste(Image.fromarray(pixels), (left, top))
    return picture


def test_a_sharp_code_that_was_not_read_is_only_seen() -> None:
    assert hint_for(road_with(), corners(CODE)) == "seen"


def test_where_nothing_was_found_nothing_is_said() -> None:
    assert hint_for(road_with(), None) == ""


@pytest.mark.parametrize(("side", "hint"), [(SMALL_SIDE, "seen"), (SMALL_SIDE - 1, "closer")])
def test_a_small_code_is_to_come_closer(side: int, hint: str) -> None:
    assert hint_for(road_with(), corners((200, 120, 200 + side, 120 + side))) == hint


@pytest.mark.parametrize(("radius", "hint"), [(1, "seen"), (5, "hold_still")])
def test_a_blurred_code_is_to_be_held_still(radius: int, hint: str) -> None:
    blurred = road_with().filter(ImageFilter.GaussianBlur(radius))

    assert hint_for(blurred, corners(CODE)) == hint


@pytest.mark.parametrize(("side", "hint"), [(18, "seen"), (80, "glare")])
def test_a_white_patch_in_a_code_is_glare(side: int, hint: str) -> None:
    """Three modules of white stand in every code; a reflex is larger."""
    picture = road_with()
    ImageDraw.Draw(picture).rectangle((260, 180, 260 + side, 180 + side), fill=255)

    assert hint_for(picture, corners(CODE)) == hint


@pytest.mark.parametrize(("light", "hint"), [(DARK_GREY, "seen"), (DARK_GREY - 1, "dark")])
def test_a_picture_without_light_is_dark(light: int, hint: str) -> None:
    assert hint_for(road_with(dark=0, light=light), corners(CODE)) == hint


def test_a_dark_picture_without_a_code_is_said_too() -> None:
    assert hint_for(Image.new("L", (640, 480), DARK_GREY - 1), None) == "dark"


def test_a_lit_phone_at_night_is_not_dark() -> None:
    """As little as a fiftieth of the picture has light, and that is where the code is."""
    night = Image.new("L", (640, 480), 0)
    night.paste(200, (0, 0, 80, 80))

    assert hint_for(night, None) == ""


@pytest.mark.parametrize(
    ("box", "is_enough"),
    [
        ((0, 0, 20, 20), True),
        ((0, 0, 19, 20), False),
        ((0, 0, 90, 30), True),
        ((0, 0, 91, 30), False),
        ((0, 0, 0, 0), False),
    ],
)
def test_only_what_has_a_code_s_shape_counts(box: Box, is_enough: bool) -> None:
    assert is_square_enough(corners(box)) is is_enough


def test_a_code_that_is_damaged_is_seen_where_it_is() -> None:
    picture = scene()
    ImageDraw.Draw(picture).rectangle((290, 180, 345, 290), fill=0)

    reading = decode.read(as_bytes(picture))

    assert reading.symbols == []
    assert reading.hint == "seen"
    assert reading.seen is not None
    left, top = reading.seen[0]
    assert abs(left - 211) < 8
    assert abs(top - 131) < 8


def test_a_code_that_was_read_needs_no_hint() -> None:
    reading = decode.read(as_bytes(scene()), go_on=decode.always)

    assert (len(reading.symbols), reading.hint, reading.seen) == (1, "", None)


def test_an_empty_road_has_no_hint() -> None:
    assert decode.read(as_bytes(Image.new("L", (640, 480), 128)), go_on=decode.always) == (
        decode.Reading([])
    )
