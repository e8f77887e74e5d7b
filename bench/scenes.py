"""Made-up camera pictures: a road, and a phone held up with a travel code on its screen.

Everything comes from a seed, so that two runs look at the same pictures.
"""

import io
import string
from functools import cache

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

Size = tuple[int, int]

JPEG_QUALITY = 70
BACKGROUNDS = 8
PHONE: Size = (300, 480)  # the drawn phone, before it is scaled into the picture
CODE_SIDE = 260
BASE45 = string.digits + string.ascii_uppercase + " $%*+-./:"


def made_up_code(rng: np.random.Generator) -> str:
    """A text as long as a travel code, of the same characters."""
    return "CP1:" + "".join(rng.choice(list(BASE45), 138))


def scene(size: Size, text: str | None, rng: np.random.Generator) -> Image.Image:
    """A picture of the road; with a text, of a phone that shows it as a code."""
    if text is None:
        return _background(size, int(rng.integers(BACKGROUNDS))).copy()
    road, phone = parts(size, text, rng)
    left = int(rng.uniform(0, size[0] - phone.width))
    top = int(rng.uniform(0, size[1] - phone.height))
    road.paste(phone, (left, top), phone)
    return road


def parts(size: Size, text: str, rng: np.random.Generator) -> tuple[Image.Image, Image.Image]:
    """The road, and the phone that is to be pasted onto it, which fits into it."""
    road = _background(size, int(rng.integers(BACKGROUNDS))).copy()
    height = int(size[1] * rng.uniform(0.6, 0.8))
    phone = _phone(text).resize((height * PHONE[0] // PHONE[1], height))
    phone = phone.rotate(rng.uniform(-15, 15), expand=True, resample=Image.Resampling.BICUBIC)
    return road, phone.filter(ImageFilter.GaussianBlur(0.4))


def jpeg(picture: Image.Image, quality: int = JPEG_QUALITY) -> bytes:
    """The picture as the page sends it, in colour."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def symbol(text: str, side: int) -> Image.Image:
    """A QR code at level M, as the public page shows it."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=8)))
    return drawn.resize((side, side), Image.Resampling.BOX)


def phone(text: str, width: int) -> Image.Image:
    """An upright phone that shows the code, on nothing."""
    return _phone(text).resize((width, width * PHONE[1] // PHONE[0]))


def _phone(text: str) -> Image.Image:
    phone = Image.new("RGBA", PHONE, (0, 0, 0, 0))
    draw = ImageDraw.Draw(phone)
    draw.rounded_rectangle((0, 0, PHONE[0] - 1, PHONE[1] - 1), 34, fill=(24, 24, 28, 255))
    draw.rounded_rectangle((10, 14, PHONE[0] - 11, PHONE[1] - 15), 22, fill=(244, 246, 248, 255))
    for row in range(4):
        y = 345 + row * 26
        draw.rectangle((40, y, 260 - row * 35, y + 10), fill=(120, 124, 130, 255))
    phone.paste(symbol(text, CODE_SIDE).convert("RGBA"), ((PHONE[0] - CODE_SIDE) // 2, 60))
    return phone


@cache
def _background(size: Size, index: int) -> Image.Image:
    """Sky, road, blurred shapes of vehicles and trees, and the noise of a sensor."""
    rng = np.random.default_rng(1000 + index)
    picture = _gradient(size, rng)
    draw = ImageDraw.Draw(picture)
    for _shape in range(26):
        x, y = int(rng.integers(size[0])), int(rng.integers(size[1] // 4, size[1]))
        wide, high = int(rng.integers(8, size[0] // 4)), int(rng.integers(8, size[1] // 5))
        colour = tuple(int(part) for part in rng.integers(20, 220, 3))
        if rng.random() < 0.6:
            draw.rectangle((x, y, x + wide, y + high), fill=colour)
        else:
            draw.ellipse((x, y, x + wide, y + wide), fill=colour)
    for _line in range(14):
        ends = [int(rng.integers(size[axis % 2])) for axis in range(4)]
        draw.line(ends, fill=(int(rng.integers(40, 240)),) * 3, width=int(rng.integers(1, 6)))
    picture = ImageEnhance.Color(picture).enhance(0.25)  # roads are grey
    picture = picture.filter(ImageFilter.GaussianBlur(size[1] / 400))
    grain = rng.normal(0, 2.5, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def _gradient(size: Size, rng: np.random.Generator) -> Image.Image:
    """Light that changes over the picture, with leaves and asphalt in it."""
    coarse = Image.fromarray(rng.integers(40, 220, (5, 7, 3)).astype(np.uint8))
    fine = Image.fromarray(rng.integers(0, 256, (size[1] // 6, size[0] // 6, 3)).astype(np.uint8))
    return Image.blend(
        coarse.resize(size, Image.Resampling.BICUBIC),
        fine.resize(size, Image.Resampling.BICUBIC),
        0.18,
    )
