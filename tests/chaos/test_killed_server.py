"""A server process is killed with -9 amid its work, and started again as systemd would."""

import time

from tests.chaos.conftest import MakeTarget
from tests.chaos.load import Load, Target
from tests.chaos.report import LIMIT_SECONDS, Report


def test_the_only_process_is_killed(one_process: MakeTarget, report: Report) -> None:
    target = one_process()
    with Load(target, seconds=9) as load:
        killed = time.time()
        target.site.replace(0)
    load.outcome.assert_sound()
    back_after = load.outcome.back_after(killed)
    report.add("the only process is killed (SQLite)", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS


def test_one_of_three_processes_is_killed(processes_at_one_port: Target, report: Report) -> None:
    target = processes_at_one_port
    with Load(target, seconds=9, cameras=20) as load:
        killed = time.time()
        target.site.replace(1)
    load.outcome.assert_sound()
    assert load.outcome.tally.closes, "nobody was there"
    assert load.outcome.tally.anew == 0, "the other processes know what the lane has shown"
    back_after = load.outcome.back_after(killed)
    report.add("one of three processes is killed", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS
