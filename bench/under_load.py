"""The whole site under the load tool: each server, and each database, with everything in it.

python -m bench load                                            on SQLite
SERVICES_DIR=DIR .ci/with-services python -m bench load         on PostgreSQL and Redis too
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import bare, bare_postgres
from bench.datasets import LARGE_WITH_PAST, PROJECT, Dataset
from bench.figures import Report
from bench.frames import frame_files
from bench.server import serve

SECONDS = 10
LANES = int(os.environ.get("LANES", "32"))
RUSH = 220  # of which 20 are busy
CODES = {"text": 20_000, "codes": 6_000, "rush": 2_000}  # so many that hardly one comes twice
FRAMES_BESIDE = 600


@dataclass(frozen=True)
class Stack:
    """What serves, and from what."""

    server: str
    processes: int
    dataset: Dataset

    @property
    def name(self) -> str:
        """`daphne.1.sqlite`, as it stands in the figures."""
        database = "postgresql" if self.dataset.database_url else "sqlite"
        return f"{self.server}.{self.processes}.{database}"


def stacks() -> Iterator[Stack]:
    """Each server on SQLite; on PostgreSQL, where there is one, in one and in two processes."""
    for server in ("daphne", "uvicorn", "granian"):
        yield Stack(server, 1, LARGE_WITH_PAST)
    if os.environ.get("DATABASE_URL"):
        production = Dataset(
            LARGE_WITH_PAST.permits,
            LARGE_WITH_PAST.scans,
            os.environ["DATABASE_URL"],
            os.environ["REDIS_URL"],
        )
        for server, processes in (("daphne", 1), ("daphne", 2), ("uvicorn", 2), ("granian", 1)):
            yield Stack(server, processes, production)


def measure(report: Report) -> None:
    """Text, frames and a rush hour on every stack, beside the bare limits."""
    report.say("load.bare.decode", "bare decoding stands beside each frame rate of the same run")
    LARGE_WITH_PAST.reset()
    LARGE_WITH_PAST.collect_static()
    for stack in stacks():
        _measure_text(report, stack)
        _measure_frames(report, stack)
        _measure_rush(report, stack)


def _measure_text(report: Report, stack: Stack) -> None:
    with _run(stack, "text", LANES) as known:
        limit = _bare_checks(stack, known["batches"])
    name = f"load.text.{stack.name}"
    report.add(f"{name}.rate", known["checks"]["achieved_rate"], "1/s", limit=limit, aim="2000")
    _add_spread(report, name, known)


def _measure_frames(report: Report, stack: Stack) -> None:
    with _run(stack, "codes", LANES) as known:
        limit = bare.decode_rate(frame_files(0, FRAMES_BESIDE))
    name = f"load.frames.{stack.name}"
    report.add(f"{name}.rate", known["frames"]["achieved_rate"], "1/s", limit=limit, aim="600")
    _add_spread(report, name, known)


def _measure_rush(report: Report, stack: Stack) -> None:
    with _run(stack, "rush", RUSH) as known:
        pass
    name = f"load.rush.{stack.name}"
    report.add(f"{name}.frames", known["frames"]["achieved_rate"], "1/s")
    _add_spread(report, name, known, aim="p95 <= 100")


def _add_spread(report: Report, name: str, known: dict[str, Any], *, aim: str = "") -> None:
    report.add(f"{name}.p50", known["verdict_ms"]["p50"], "ms")
    report.add(f"{name}.p95", known["verdict_ms"]["p95"], "ms", aim=aim)
    report.add(f"{name}.server_cpu", known["server_cpu_ms"], "ms/answer")
    report.add(f"{name}.client_cores", known["client"]["cores"], "cores")


@contextmanager
def _run(stack: Stack, scene: str, cameras: int) -> Iterator[dict[str, Any]]:
    """The load tool's figures of one run on a fresh server. Raises where anything was lost."""
    ready = stack.dataset.reset()
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        server = held.enter_context(
            serve(stack.dataset, server=stack.server, processes=stack.processes)
        )
        before = server.cpu_seconds()
        known = _cameras(stack, server.port, ready.password, scene, cameras, folder)
        spent = server.cpu_seconds() - before
    answers = known["frames"]["done"] + known["checks"]["done"]
    known["server_cpu_ms"] = 1000 * spent / answers
    known["batches"] = stack.dataset.recorded(ready.last_scan).batches
    yield known


def _cameras(
    stack: Stack, port: int, password: str, scene: str, cameras: int, folder: Path
) -> dict[str, Any]:
    codes = folder / "codes.txt"
    codes.write_text("\n".join(stack.dataset.codes))
    figures = folder / "figures.json"
    options = {
        "--url": f"http://127.0.0.1:{port}",
        "--user": "officer-0",
        "--cameras": str(cameras),
        "--scene": scene,
        "--seconds": str(SECONDS),
        "--codes": str(codes),
        "--distinct": str(CODES[scene]),
        "--json": str(figures),
    }
    if scene != "rush":
        options["--rate"] = "0"
    done = subprocess.run(
        [sys.executable, "-m", "bench.cameras", *sum(options.items(), ()), "--database"],
        cwd=PROJECT,
        env={**stack.dataset.environment, "CHECKPOINT_PASSWORD": password},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{stack.name} {scene}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    known: dict[str, Any] = json.loads(figures.read_text())
    return known


def _bare_checks(stack: Stack, batches: list[int]) -> float:
    dataset = stack.dataset
    ready = dataset.reset()
    if dataset.database_url:
        return bare_postgres.check_rate(dataset.database_url, dataset.permits, batches)
    return bare.check_rate(dataset, ready.pragmas, batches)
