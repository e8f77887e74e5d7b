"""The checkpoint page in Chromium with a fake camera: from the capture to the painted verdict."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from bench import scenes
from bench.datasets import LARGE, Dataset
from bench.figures import Report, percentile
from bench.server import serve

SIZE = (640, 480)
FIRST_CODE, CODES = 15_000, 60  # shown round and round: 20 seconds, long after which a code is new
FRAMES_OF_A_CODE = 10  # at the fake camera's 30 a second
STEP = (5, 2)  # how far a phone moves from one frame to the next, in pixels
JPEG_QUALITY = 85
VERDICTS, WARM = 160, 10
LONGEST_MS = 120_000
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SWITCHES = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
COLLECT = """() => {
  window.benchElapsed = new Map();
  const panel = document.querySelector("[data-testid=verdict]");
  new MutationObserver(() => {
    const { scanId, elapsedMs } = panel.dataset;
    if (elapsedMs !== undefined) window.benchElapsed.set(scanId, Number(elapsedMs));
  }).observe(panel, { attributes: true, attributeFilter: ["data-elapsed-ms"] });
}"""


def measure(report: Report) -> None:
    """What the page itself says, verdict by verdict, of the time since its capture."""
    with at_lane(report, "browser.verdict", LARGE, film=film) as lane:
        if lane is None:
            return
        elapsed = watch(lane.page, verdicts=VERDICTS)
        recorded = set(LARGE.recorded(lane.last_scan).scan_ids)
    assert {scan_id.replace("-", "") for scan_id in elapsed} <= recorded, "a verdict without a scan"
    counted = list(elapsed.values())[WARM:]
    report.add("browser.verdict.p50", percentile(counted, 50), "ms", aim="aim: <= 25")
    report.add("browser.verdict.p95", percentile(counted, 95), "ms", aim="aim: <= 50")


@dataclass(frozen=True)
class Lane:
    """An officer's page at a lane, and the last scan before it."""

    page: Page
    last_scan: int


def chrome() -> str | None:
    """The browser of this machine, or None."""
    return next(filter(None, map(shutil.which, CHROMES)), None)


@contextmanager
def at_lane(
    report: Report,
    group: str,
    dataset: Dataset,
    *,
    film: Callable[[], Path] | None = None,
    script: Path | None = None,
) -> Iterator[Lane | None]:
    """A lane on a server of its own, before a film or a script; None where there is no browser."""
    executable = chrome()
    if executable is None:
        report.say(group, "left out: no Chrome or Chromium (.ci/install-browser)")
        yield None
        return
    shown = [f"--use-file-for-fake-video-capture={film()}"] if film else []
    ready = dataset.reset()
    dataset.collect_static()
    with serve(dataset) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*SWITCHES, *shown])
        page = browser.new_page(base_url=f"http://127.0.0.1:{server.port}")
        if script:
            page.add_init_script(path=script)
        stand_at_lane(page, ready.password)
        yield Lane(page, ready.last_scan)
        browser.close()


def stand_at_lane(page: Page, password: str) -> None:
    """Log in as an officer and start, as a person does."""
    page.goto("/login/?next=/checkpoint/")
    page.fill("[name=username]", "officer-0")
    page.fill("[name=password]", password)
    page.click("main form button")
    page.wait_for_url("**/checkpoint/")
    for name in ("checkpoint", "lane", "direction"):
        page.select_option(f"select[name={name}]", index=0)
    page.evaluate(COLLECT)
    page.click("[data-testid=start]")


def watch(page: Page, *, verdicts: int) -> dict[str, float]:
    """Milliseconds by scan_id, in the order in which they were painted."""
    page.wait_for_function(
        f"() => window.benchElapsed.size >= {verdicts + WARM}", timeout=LONGEST_MS
    )
    pairs: list[tuple[str, float]] = page.evaluate("() => [...window.benchElapsed]")
    return dict(pairs)


def film() -> Path:
    """The fake camera's film: phones come, move and go. Pictures must be in colour, not grey."""
    made_by = Path(scenes.__file__).read_bytes() + Path(__file__).read_bytes()
    file = LARGE.folder / f"film-{hashlib.sha256(made_by).hexdigest()[:12]}.mjpeg"
    if not file.exists():
        codes = LARGE.codes[FIRST_CODE : FIRST_CODE + CODES]
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            takes = list(processes.map(_take, range(CODES), codes))
        file.write_bytes(b"".join(takes))
    return file


def _take(number: int, code: str) -> bytes:
    """One phone: held up, moved along, and gone in the last frame."""
    rng = np.random.default_rng([FIRST_CODE, number])
    road, phone = scenes.parts(SIZE, code, rng)
    left, top = (
        int(rng.uniform(0, SIZE[axis] - phone.size[axis] - FRAMES_OF_A_CODE * STEP[axis]))
        for axis in (0, 1)
    )
    frames = []
    for moment in range(FRAMES_OF_A_CODE):
        picture = road.copy()
        if moment < FRAMES_OF_A_CODE - 1:
            picture.paste(phone, (left + moment * STEP[0], top + moment * STEP[1]), phone)
        frames.append(scenes.jpeg(picture, JPEG_QUALITY))
    return b"".join(frames)
