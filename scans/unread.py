"""PURE. Why a code that was found in a picture could not be read: a hint for who holds it up."""

from typing import Literal

from PIL import Image, ImageFilter

Corners = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
Hint = Literal["", "closer", "hold_still", "glare", "dark", "seen"]

# A travel code has 41 modules a side, and a module of less than two pixels is often lost in a JPEG.
SMALL_SIDE = 90
# Less is no code that anybody could read; more slant than this neither.
SHORTEST_SIDE = 20
MOST_SLANTED = 3
# Grey that all but the brightest hundredth of a picture stays below: the white of a code is then
# hardly brighter than a camera's noise. A lit phone at night is far above it.
DARK_GREY = 24
DARK_SHARE = 0.99
# The code is laid out flat on so many pixels a side. Then every measure costs the same.
FLAT = 96
# White without a dark module over a ninth of the side: no code has that inside, a reflex does.
GLARE_REACH = FLAT // 18
GLARE_GREY = 245
GLARE_SHARE = 0.015
# Between the dark and the light of a sharp code lies little. A blur makes of both the grey between.
BETWEEN = (0.3, 0.7)
BLURRED_SHARE = 0.4


def hint_for(grey: Image.Image, seen: Corners | None) -> Hint:
    """The likeliest reason. `seen`: where a code was found in the 8-bit picture, None: nowhere."""
    if is_dark(grey):
        return "dark"
    if seen is None:
        return ""
    flat = _laid_flat(grey, seen)
    if _has_glare(flat):
        return "glare"
    if max(_sides(seen)) < SMALL_SIDE:
        return "closer"
    return "hold_still" if _is_blurred(flat) else "seen"


def is_dark(grey: Image.Image) -> bool:
    """Whether the whole picture is too dark for a code to be read."""
    counts = grey.histogram()
    return sum(counts[:DARK_GREY]) >= DARK_SHARE * sum(counts)


def is_square_enough(corners: Corners) -> bool:
    """Whether four corners may be a code's: things of the road are now and then taken for them."""
    sides = _sides(corners)
    return min(sides) >= SHORTEST_SIDE and max(sides) <= MOST_SLANTED * min(sides)


def _sides(corners: Corners) -> list[float]:
    """The four sides, in pixels."""
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairs]


def _laid_flat(grey: Image.Image, corners: Corners) -> Image.Image:
    top_left, top_right, bottom_right, bottom_left = corners
    quad = (*top_left, *bottom_left, *bottom_right, *top_right)
    return grey.transform(
        (FLAT, FLAT), Image.Transform.QUAD, quad, resample=Image.Resampling.BILINEAR
    )


def _has_glare(flat: Image.Image) -> bool:
    white = flat.filter(ImageFilter.BoxBlur(GLARE_REACH)).histogram()[GLARE_GREY:]
    return sum(white) > GLARE_SHARE * FLAT**2


def _is_blurred(flat: Image.Image) -> bool:
    counts = flat.histogram()
    darkest, lightest = _quantile(counts, 0.05), _quantile(counts, 0.95)
    low, high = (darkest + share * (lightest - darkest) for share in BETWEEN)
    return sum(counts[round(low) : round(high)]) > BLURRED_SHARE * FLAT**2


def _quantile(counts: list[int], share: float) -> int:
    """The grey that this share of the pixels does not exceed."""
    wanted = share * sum(counts)
    for grey, count in enumerate(counts):
        wanted -= count
        if wanted <= 0:
            return grey
    return len(counts) - 1
