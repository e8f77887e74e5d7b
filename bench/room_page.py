"""The dashboard in Chromium: its first paint, how late it shows a scan, and its memory of a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.browser import SWITCHES, chrome
from bench.figures import Report, percentile
from bench.room import RATE, ROOM, prepare
from bench.server import serve

OBSERVER = Path(__file__).with_name("room_page.js")
DAY = Path(__file__).with_name("room_day.js")
LOADS = 5
WATCH_MS = 15_000
# A board for each half simulated minute: an hour of them before the first look, then to the end.
FIRST_HOUR, WHOLE_DAY = 120, 24 * 120
LONGEST_MS = 600_000


def measure(report: Report) -> None:
    """A page beside the scans of `room`, and a page that a day goes by in."""
    executable = chrome()
    if executable is None:
        report.say("room.page", "left out: no Chrome or Chromium (.ci/install-browser)")
        return
    ROOM.reset()
    cookie = prepare()["cookie"]
    ROOM.collect_static()
    with serve(ROOM, module="bench.rush", RUSH_RATE=str(RATE)) as server:
        address = f"http://127.0.0.1:{server.port}"
        with _page(executable, address, cookie, OBSERVER) as page:
            _measure_paint(report, page)
        with _page(executable, address, cookie, DAY) as page:
            _measure_memory(report, page)


@contextmanager
def _page(executable: str, address: str, cookie: str, script: Path) -> Iterator[Page]:
    name, _sign, value = cookie.partition("=")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        page.add_init_script(path=script)
        yield page
        browser.close()


def _measure_paint(report: Report, page: Page) -> None:
    loads = []
    for _load in range(LOADS):
        page.goto("/dashboard/")
        page.wait_for_function("() => window.bench.numbers > 0")
        loads.append(page.evaluate("() => window.bench"))
    for name, moment in (("rows", "painted"), ("numbers", "numbers")):
        painted = [load[moment] for load in loads]
        report.say(f"room.paint.{name}", f"each load: {[round(ms) for ms in painted]} ms")
        aim = "aim: <= 1000 after the response"
        report.add(f"room.paint.{name}", max(painted), "ms", aim=aim)
    page.wait_for_timeout(WATCH_MS)
    shown = page.evaluate("() => window.bench.shown")
    report.add("room.screen.p50", percentile(shown, 50), "ms")
    report.add("room.screen.p99", percentile(shown, 99), "ms", aim="aim: <= 500")


def _measure_memory(report: Report, page: Page) -> None:
    page.goto("/dashboard/")
    page.evaluate(
        "() => { window.day.ids = JSON.parse(document.getElementById('places').textContent)"
        ".map(({ id }) => id); }"
    )
    session = page.context.new_cdp_session(page)
    early = _heap_after(page, session, FIRST_HOUR)
    late = _heap_after(page, session, WHOLE_DAY)
    report.add("room.day.heap", late[0] / 1e6, "MB", limit=early[0] / 1e6, aim="aim: no growth")
    report.add("room.day.nodes", late[1], "", limit=early[1], aim="aim: no growth")


def _heap_after(page: Page, session: CDPSession, boards: int) -> tuple[float, float]:
    """Bytes and nodes, once so many boards were shown and the rubbish is gone."""
    page.evaluate(f"() => {{ window.day.wanted = {boards}; }}")
    page.wait_for_function(f"() => window.day.boards >= {boards}", timeout=LONGEST_MS)
    for _turn in range(3):
        session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    counters = session.send("Memory.getDOMCounters")
    return float(used), float(counters["nodes"])
