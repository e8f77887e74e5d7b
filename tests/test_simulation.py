"""The simulation behind docs/scaling.md, against queues that are known and a measured site."""

import re
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest

from bench.capacity.simulate import Outcome, Site, Times, closed_lanes, open_arrivals

NOTHING = Times(0, 0, 0, 0, 0, 0, 0)
# One check at a time, one millisecond each, at a database of one core: the queue M/D/1.
ONE_BY_ONE = replace(NOTHING, db_check=1.0, largest_batch=1)
CHECKS = 40_000
PERFORMANCE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


def queue(load: float, *, times: Times = ONE_BY_ONE, processes: int = 1) -> Outcome:
    site = Site(processes, cores=1)
    return open_arrivals(site, times, rate=1000 * load, checks=CHECKS, seed=1)


@pytest.mark.parametrize("load", [0.2, 0.5, 0.8])
def test_one_at_a_time_waits_as_in_the_queue_m_d_1(load: float) -> None:
    expected = 1 + load / (2 * (1 - load))
    assert mean(queue(load).waits) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("load", [0.2, 0.5, 0.8])
def test_a_shared_database_waits_as_in_the_queue_m_g_1_ps(load: float) -> None:
    """Each check at a process of its own, as good as: so all share the core."""
    expected = 1 / (1 - load)
    seen = queue(load, processes=2_000)
    assert mean(seen.waits) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("load", [0.2, 0.8])
def test_little_s_law_holds(load: float) -> None:
    seen = queue(load)
    assert seen.mean_in_system == pytest.approx(seen.rate / 1000 * mean(seen.waits), rel=0.02)
    assert seen.database_busy == pytest.approx(load, rel=0.03)


def test_all_that_come_are_answered_below_the_limit_and_no_more_than_it_above() -> None:
    assert queue(0.9).rate == pytest.approx(900, rel=0.03)
    assert queue(1.5).rate == pytest.approx(1000, rel=0.01)


def test_batches_grow_with_the_load_and_bear_what_single_checks_would_not() -> None:
    dear_batch = replace(NOTHING, db_batch=1.0, db_check=0.1)
    calm, busy = queue(0.2, times=dear_batch), queue(3.0, times=dear_batch)
    assert 1 <= calm.batch < busy.batch
    assert busy.rate == pytest.approx(3000, rel=0.03)


def test_a_lone_lane_waits_for_nothing_but_the_work() -> None:
    times = Times(0.3, 1.0, 0.2, 0.1, 0.9, 0.1, 1.0, decode=1.5)
    seen = closed_lanes(Site(1, cores=1), times, lanes=1, checks=100)
    assert seen.wait(99) == pytest.approx(0.3 + 1.0 + 0.2 + 0.1 + 0.9 + 0.1 + 1.0 + 1.5)
    assert seen.batch == 1


def test_the_same_seed_gives_the_same() -> None:
    assert queue(0.8).waits == queue(0.8).waits


def measured(name: str) -> list[float]:
    """The values of a line of docs/performance.md's results, after its line of the meanings."""
    pattern = rf"^\| `{re.escape(name)}`[^|]*\| ([^|]+)"
    line = re.findall(pattern, PERFORMANCE.read_text("utf-8"), re.MULTILINE)[-1]
    return [float(number.replace(",", "")) for number in re.findall(r"[\d,.]+", line)]


def test_the_lanes_that_type_are_about_as_quick_as_was_measured() -> None:
    """What performance.md says of the milliseconds: a third socket, 0.15 the signature."""
    lanes, [cpu] = 32, measured("socket.32.text.server_cpu")
    times = replace(NOTHING, message=cpu / 3, check=cpu * 2 / 3 - 0.15, unlocked=0.15)
    seen = closed_lanes(Site(1, cores=1), times, lanes=lanes, checks=5_000)
    assert seen.rate == pytest.approx(measured("socket.32.text.rate")[0], rel=0.33)
    assert seen.wait(50) == pytest.approx(measured("socket.32.text.p50")[0], rel=0.33)
    assert seen.batch == pytest.approx(lanes / 2, rel=0.1)
