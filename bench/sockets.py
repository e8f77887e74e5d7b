"""The lane sockets of one server process under load, each check committed before its answer."""

import statistics
from dataclasses import dataclass

from bench import bare, load
from bench.datasets import LARGE, Dataset, Ready
from bench.figures import Report, percentile
from bench.frames import frame_files
from bench.server import serve

LANES = 32
LONGEST_SECONDS = 20.0
TEXT_CHECKS, TEXT_WARM = 3_000, 320
FRAME_CHECKS, FRAME_WARM = 1_200, 160
ALONE_CHECKS, ALONE_WARM = 400, 40
RUNS = 3


class LostChecks(Exception):
    """A check was not answered, answered twice, not recorded, or recorded twice."""


@dataclass(frozen=True)
class Run:
    """One server, one load."""

    result: load.Result
    server_cpu: float
    batches: list[int]
    ready: Ready

    @property
    def latencies(self) -> list[float]:
        """Milliseconds from sent to answered."""
        return self.result.latencies_ms

    @property
    def batch(self) -> float:
        """How many checks a transaction held."""
        return statistics.mean(self.batches)


def run(dataset: Dataset, kind: str, items: list[str], *, lanes: int, warm: int) -> Run:
    """Send these through a fresh server, and see that nothing was lost. Raises LostChecks."""
    ready = dataset.reset()
    plan = load.Plan(
        lanes=ready.lanes[:lanes],
        cookies=ready.cookies[:lanes],
        kind=kind,
        items=items,
        warm=warm,
        seconds=LONGEST_SECONDS,
    )
    with serve(dataset) as server:
        before = server.cpu_seconds()
        result = load.send(plan, server.port)
        server_cpu = server.cpu_seconds() - before
    recorded = dataset.recorded(ready.last_scan)
    _require_all(result, recorded.scan_ids)
    return Run(result, server_cpu, recorded.batches, ready)


def _require_all(result: load.Result, recorded: list[str]) -> None:
    answered = sorted(scan_id.replace("-", "") for scan_id in result.scan_ids)
    if result.faults:
        raise LostChecks(f"{len(result.faults)} faults, the first: {result.faults[0]}")
    if not result.sent == len(set(answered)) == len(answered):
        raise LostChecks(f"{result.sent} sent, {len(answered)} answered")
    if answered != sorted(recorded):
        raise LostChecks(f"{len(answered)} answered, {len(recorded)} recorded")


def text_run(dataset: Dataset, first: int, *, permits: int, checks: int = TEXT_CHECKS) -> Run:
    """Text checks of so many permits, from the `first` on, round and round."""
    codes = dataset.codes
    items = [codes[(first + index % permits) % len(codes)] for index in range(TEXT_WARM + checks)]
    return run(dataset, "text", items, lanes=LANES, warm=TEXT_WARM)


def measure_one(report: Report) -> None:
    """One lane alone: from the frame that is sent to the verdict that is received."""
    files = frame_files(0, ALONE_CHECKS + ALONE_WARM)
    alone = run(LARGE, "frame", files, lanes=1, warm=ALONE_WARM)
    report.add("socket.1.frame.p50", percentile(alone.latencies, 50), "ms", aim="aim: <= 10")
    report.add("socket.1.frame.p99", percentile(alone.latencies, 99), "ms")


def measure_text(report: Report) -> None:
    """32 lanes that type, beside plain sqlite3."""
    runs, limits = [], []
    for turn in range(RUNS):
        permits = TEXT_CHECKS + TEXT_WARM
        runs.append(text_run(LARGE, turn * permits, permits=permits))
        ready = LARGE.reset()
        limits.append(bare.check_rate(LARGE, ready.pragmas, runs[-1].batches))
    _report(report, "socket.32.text", runs, limits, aim="aim: >= 1000")


def measure_frames(report: Report) -> None:
    """32 lanes with cameras, beside bare decoding of the same pictures."""
    runs, limits = [], []
    for turn in range(RUNS):
        files = frame_files(turn * (FRAME_CHECKS + FRAME_WARM), FRAME_CHECKS + FRAME_WARM)
        runs.append(run(LARGE, "frame", files, lanes=LANES, warm=FRAME_WARM))
        limits.append(bare.decode_rate(files))
    _report(report, "socket.32.frame", runs, limits, aim="aim: >= 450")


def _report(report: Report, name: str, runs: list[Run], limits: list[float], *, aim: str) -> None:
    rate = statistics.median(run.result.rate for run in runs)
    report.add(f"{name}.rate", rate, "1/s", limit=statistics.median(limits), aim=aim)
    latencies = [latency for run in runs for latency in run.latencies]
    report.add(f"{name}.p50", percentile(latencies, 50), "ms")
    report.add(f"{name}.p95", percentile(latencies, 95), "ms")
    report.add(f"{name}.batch", statistics.mean(run.batch for run in runs), "checks")
    server = [1000 * run.server_cpu / run.result.sent for run in runs]
    report.add(f"{name}.server_cpu", statistics.median(server), "ms/check")
    client = [1000 * run.result.cpu_seconds / len(run.latencies) for run in runs]
    report.add(f"{name}.client_cpu", statistics.median(client), "ms/check")
