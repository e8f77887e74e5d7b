"""A car whose four people hold up their phones together: all four in one frame."""

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from bench import browser, scenes
from bench.datasets import LARGE
from bench.figures import Report, percentile

FIRST_CODE, CARS, PEOPLE = 16_000, 30, 4
SIZE = (1280, 720)
FRAMES_OF_A_CAR = 20
PHONE_WIDTH = 270
VERDICTS = 60


def measure(report: Report) -> None:
    """From the capture to the painted verdict: one code in the picture, and four."""
    one, four = (_elapsed(report, people) for people in (1, PEOPLE))
    if not one or not four:
        return
    for percent in (50, 95):
        report.add(
            f"browser.car.p{percent}",
            percentile(four, percent),
            "ms",
            limit=percentile(one, percent),
            aim="ratio <= 1.5",
        )


def _elapsed(report: Report, people: int) -> list[float]:
    with browser.at_lane(report, "browser.car", LARGE, film=partial(_film, people)) as lane:
        elapsed = browser.watch(lane.page, verdicts=VERDICTS) if lane else {}
    return list(elapsed.values())[browser.WARM :]


def _film(people: int) -> Path:
    made_by = Path(scenes.__file__).read_bytes() + Path(__file__).read_bytes()
    film = LARGE.folder / f"cars-{people}-{hashlib.sha256(made_by).hexdigest()[:12]}.mjpeg"
    if not film.exists():
        codes = [LARGE.codes[FIRST_CODE + n * PEOPLE :][:people] for n in range(CARS)]
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            film.write_bytes(b"".join(processes.map(_take, range(CARS), codes)))
    return film


def _take(number: int, codes: list[str]) -> bytes:
    """One car: its phones side by side, swaying, and gone in the last frames."""
    rng = np.random.default_rng([FIRST_CODE, number])
    road = scenes.scene(SIZE, None, rng)
    phones = [scenes.phone(code, PHONE_WIDTH) for code in codes]
    frames = []
    for moment in range(FRAMES_OF_A_CAR):
        picture = road.copy()
        if moment < FRAMES_OF_A_CAR - 3:
            for place, phone in enumerate(phones):
                left = 20 + place * (PHONE_WIDTH + 40) + moment * 2
                picture.paste(phone, (left, 120 + moment), phone)
        frames.append(scenes.jpeg(picture, browser.JPEG_QUALITY))
    return b"".join(frames)
