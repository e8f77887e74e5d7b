"""Recorded scenes in the real page: how soon a code that stands still has its verdict."""

import base64
import time
from pathlib import Path

from playwright.sync_api import Page

from bench import camera_scenes
from bench.browser import at_lane
from bench.camera_scenes import Film, Scene
from bench.datasets import SMALL
from bench.decoding import PHOTOS
from bench.figures import Report, percentile

SCRIPT = Path(__file__).with_name("film_camera.js")
STEP_MS = 80
WITHIN_MS = 1000  # what an officer would hardly notice
LONGEST_MS = 3000  # then it counts as missed
GAP_SECONDS = 0.3  # of empty road between two scenes
IDLE_SECONDS = 20
# An empty lane by day, under neon lamps, and at night with a camera that sees little.
IDLE = {
    "day": {"light": 1.0, "noise": 2.5, "flicker": 0.0},
    "neon": {"light": 0.8, "noise": 5.0, "flicker": 0.03},
    "night": {"light": 0.15, "noise": 12.0, "flicker": 0.05},
}


def measure_scenes(report: Report) -> None:
    """The drawn scenes, and the photos where there are any."""
    with at_lane(report, "browser.scenes", SMALL, script=SCRIPT) as lane:
        if lane is None:
            return
        page = lane.page
        _measure_set(report, page, "browser.scenes", camera_scenes.made_up())
        photos = camera_scenes.of_photos(PHOTOS)
        if photos:
            _measure_set(report, page, "browser.scenes.photos", photos)
        else:
            report.say("browser.scenes.photos", f"left out: no photos in {PHOTOS} (QR_PHOTOS)")


def measure_idle(report: Report) -> None:
    """Frames a second that an empty lane sends."""
    with at_lane(report, "browser.idle", SMALL, script=SCRIPT) as lane:
        if lane is None:
            return
        page = lane.page
        for number, (name, how) in enumerate(IDLE.items()):
            _show(page, camera_scenes.idle(number, **how))
            page.wait_for_timeout(3000)  # the change to it is worth some frames
            before = page.evaluate("() => window.bench.frames")
            started = time.monotonic()
            page.wait_for_timeout(IDLE_SECONDS * 1000)
            sent = page.evaluate("() => window.bench.frames") - before
            rate = sent / (time.monotonic() - started)
            report.add(f"browser.idle.{name}", rate, "frames/s", aim="aim: < 1")


def _measure_set(report: Report, page: Page, name: str, chosen: list[Scene]) -> None:
    road = camera_scenes.idle(0, **IDLE["day"])[:3]
    waited, missed = [], []
    for number, scene in enumerate(chosen):
        _show(page, road)
        page.wait_for_timeout(GAP_SECONDS * 1000)
        milliseconds = _play(page, camera_scenes.film(scene, number))
        waited.append(milliseconds if milliseconds is not None else float(LONGEST_MS))
        if milliseconds is None:
            missed.append(scene.name)
    share = 100 * sum(wait <= WITHIN_MS for wait in waited) / len(waited)
    late = [s.name for s, wait in zip(chosen, waited, strict=True) if WITHIN_MS < wait < LONGEST_MS]
    report.add(f"{name}.read", share, f"% of {len(chosen)}", aim="aim: >= 95 within 1 s")
    report.add(f"{name}.p50", percentile(waited, 50), "ms")
    report.add(f"{name}.p95", percentile(waited, 95), "ms")
    report.say(f"{name}.late", ", ".join(late) or "none")
    report.say(f"{name}.missed", ", ".join(missed) or "none")


def _show(page: Page, pictures: list[bytes]) -> None:
    page.evaluate("(pictures) => window.bench.loop(pictures)", _as_text(pictures))


def _play(page: Page, film: Film) -> float | None:
    """Milliseconds from its rest to its last verdict; 0: before it came to rest; None: never."""
    page.evaluate(
        "([moving, still, stepMs]) => window.bench.play(moving, still, stepMs)",
        [_as_text(film.moving), _as_text(film.still), STEP_MS],
    )
    page.evaluate(
        """([codes, longestMs]) => new Promise((resolve) => {
          const look = () => {
            const { verdicts, stillAt } = window.bench;
            if (verdicts.size >= codes || performance.now() - stillAt > longestMs) resolve();
            else setTimeout(look, 10);
          };
          look();
        })""",
        [film.codes, LONGEST_MS],
    )
    waited: list[float] = page.evaluate(
        "() => [...window.bench.verdicts.values()].map((at) => Math.max(0, at - bench.stillAt))"
    )
    return max(waited) if len(waited) >= film.codes else None


def _as_text(pictures: list[bytes]) -> list[str]:
    return [base64.b64encode(picture).decode() for picture in pictures]
