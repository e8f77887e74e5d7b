"""The supervisors' room: a hundred dashboards, a thousand scans a second, one process."""

import json
import statistics
import subprocess
import sys

from bench import watchers
from bench.datasets import PROJECT, Dataset
from bench.figures import Report, percentile
from bench.server import serve

# Of its own: its checkpoints are not those of the other benchmarks.
ROOM = Dataset(permits=2_000)
CHECKPOINTS, DASHBOARDS, RATE = 1_000, 100, 1_000
WARM_SECONDS, SECONDS = 8.0, 12.0
TURNS = 3
PROBE_CODES = 400


def measure(report: Report) -> None:
    """From a scan's record to its dashboards, and what they cost a lane that works beside them."""
    alone, watched = [], []
    for _turn in range(TURNS):  # turn by turn, so that a slow moment hits both
        alone.append(_run(0))
        watched.append(_run(DASHBOARDS))
    shown = [ms for run in watched for ms in run.shown_ms]
    report.add("room.shown.p50", percentile(shown, 50), "ms")
    report.add("room.shown.p99", percentile(shown, 99), "ms", aim="aim: <= 500")
    without, beside = ([ms for run in runs for ms in run.check_ms] for runs in (alone, watched))
    for name, of in (("p50", statistics.median), ("mean", statistics.mean)):
        aim = "aim: ratio <= 1.1"
        report.add(f"room.check.{name}", of(beside), "ms", limit=of(without), aim=aim)
    dashboards = DASHBOARDS * SECONDS * TURNS
    report.add("room.messages", sum(run.messages for run in watched) / dashboards, "1/s each")
    received = sum(run.received_bytes for run in watched) / dashboards
    report.add("room.bytes", received / 1000, "kB/s each")
    scans = sum(run.scans for run in watched)
    report.add("room.scans", scans / dashboards, "1/s")
    report.add("room.left_out", 100 * sum(run.left_out for run in watched) / scans, "%")


def _run(dashboards: int) -> watchers.Result:
    ready = ROOM.reset()
    prepared = prepare()
    plan = watchers.Plan(
        dashboards=dashboards,
        supervisor=prepared["cookie"],
        officer=ready.cookies[0],
        lane=ready.lanes[0],
        codes=ROOM.codes[:PROBE_CODES],
        warm_seconds=WARM_SECONDS,
        seconds=SECONDS,
    )
    with serve(ROOM, module="bench.rush", RUSH_RATE=str(RATE)) as server:
        result = watchers.run(plan, server.port)
    if result.faults:
        raise AssertionError(f"{len(result.faults)} faults, the first: {result.faults[0]}")
    return result


def prepare() -> dict[str, str]:
    """The checkpoints, and a supervisor's cookie."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.rush", "prepare", str(CHECKPOINTS)],
        cwd=PROJECT,
        env=ROOM.environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    prepared: dict[str, str] = json.loads(done.stdout)
    return prepared
