"""Whether checks stay as fast when there is more in the database."""

import statistics

from bench.datasets import LARGE, LARGE_WITH_PAST, SMALL, Dataset
from bench.figures import Report
from bench.sockets import TEXT_WARM, text_run

PAIRS = 3
CHECKS = 3_000


def measure_permits(report: Report) -> None:
    """A thousand permits against a million."""
    # As many different permits on both sides, each as often: only the table's size differs.
    _compare(report, "growth.permits", SMALL, LARGE, permits=SMALL.permits)


def measure_scans(report: Report) -> None:
    """No past scans against five million."""
    _compare(report, "growth.scans", LARGE, LARGE_WITH_PAST, permits=CHECKS + TEXT_WARM)


def _compare(report: Report, name: str, small: Dataset, large: Dataset, *, permits: int) -> None:
    """Turn by turn, each time with a fresh server, so that a slow moment hits both."""
    rates: dict[Dataset, list[float]] = {small: [], large: []}
    for turn in range(PAIRS):
        for dataset in (small, large):
            run = text_run(dataset, turn * permits, permits=permits, checks=CHECKS)
            rates[dataset].append(run.result.rate)
    report.say(name, f"checks/s, turn by turn: {_turns(rates[small])} and {_turns(rates[large])}")
    slow, fast = (statistics.median(rates[dataset]) for dataset in (large, small))
    report.add(name, fast / slow, "x", aim="aim: <= 1.2")
    report.add(f"{name}.rate.small", fast, "1/s")
    report.add(f"{name}.rate.large", slow, "1/s")


def _turns(rates: list[float]) -> str:
    return " ".join(f"{rate:.0f}" for rate in rates)
