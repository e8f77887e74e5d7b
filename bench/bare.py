"""The bare limits: the same work without Django, sockets or anything else around it."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from bench.datasets import Dataset
from bench.decoding import decode_bare
from scans.scan_ids import new_scan_id

TIME = "%Y-%m-%d %H:%M:%S.%f"

PERMITS = """
    SELECT permit.id, permit.number, state, valid_from, valid_until, plate, origin, destination,
        one_trip, hours_from, hours_until, name_vi, name_en, full_name, number_digest, number_tail,
        (SELECT id FROM scans_scan
            WHERE captured_day = date() AND permit_id = permit.id ORDER BY captured_at DESC LIMIT 1)
    FROM permits_permit AS permit
    JOIN permits_permitkind AS kind ON kind.id = kind_id
    JOIN permits_holder AS holder ON holder.id = holder_id
    WHERE permit.number IN ({})
"""
PASSAGES = """
    SELECT permit_id, checkpoint_id, latitude, longitude, direction, captured_at
    FROM scans_scan JOIN scans_checkpoint AS checkpoint ON checkpoint.id = checkpoint_id
    WHERE {}
"""
TRIPS = """
    SELECT permit_id, checkpoint_id, latitude, longitude, direction, used_at
    FROM scans_tripuse JOIN scans_checkpoint AS checkpoint ON checkpoint.id = checkpoint_id
    WHERE permit_id IN ({})
"""
POLICY = "SELECT * FROM permits_policyrow WHERE id = 1"
COMPANIONS = """
    SELECT permit_id, full_name, number_digest, number_tail, doses FROM permits_companion
    WHERE permit_id IN ({})
"""
ZONES = "SELECT permit_id, zone_id FROM permits_permit_zones WHERE permit_id IN ({})"
ZONES_HERE = "SELECT checkpoint_id, zone_id FROM scans_checkpoint_zones WHERE checkpoint_id = 1"
WATCHLIST = """
    SELECT number_digest, plate, level FROM permits_watchlistentry
    WHERE (number_digest IN ({}) OR plate IN ({}))
        AND (active_until IS NULL OR active_until > ?) AND active_from <= ?
"""
INSERT = """
    INSERT INTO scans_scan (scan_id, checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at, elapsed_ms)
    VALUES (?, 1, 1, 'in', 1, ?, 'token', ?, 'typed', 'allow', '', '[]', '[]', ?, ?, date(), ?, 1)
"""
USE = """
    INSERT OR IGNORE INTO scans_tripuse (permit_id, direction, checkpoint_id, used_at)
    VALUES (?, 'in', 1, ?)
"""


def check_rate(dataset: Dataset, pragmas: str, batches: list[int]) -> float:
    """Checks a second in plain sqlite3: the same reads and inserts, in batches of these sizes."""
    with dataset.connect() as database:
        database.executescript(pragmas)
        left = iter(_numbers(database, dataset, sum(batches)))
        started = time.perf_counter()
        for size in batches:
            _check(database, list(islice(left, size)))
        return sum(batches) / (time.perf_counter() - started)


def _numbers(database: sqlite3.Connection, dataset: Dataset, count: int) -> list[int]:
    """As many permits from all over the table."""
    step = max(1, dataset.permits // count)
    rows = database.execute(
        "SELECT number FROM permits_permit WHERE id % ? = 0 ORDER BY id LIMIT ?", [step, count]
    ).fetchall()
    numbers = [number for (number,) in rows]
    return (numbers * (count // len(numbers) + 1))[:count]


def _check(database: sqlite3.Connection, numbers: list[int]) -> None:
    now = datetime.now(UTC)
    at = now.strftime(TIME)
    scan_ids = [new_scan_id(now).hex for _number in numbers]
    database.execute("BEGIN IMMEDIATE")
    permits = _rows(database, PERMITS, numbers)
    last = [permit[16] for permit in permits if permit[16]]
    one_trip = [permit[0] for permit in permits if permit[8]]
    if last:
        _rows(database, PASSAGES.format(f"scans_scan.id IN ({_marks(last)})"), last)
    if one_trip:
        _rows(database, TRIPS, one_trip)
    ids = [permit[0] for permit in permits]
    along = _rows(database, COMPANIONS, ids)
    _rows(database, ZONES, ids)
    database.execute(ZONES_HERE).fetchall()
    database.execute(POLICY).fetchall()
    people = [*(permit[14] for permit in permits), *(companion[2] for companion in along)]
    plates = [permit[5] for permit in permits]
    database.execute(
        WATCHLIST.format(_marks(people), _marks(plates)), [*people, *plates, at, at]
    ).fetchall()
    by_number = {permit[1]: permit for permit in permits}
    database.executemany(
        INSERT,
        [
            (
                scan_id,
                by_number[number][0],
                sha256(scan_id.encode()).digest(),
                f"••••{by_number[number][15]}",
                at,
                at,
            )
            for scan_id, number in zip(scan_ids, numbers, strict=True)
        ],
    )
    database.executemany(USE, [(permit_id, at) for permit_id in one_trip])
    database.execute("COMMIT")


def _rows(
    database: sqlite3.Connection, query: str, values: Sequence[object]
) -> list[tuple[Any, ...]]:
    return database.execute(query.format(_marks(values)), values).fetchall()


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def decode_rate(files: list[str]) -> float:
    """Frames a second: Pillow and zxing-cpp on as many threads as there are cores."""
    frames = [Path(file).read_bytes() for file in files]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        started = time.perf_counter()
        found: Iterator[int] = (len(codes) for codes in threads.map(decode_bare, frames))
        assert sum(found) == len(frames)
        return len(frames) / (time.perf_counter() - started)
