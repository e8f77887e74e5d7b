"""A server process is killed with -9 amid its work, and started again as systemd would."""

import time
from urllib.request import urlopen

import pytest

from tests.chaos.conftest import PROCESSES, MakeTarget
from tests.chaos.load import Load, Target
from tests.chaos.report import LIMIT_SECONDS, Report

CAMERAS = 20
PAUSE_SECONDS = 1.5


def test_the_only_process_is_killed(one_process: MakeTarget, report: Report) -> None:
    target = one_process()
    with Load(target, seconds=9) as load:
        target.site.replace(0)
        urlopen(target.site.address + "/login/").close()
        answers = time.time()
    load.outcome.assert_sound()
    back_after = load.outcome.back_after(answers)
    report.add("the only process is killed (SQLite)", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS


@pytest.mark.parametrize("share_port", [True], indirect=True)
def test_one_after_the_other_of_three_processes_is_killed(
    processes: Target, report: Report
) -> None:
    with Load(processes, seconds=9, cameras=CAMERAS) as load:
        for number in range(PROCESSES):
            killed = time.time()
            processes.site.replace(number)
            time.sleep(PAUSE_SECONDS)
    load.outcome.assert_sound()
    assert sum(load.outcome.tally.closes.values()) > CAMERAS / 2, "most lanes were there"
    assert load.outcome.tally.anew == 0, "the other processes know what the lane has shown"
    back_after = load.outcome.back_after(killed)
    report.add("one process after the other is killed", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS
