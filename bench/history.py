"""A busy city's month in the database: ten million scans at 67 checkpoints, with their tallies.

How long its charts take to be read is asked inside its own process (history_build.py), without the
server and the page around it. What else is measured on the same month asks there too.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import datasets
from bench.figures import Report

AIM_MS = 200


@dataclass(frozen=True)
class History:
    """So many scans over 30 days, in an SQLite file."""

    scans: int

    @property
    def folder(self) -> Path:
        """Its DATA_DIR."""
        return datasets.cache_of_this_schema() / f"history-{self.scans}"

    def ask(self, *question: str) -> Any:
        """What history_build.py answers to one of its commands; built first where there is none."""
        self._build()
        return json.loads(self._run(*question))

    def _build(self) -> None:
        finished = self.folder / "dataset.json"
        if finished.exists() and time.time() - finished.stat().st_mtime < datasets.STALE_SECONDS:
            return
        print(f"building {self.folder.name}, once", flush=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        finished.write_text(self._run("make", str(self.scans)))

    def _run(self, *arguments: str) -> str:
        environment = {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "bench.history_build", *arguments]
        done = subprocess.run(
            command,
            cwd=datasets.PROJECT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


MONTH = History(scans=10_000_000)


def measure(report: Report) -> None:
    """The chart of 30 days, for the whole site and for a district; what its tallies cost; and how
    long it takes to find somebody.
    """
    for name, taken in MONTH.ask("tally").items():
        report.add(f"history.tally.{name}", taken * 1000, "ms")
    for name, taken in MONTH.ask("charts").items():
        report.add(f"history.chart.{name}", taken * 1000, "ms", aim=f"aim: <= {AIM_MS} ms")
    for name, taken in MONTH.ask("traces").items():
        report.add(f"history.trace.{name}", taken * 1000, "ms", aim=f"aim: <= {AIM_MS} ms")
