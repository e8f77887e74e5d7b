"""A car whose four people hold up their phones together: all four in one frame."""

import hashlib
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from bench import browser, scenes
from bench.datasets import LARGE
from bench.figures import Report, percentile
from bench.server import serve

FIRST_CODE, CARS, PEOPLE = 16_000, 30, 4
SIZE = (1280, 720)
FRAMES_OF_A_CAR = 20
PHONE_WIDTH = 270


def measure(report: Report) -> None:
    """From the capture to the painted verdict: one code in the picture, and four in the same size."""
    chrome = next(filter(None, map(shutil.which, browser.CHROMES)), None)
    if chrome is None:
        report.say("browser.car", "left out: no Chrome or Chromium (.ci/install-browser)")
        return
    one, four = (_elapsed(chrome, people) for people in (1, PEOPLE))
    for percent in (50, 95):
        report.add(
            f"browser.car.p{percent}",
            percentile(four, percent),
            "ms",
            limit=percentile(one, percent),
            aim="ratio <= 1.5",
        )


def _elapsed(chrome: str, people: int) -> list[float]:
    film = _film(people)
    ready = LARGE.reset()
    LARGE.collect_static()
    with serve(LARGE) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chrome,
            args=[*browser.SWITCHES, f"--use-file-for-fake-video-capture={film}"],
        )
        page = chromium.new_page(base_url=f"http://127.0.0.1:{server.port}")
        browser.stand_at_lane(page, ready.password)
        elapsed = browser.watch(page, verdicts=60)
        chromium.close()
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
