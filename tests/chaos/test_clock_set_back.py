"""The server's clock is set back by an hour, as by hand or by NTP: only its times are odd."""

import time
from pathlib import Path

from tests.chaos.conftest import MakeTarget
from tests.chaos.load import Load
from tests.chaos.report import Report

HOUR = 3600
# Debian's libfaketime. What measures durations goes on as on a real machine.
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def test_the_clock_is_set_back(one_process: MakeTarget, report: Report, tmp_path: Path) -> None:
    assert LIBRARIES, "libfaketime is missing: see .ci/install-faketime"
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    target = one_process(
        LD_PRELOAD=str(LIBRARIES[0]),
        FAKETIME_TIMESTAMP_FILE=str(offset),
        FAKETIME_CACHE_DURATION="1",  # seconds until it looks into the file again
        DONT_FAKE_MONOTONIC="1",
    )
    with Load(target, seconds=6) as load:
        offset.write_text(f"-{HOUR}\n")
    outcome = load.outcome
    outcome.assert_sound()
    assert outcome.tally.errors == {}
    assert outcome.tally.reconnects == outcome.tally.reloads, "logins and sockets last"
    now = time.time()
    back = [row for row in outcome.rows if row.recorded_at < now - HOUR / 2]
    assert len(back) > len(outcome.rows) / 2, "scans are recorded by the clock as it is"
    assert outcome.rows[-len(back) :] == back, "the ids, and so the feed, are in the true order"
    assert {row.elapsed_ms >= 0 for row in outcome.rows} == {True}
    report.add("the clock is set back by an hour", outcome)
