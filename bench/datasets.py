"""The databases that the benchmarks run on. Built once, kept between runs, reset before each."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import psycopg

from bench import postgres

PROJECT = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR", str(PROJECT / "var")))
CACHE = Path(os.environ.get("BENCH_DIR", str(DATA_DIR / "bench"))).resolve()
STALE_SECONDS = 20 * 3600
# A change in any of these makes other rows or other codes.
MADE_FROM = [
    *sorted(PROJECT.glob("*/migrations/*.py")),
    PROJECT / "permits" / "token.py",
    PROJECT / "permits" / "personal_data.py",
    *(PROJECT / "bench" / name for name in ("build.py", "rows.py", "history_rows.py")),
]


@dataclass(frozen=True)
class Ready:
    """A database as a run finds it."""

    lanes: list[int]
    cookies: list[str]
    last_scan: int
    pragmas: str
    password: str


@dataclass(frozen=True)
class Recorded:
    """The scans that a run has added: their ids, and how large the batches were."""

    scan_ids: list[str]
    batches: list[int]


@dataclass(frozen=True)
class Dataset:
    """So many permits, so many past scans, in an SQLite file or in the PostgreSQL at an address."""

    permits: int
    scans: int = 0
    database_url: str = ""
    redis_url: str = ""

    @property
    def folder(self) -> Path:
        """Its DATA_DIR."""
        return cache_of_this_schema() / f"permits-{self.permits}-scans-{self.scans}"

    @property
    def file(self) -> Path:
        """Its SQLite file."""
        return self.folder / "checkpoint.sqlite3"

    @cached_property
    def codes(self) -> list[str]:
        """Signed travel codes of its permits."""
        codes: list[str] = json.loads((self._built() / "codes.json").read_text())
        return codes

    @property
    def environment(self) -> dict[str, str]:
        """What its server is started with: the settings of `make run`."""
        return {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "SIGNING_KEYS_DIR": str(cache_of_this_schema() / "keys"),
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }

    def reset(self) -> Ready:
        """Build it if there is none, take away what earlier runs added, log the officers in."""
        self._built()
        return Ready(**json.loads(self._run("reset")))

    def collect_static(self) -> None:
        """What its pages need."""
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--clear", "-v", "0"],
            cwd=PROJECT,
            env=self.environment,
            check=True,
        )

    def recorded(self, after: int) -> Recorded:
        """What was recorded after this scan. A batch's scans have one recorded_at."""
        query = "SELECT scan_id, recorded_at FROM scans_scan WHERE id > {} ORDER BY id"
        rows: list[tuple[Any, Any]]
        if self.database_url:
            with psycopg.connect(self.database_url) as server:
                rows = server.execute(query.format("%s"), [after]).fetchall()
        else:
            with self.connect() as file:
                rows = file.execute(query.format("?"), [after]).fetchall()
        sizes: dict[Any, int] = {}
        for _scan_id, recorded_at in rows:
            sizes[recorded_at] = sizes.get(recorded_at, 0) + 1
        return Recorded([str(scan_id) for scan_id, _at in rows], list(sizes.values()))

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """A plain connection, without Django."""
        database = sqlite3.connect(self.file, isolation_level=None, timeout=10)
        try:
            yield database
        finally:
            database.close()

    def _built(self) -> Path:
        if self._is_stale():
            print(f"building {self.folder.name}, once", flush=True)
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            self._run("make", str(self.permits), str(self.scans))
        built_at = (self.folder / "dataset.json").stat().st_mtime_ns
        name = f"{self.folder.parent.name} {self.folder.name} {built_at}"
        if self.database_url and not postgres.is_copied(self.database_url, name):
            print(f"copying {self.folder.name} to PostgreSQL, once", flush=True)
            self._run("copy", name)
        return self.folder

    def _is_stale(self) -> bool:
        """Not built to the end, or so long ago that its past scans are not of these days."""
        finished = self.folder / "dataset.json"
        return not finished.exists() or time.time() - finished.stat().st_mtime > STALE_SECONDS

    def _run(self, *arguments: str) -> str:
        is_of_the_file = arguments[0] == "make"
        of_the_file = {"DATABASE_URL": "", "REDIS_URL": ""}
        done = subprocess.run(
            [sys.executable, "-m", "bench.build", *arguments],
            cwd=PROJECT,
            env={**self.environment, **(of_the_file if is_of_the_file else {})},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


@cache
def cache_of_this_schema() -> Path:
    """Where the databases of these migrations and rows are kept."""
    parts = b"".join(path.read_bytes() for path in MADE_FROM)
    return CACHE / f"schema-{hashlib.sha256(parts).hexdigest()[:12]}"


def forget_other_schemas() -> None:
    """Databases of earlier migrations take gigabytes and are of no more use."""
    for folder in CACHE.glob("schema-*"):
        if folder != cache_of_this_schema():
            shutil.rmtree(folder)


SMALL = Dataset(permits=1_000)
LARGE = Dataset(permits=1_000_000)
LARGE_WITH_PAST = Dataset(permits=1_000_000, scans=5_000_000)
