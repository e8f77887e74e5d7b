"""What the fake camera sees: codes on phones before a grey road."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import qrcode
from PIL import Image, ImageDraw

SIZE = (640, 480)
FRAMES = 30  # one second: Chromium plays an .mjpeg at 30 frames a second, and again from its start


def phone(code: Image.Image, *, height: int = 380) -> Image.Image:
    """A lit phone that shows a code."""
    width = int(height * 0.8)
    body = Image.new("RGB", (width, height), "black")
    ImageDraw.Draw(body).rectangle((8, 8, width - 9, height - 9), fill="white")
    side = width - 30
    body.paste(code.convert("RGB").resize((side, side)), (15, (height - side) // 2))
    return body


def drawn(text: str) -> Image.Image:
    """A code of any text."""
    picture: Image.Image = qrcode.make(text, border=4).get_image().convert("RGB")
    return picture


def road(seed: int) -> Image.Image:
    """A grey ground with a camera's noise."""
    noise = np.random.default_rng(seed).normal(110, 6, (SIZE[1], SIZE[0], 1))
    pixels = np.repeat(noise.clip(0, 255).astype(np.uint8), 3, axis=2)
    return Image.fromarray(pixels)


def write(path: Path, phones: Sequence[Image.Image], *, angle: float = 0) -> None:
    """Write a second of video in which the phones sway a little, as hands do."""
    content = io.BytesIO()
    for frame in range(FRAMES):
        picture = road(frame)
        for index, shown in enumerate(phones):
            sway = round(4 * np.sin(2 * np.pi * frame / FRAMES))
            turned = shown.rotate(angle, expand=True, fillcolor=(110, 110, 110))
            room = SIZE[0] // len(phones)
            left = index * room + (room - turned.width) // 2 + sway
            picture.paste(turned, (left, (SIZE[1] - turned.height) // 2))
        # As RGB: Chromium shows a greyscale JPEG as a green picture, without an error.
        picture.save(content, "JPEG", quality=85)
    path.write_bytes(content.getvalue())
