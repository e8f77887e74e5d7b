"""A whole shift's scans on one open page: whether it grows in memory."""

from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from bench import browser
from bench.datasets import LARGE
from bench.figures import Report

# Eight hours with a scan every five seconds or so. The server's part is played in the page, as fast
# as the camera gives pictures: here the page is measured, and not the way.
FIRST, LAST = 1_000, 6_000
LONGEST_MS = 900_000
SERVER = Path(__file__).with_name("server_in_page.js")


def measure(report: Report) -> None:
    """What is left on the heap after so many scans, to what was left after the first thousand."""
    with browser.at_lane(report, "browser.shift", LARGE, film=browser.film, script=SERVER) as lane:
        if lane is None:
            return
        devtools = lane.page.context.new_cdp_session(lane.page)
        early = _left(lane.page, devtools, FIRST)
        late = _left(lane.page, devtools, LAST)
    report.add("browser.shift.heap", late["heap"], "MB", limit=early["heap"], aim="ratio <= 1.1")
    report.add("browser.shift.nodes", late["nodes"], "", limit=early["nodes"], aim="ratio <= 1.1")


def _left(page: Page, devtools: CDPSession, scans: int) -> dict[str, float]:
    """What the page holds after so many scans, once its garbage is collected."""
    page.wait_for_function(f"() => window.scansShown >= {scans}", timeout=LONGEST_MS)
    page.evaluate("() => window.benchElapsed.clear()")  # the benchmark's own
    devtools.send("HeapProfiler.enable")
    devtools.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = devtools.send("Runtime.getHeapUsage")
    counters: dict[str, Any] = devtools.send("Memory.getDOMCounters")
    return {"heap": usage["usedSize"] / 1e6, "nodes": float(counters["nodes"])}
