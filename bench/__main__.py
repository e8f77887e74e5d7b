"""The figures of docs/performance.md.

python -m bench             all of them
python -m bench NAME...     the groups whose name begins with one of these
"""

import os
import sys
from collections.abc import Callable

from bench import (
    browser,
    browser_car,
    browser_scenes,
    browser_shift,
    decoding,
    growth,
    history,
    room,
    room_page,
    sockets,
    under_load,
)
from bench.datasets import forget_other_schemas
from bench.figures import Report

GROUPS: dict[str, Callable[[Report], None]] = {
    "decode": decoding.measure_decode,
    "recall": decoding.measure_recall,
    "socket.1": sockets.measure_one,
    "socket.32.text": sockets.measure_text,
    "socket.32.frame": sockets.measure_frames,
    "browser.verdict": browser.measure,
    "browser.scenes": browser_scenes.measure_scenes,
    "browser.idle": browser_scenes.measure_idle,
    "browser.car": browser_car.measure,
    "browser.shift": browser_shift.measure,
    "growth.permits": growth.measure_permits,
    "growth.scans": growth.measure_scans,
    "room.load": room.measure,
    "room.page": room_page.measure,
    "history": history.measure,
    "load": under_load.measure,
}


def main(names: list[str]) -> None:
    """Run the chosen groups and keep what they found."""
    unknown = [n for n in names if not any(group.startswith(n) for group in GROUPS)]
    if unknown:
        sys.exit(f"no such group: {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    forget_other_schemas()
    report = Report()
    busy = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    report.say("machine", f"{os.cpu_count()} cores; load before the run {busy} (1, 5, 15 min)")
    for group, measure in GROUPS.items():
        if not names or any(group.startswith(name) for name in names):
            measure(report)
    report.write()


if __name__ == "__main__":
    main(sys.argv[1:])
