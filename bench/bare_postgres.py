"""The bare limit of PostgreSQL: a batch's reads and inserts with psycopg alone, one connection."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

import psycopg

from scans.scan_ids import new_scan_id

PERMITS = """
    SELECT permit.id, permit.number, state, valid_from, valid_until, plate, origin, destination,
        one_trip, hours_from, hours_until, name_vi, name_en, full_name, number_digest, number_tail,
        (SELECT id FROM scans_scan WHERE captured_day = %s AND permit_id = permit.id
            ORDER BY captured_at DESC LIMIT 1)
    FROM permits_permit AS permit
    JOIN permits_permitkind AS kind ON kind.id = kind_id
    JOIN permits_holder AS holder ON holder.id = holder_id
    WHERE permit.number = ANY(%s)
"""
PASSAGES = """
    SELECT permit_id, checkpoint_id, latitude, longitude, direction, captured_at
    FROM scans_scan JOIN scans_checkpoint AS checkpoint ON checkpoint.id = checkpoint_id
    WHERE captured_day = %s AND scans_scan.id = ANY(%s)
"""
TRIPS = """
    SELECT permit_id, checkpoint_id, latitude, longitude, direction, used_at
    FROM scans_tripuse JOIN scans_checkpoint AS checkpoint ON checkpoint.id = checkpoint_id
    WHERE permit_id = ANY(%s)
"""
POLICY = "SELECT * FROM permits_policyrow WHERE id = 1"
COMPANIONS = """
    SELECT permit_id, full_name, number_digest, number_tail, doses FROM permits_companion
    WHERE permit_id = ANY(%s)
"""
ZONES = "SELECT permit_id, zone_id FROM permits_permit_zones WHERE permit_id = ANY(%s)"
ZONES_HERE = "SELECT zone_id FROM scans_checkpoint_zones WHERE checkpoint_id = %s"
WATCHLIST = """
    SELECT number_digest, plate, level FROM permits_watchlistentry
    WHERE (number_digest = ANY(%s) OR plate = ANY(%s))
        AND (active_until IS NULL OR active_until > %s) AND active_from <= %s
"""
INSERT = """
    COPY scans_scan (scan_id, checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at, elapsed_ms)
    FROM STDIN (FORMAT BINARY)
"""
TYPES = [
    *("uuid", "bigint", "bigint", "varchar", "integer", "bigint", "varchar", "bytea", "varchar"),
    *("varchar", "varchar", "jsonb", "jsonb", "varchar", "timestamptz", "date", "timestamptz"),
    "integer",
]
USE = """
    INSERT INTO scans_tripuse (permit_id, direction, checkpoint_id, used_at)
    SELECT permit, 'in', %s, %s FROM unnest(%s::bigint[]) AS permit ON CONFLICT DO NOTHING
"""


def check_rate(url: str, permits: int, batches: list[int]) -> float:
    """Checks a second, in batches of these sizes, each committed."""
    with psycopg.connect(url, autocommit=True) as database:
        step = max(1, permits // sum(batches))
        rows = database.execute(
            "SELECT number FROM permits_permit WHERE id %% %s = 0 ORDER BY id LIMIT %s",
            [step, sum(batches)],
        ).fetchall()
        place = _place(database)
        left = iter([number for (number,) in rows] * 2)
        started = time.perf_counter()
        for size in batches:
            with database.transaction():
                _check(database, place, list(islice(left, size)))
        return sum(batches) / (time.perf_counter() - started)


def _place(database: psycopg.Connection) -> tuple[Any, ...]:
    """A checkpoint, a lane and an officer."""
    found = database.execute(
        "SELECT checkpoint_id, id, (SELECT min(id) FROM auth_user) FROM scans_lane LIMIT 1"
    ).fetchone()
    assert found
    return found


def _check(database: psycopg.Connection, place: Sequence[Any], numbers: list[int]) -> None:
    checkpoint, lane, officer = place
    now = datetime.now(UTC)

    def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
        return database.execute(query, values, prepare=True).fetchall()

    permits = ask(PERMITS, now.date(), numbers)
    last = [permit[16] for permit in permits if permit[16]]
    one_trip = [permit[0] for permit in permits if permit[8]]
    if last:
        ask(PASSAGES, now.date(), last)
    if one_trip:
        ask(TRIPS, one_trip)
    ids = [permit[0] for permit in permits]
    along = ask(COMPANIONS, ids)
    ask(ZONES, ids)
    ask(ZONES_HERE, checkpoint)
    ask(POLICY)
    people = [*(permit[14] for permit in permits), *(companion[2] for companion in along)]
    ask(WATCHLIST, people, [permit[5] for permit in permits], now, now)
    by_number = {permit[1]: permit for permit in permits}
    with database.cursor() as cursor, cursor.copy(INSERT) as copy:
        copy.set_types(TYPES)
        for number in numbers:
            permit, scan_id = by_number[number], new_scan_id(now)
            digest = sha256(scan_id.bytes).digest()
            what: tuple[Any, ...] = (
                "token",
                digest,
                "typed",
                "allow",
                "",
                [],
                [],
                f"••••{permit[15]}",
            )
            when = (now, now.date(), now, 1)
            copy.write_row((scan_id, checkpoint, lane, "in", officer, permit[0], *what, *when))
    if one_trip:
        database.execute(USE, [checkpoint, now, one_trip], prepare=True)
