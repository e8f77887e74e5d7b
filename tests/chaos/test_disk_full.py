"""No more room for the SQLite file: nothing is recorded, so no verdict is sent, until there is."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.site import Site
from tests.chaos.conftest import MakeTarget
from tests.chaos.load import Load
from tests.chaos.report import LIMIT_SECONDS, Report

FULL_SECONDS = 2.0
LEAST_BYTES = 4096


def test_the_disk_is_full(one_process: MakeTarget, report: Report) -> None:
    target = one_process()
    with Load(target, seconds=8) as load, full_disk(target.site):
        full = time.time()
        time.sleep(FULL_SECONDS)
        freed = time.time()
    load.outcome.assert_sound()
    assert load.outcome.scans_between(full, freed) == [0]
    assert set(load.outcome.tally.errors) == {"check_failed"}
    back_after = load.outcome.back_after(freed)
    fault = f"the disk is full for {FULL_SECONDS:.0f} s (SQLite)"
    report.add(fault, load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """For a while the server can write nothing: past this size every write to a file fails."""
    [process] = site.process_ids
    before = resource.prlimit(process, resource.RLIMIT_FSIZE, (LEAST_BYTES, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
