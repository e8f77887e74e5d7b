"""Scenes before a lane's camera: a code is held into the picture, comes to rest, and stays.

Everything comes from a seed, so that two runs look at the same films.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bench import scenes

SIZE = (1280, 720)
QUALITY = 90
SEED = 2021
MOVING, STILL = 6, 3  # pictures; those that stand still are shown round and round
Point = tuple[float, float]


@dataclass(frozen=True)
class Scene:
    """What is held up, and how bad the picture of it is. Lengths in pixels of 1280 x 720."""

    name: str
    side: int = 230  # of each code
    codes: int = 1
    angle: float = 0.0  # turned in the picture, degrees
    tilt: float = 0.0  # turned away from the camera: so much of the far side is lost
    blur: float = 0.0
    light: float = 1.0
    noise: float = 2.5
    glare: float = 0.0  # a reflex of this share of the side
    contrast: float = 1.0  # of the screen
    is_paper: bool = False
    is_cracked: bool = False
    is_dark_mode: bool = False  # light modules on black
    photo: Path | None = None


@dataclass(frozen=True)
class Film:
    """A scene as JPEG pictures: the code on its way, then at rest."""

    name: str
    codes: int
    moving: list[bytes]
    still: list[bytes]


# Each stands for what officers and drivers do; the worst are still readable by an eye.
VARIATIONS: dict[str, list[dict[str, float | bool]]] = {
    "plain": [{}, {"side": 330}, {"side": 170}],
    "small": [{"side": 150}, {"side": 130}, {"side": 115}, {"side": 100}],
    "turned": [{"angle": 30}, {"angle": 90}, {"angle": 135}, {"angle": 200}],
    "tilted": [{"tilt": 0.15}, {"tilt": 0.25}, {"tilt": 0.35}],
    "blurred": [{"blur": 1.0}, {"blur": 1.5}, {"blur": 2.0}, {"blur": 2.5, "side": 330}],
    "dark": [{"light": 0.4}, {"light": 0.2}, {"light": 0.12}],
    "bright": [{"light": 1.3}, {"light": 1.6}],
    "noisy": [{"noise": 10}, {"noise": 18}, {"noise": 14, "light": 0.3}],
    "glare": [{"glare": 0.08}, {"glare": 0.12}, {"glare": 0.16}],
    "dim_phone": [{"contrast": 0.5}, {"contrast": 0.3}, {"contrast": 0.2}],
    "two_codes": [{"codes": 2, "side": 200}, {"codes": 2, "side": 150}],
    "car_of_four": [{"codes": 4, "side": 150}],
    "paper": [{"is_paper": True}, {"is_paper": True, "side": 150}, {"is_paper": True, "tilt": 0.2}],
    "cracked": [{"is_cracked": True}, {"is_cracked": True, "side": 170}],
    "dark_mode": [{"is_dark_mode": True}, {"is_dark_mode": True, "side": 150}],
    "small_and_blurred": [{"side": 150, "blur": 1.0}, {"side": 180, "blur": 1.5}],
    "small_and_turned": [{"side": 130, "angle": 45}, {"side": 150, "angle": 20, "tilt": 0.15}],
}


def made_up() -> list[Scene]:
    """The scenes that are drawn."""
    return [
        replace(Scene(f"{kind}.{number}"), **changes)  # type: ignore[arg-type]
        for kind, variations in VARIATIONS.items()
        for number, changes in enumerate(variations, 1)
    ]


def of_photos(folder: Path) -> list[Scene]:
    """A scene for each photo of a folder, which is held up like a paper."""
    return [Scene(photo.stem, photo=photo) for photo in sorted(folder.glob("*.webp"))]


def film(scene: Scene, number: int) -> Film:
    """Draw a scene."""
    rng = np.random.default_rng([SEED, number])
    road = scenes.scene(SIZE, None, rng)
    held = [_held(scene, rng) for _code in range(scene.codes)]
    places = list(_places(held, rng))
    moving = [
        _picture(scene, road, held, places, rng, away=1 - step / MOVING) for step in range(MOVING)
    ]
    still = [_picture(scene, road, held, places, rng) for _moment in range(STILL)]
    return Film(scene.name, scene.codes, moving, still)


def idle(number: int, *, light: float, noise: float, flicker: float) -> list[bytes]:
    """An empty lane: a camera's noise, and lamps that flicker by a share of their light."""
    rng = np.random.default_rng([SEED, number])
    road = scenes.scene(SIZE, None, rng)
    return [
        _as_camera(road, Scene("idle", light=light * (1 + flicker * beat), noise=noise), rng)
        for beat in np.sin(np.linspace(0, 2 * np.pi, 12, endpoint=False))
    ]


def _held(scene: Scene, rng: np.random.Generator) -> Image.Image:
    """The phone, paper or photo that is held up, with nothing around it."""
    if scene.photo:
        photo = Image.open(scene.photo).convert("RGBA")
        photo.thumbnail((SIZE[0] - 200, SIZE[1] - 20))
        return photo
    code = scenes.symbol(scenes.made_up_code(rng), scene.side).convert("L")
    if scene.is_dark_mode:
        code = code.point(lambda grey: 255 - grey)
    ground = 0 if scene.is_dark_mode else 245
    code = code.point(
        lambda grey: round(ground + (grey - 255) * scene.contrast) if ground else grey
    )
    edge = scene.side // (4 if scene.is_paper else 12)
    size = (
        scene.side + 2 * edge,
        scene.side + 2 * edge + (0 if scene.is_paper else scene.side // 2),
    )
    body = Image.new("RGBA", size, (ground,) * 3 + (255,))
    body.paste(code.convert("RGBA"), (edge, edge))
    _spoil(body, scene, edge, rng)
    body = _tilted(body, scene.tilt)
    return body.rotate(scene.angle, expand=True, resample=Image.Resampling.BICUBIC)


def _spoil(body: Image.Image, scene: Scene, edge: int, rng: np.random.Generator) -> None:
    """Cracks in the glass and reflexes on it."""
    draw = ImageDraw.Draw(body)
    side = scene.side
    if scene.is_cracked:
        for _crack in range(5):
            ends = [edge + int(rng.integers(side)) for _axis in range(4)]
            draw.line(ends, fill=(200, 205, 210, 255), width=max(1, side // 90))
    if scene.glare:
        reach = scene.glare * side / 2
        x, y = (edge + side * rng.uniform(0.4, 0.65) for _axis in range(2))
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(255, 255, 255, 255))


def _tilted(body: Image.Image, tilt: float) -> Image.Image:
    """Turned about its upright axis: its right side is farther away."""
    if not tilt:
        return body
    width, height = body.size
    lost = tilt * height / 2
    near = round(width * (1 - tilt / 2))
    corners = [(0.0, 0.0), (near, lost), (near, height - lost), (0.0, height)]
    return body.transform(
        (near, height),
        Image.Transform.PERSPECTIVE,
        _perspective(corners, [(0, 0), (width, 0), (width, height), (0, height)]),
        resample=Image.Resampling.BICUBIC,
    )


def _perspective(shown: list[Point], drawn: list[tuple[int, int]]) -> list[float]:
    """Pillow's eight numbers: where in the drawing each shown point comes from."""
    rows, values = [], []
    for (x, y), (u, v) in zip(shown, drawn, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(values))]


def _places(held: list[Image.Image], rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Side by side, each somewhere in its part of the picture."""
    room = SIZE[0] // len(held)
    for index, one in enumerate(held):
        left = index * room + int(rng.uniform(0.3, 0.7) * max(0, room - one.width))
        yield left, int(rng.uniform(0.3, 0.7) * max(0, SIZE[1] - one.height))


def _picture(
    scene: Scene,
    road: Image.Image,
    held: list[Image.Image],
    places: list[tuple[int, int]],
    rng: np.random.Generator,
    *,
    away: float = 0.0,
) -> bytes:
    """One picture; `away` is how far from its place what is held up still is, 1 at the start."""
    picture = road.copy()
    for one, (left, top) in zip(held, places, strict=True):
        picture.paste(one, (left - round(away * 400), top + round(away * 250)), one)
    if away:
        picture = picture.filter(ImageFilter.GaussianBlur(1 + 5 * away))  # as fast hands look
    return _as_camera(picture, scene, rng)


def _as_camera(picture: Image.Image, scene: Scene, rng: np.random.Generator) -> bytes:
    """What the sensor makes of it."""
    if scene.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(scene.blur))
    pixels = np.asarray(picture, dtype=np.float32) * scene.light
    pixels += rng.normal(0, scene.noise, (SIZE[1], SIZE[0], 1))
    buffer = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
