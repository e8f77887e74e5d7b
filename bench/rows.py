"""Made-up rows by the million, written by SQLite itself."""

import sqlite3
from datetime import datetime

from permits import personal_data

# Odd, so that multiples of it run through all 45-bit numbers without repeating; small enough for
# SQLite's 64-bit integers up to a million rows.
SCATTER = 5_270_498_306_775
LAST_NUMBER = (1 << 45) - 1
TIME = "%Y-%m-%d %H:%M:%S.%f"
WATCHED = 100_000

HOLDERS = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO permits_holder (id, full_name, search_name, number_digest, number_sealed,
        number_tail, birth_date, sex, phone_digest, phone_sealed)
    SELECT i,
        CASE i % 5 WHEN 0 THEN 'Nguyễn' WHEN 1 THEN 'Trần' WHEN 2 THEN 'Lê' WHEN 3 THEN 'Phạm'
            ELSE 'Hoàng' END || CASE i % 2 WHEN 0 THEN ' Văn Mẫu ' ELSE ' Thị Mẫu ' END || i,
        'nguyen van mau ' || i,
        digest(number), sealed(number), substr(number, -4),
        printf('19%02d-%02d-%02d', i % 100, 1 + i % 12, 1 + i % 28),
        CASE i % 2 WHEN 0 THEN 'male' ELSE 'female' END,
        digest('0' || i), zeroblob(100)
    FROM (SELECT i, printf('000%d%02d%06d', i % 2, i % 100, i * 7919 % 1000000) AS number FROM n)
"""

# One in fifty is revoked; the kinds take turns.
PERMITS = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO permits_permit (id, number, state, valid_from, valid_until, origin, destination,
        purpose, plate, travel_at, declared_at, link_digest, holder_id, kind_id, direction, doses,
        version)
    SELECT i, i * :scatter & :last_number, CASE i % 53 WHEN 7 THEN 'revoked' ELSE 'approved' END,
        :valid_from, :valid_until, 'phường Mẫu ' || (i % 97) || ', Hà Nội',
        'xã Mẫu ' || (i % 89) || ', Hải Phòng', 'Đi làm', printf('99A%05d', i % 100000),
        :valid_from, :valid_from, randomblob(32), i,
        (SELECT id FROM permits_permitkind WHERE number = 1 + i / 7 % 6),
        '', 2, 1
    FROM n
"""

# One permit in five has a companion; one in three is bounded to zones.
COMPANIONS = """
    WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i + 5 FROM n WHERE i + 5 <= :count)
    INSERT INTO permits_companion (permit_id, full_name, number_digest, number_sealed, number_tail,
        doses)
    SELECT i, 'Trần Thị Mẫu ' || i, digest(number), sealed(number), substr(number, -4), 2
    FROM (SELECT i, printf('999%09d', i) AS number FROM n)
"""
ZONES = """
    INSERT INTO permits_zone (id, name_vi, name_en)
    VALUES (1, 'Vùng 1', 'Zone 1'), (2, 'Vùng 2', 'Zone 2'), (3, 'Vùng 3', 'Zone 3')
"""
ZONES_OF_CHECKPOINTS = """
    INSERT INTO scans_checkpoint_zones (checkpoint_id, zone_id)
    SELECT scans_checkpoint.id, permits_zone.id FROM scans_checkpoint, permits_zone
"""
ZONES_OF_PERMITS = """
    WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 3 FROM n WHERE i + 3 <= :count)
    INSERT INTO permits_permit_zones (permit_id, zone_id)
    SELECT i, zone.id FROM n, permits_zone AS zone WHERE zone.id <= 1 + i % 2
"""

# Every hundredth entry is of a person who has a permit.
WATCHLIST = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO permits_watchlistentry (number_digest, number_sealed, number_tail, plate, level,
        active_from, active_until, note, source)
    SELECT CASE i % 100
            WHEN 0 THEN (SELECT number_digest FROM permits_holder WHERE id = i / 2)
            ELSE digest(printf('998%09d', i)) END,
        zeroblob(100), printf('%04d', i % 10000),
        CASE i % 3 WHEN 1 THEN printf('98A%05d', i) ELSE '' END,
        CASE i % 4 WHEN 0 THEN 'f0' WHEN 1 THEN 'f1' WHEN 2 THEN 'quarantine' ELSE 'wanted' END,
        :since, NULL, '', 'bench'
    FROM n
"""

# In the order of time, as they would have come: ids of version 7, permits from all over the table.
SCANS = """
    WITH RECURSIVE n(i, ms) AS (
        SELECT 1, :since_ms UNION ALL SELECT i + 1, :since_ms + i * :step_ms FROM n WHERE i < :count
    )
    INSERT INTO scans_scan (id, scan_id, checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at, elapsed_ms)
    SELECT i,
        printf('%012x', ms) || '7' || substr(lower(hex(randomblob(2))), 2) || '8'
            || substr(lower(hex(randomblob(8))), 2),
        lane.checkpoint_id, lane.id, CASE i % 3 WHEN 0 THEN 'out' ELSE 'in' END, :officer,
        1 + i * 7919177 % :permits, 'token', randomblob(32), 'camera',
        CASE i % 50 WHEN 7 THEN 'refuse' ELSE 'allow' END,
        CASE i % 50 WHEN 7 THEN 'revoked' ELSE '' END,
        CASE i % 50 WHEN 7 THEN '["revoked"]' ELSE '[]' END, '[]',
        printf('••••%04d', i % 10000),
        strftime('%Y-%m-%d %H:%M:%f', (ms - 40) / 1000.0, 'unixepoch'),
        strftime('%Y-%m-%d', ms / 1000.0, 'unixepoch'),
        strftime('%Y-%m-%d %H:%M:%f', ms / 1000.0, 'unixepoch'), 40
    FROM n JOIN scans_lane AS lane ON lane.id = 1 + i % :lanes
"""


def settings_for_building(database: sqlite3.Connection) -> None:
    """Fast, and worthless after a crash: the builder then starts again."""
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000"):
        database.execute(f"PRAGMA {pragma}")


def settings_for_use(database: sqlite3.Connection) -> None:
    """As the site leaves its file."""
    database.execute("PRAGMA journal_mode = WAL")


def add_permits(
    database: sqlite3.Connection, count: int, valid_from: datetime, valid_until: datetime
) -> None:
    """Permits with a holder each, their numbers as scattered as random ones."""
    for name, function in (("digest", personal_data.digest), ("sealed", personal_data.seal)):
        database.create_function(name, 1, function, deterministic=True)
    database.execute(HOLDERS, {"count": count})
    database.execute(
        PERMITS,
        {
            "count": count,
            "scatter": SCATTER,
            "last_number": LAST_NUMBER,
            "valid_from": valid_from.strftime(TIME),
            "valid_until": valid_until.strftime(TIME),
        },
    )


def add_companions_and_zones(database: sqlite3.Connection, count: int) -> None:
    """Who and what a check has to look at besides. The checkpoints are there already."""
    database.execute(COMPANIONS, {"count": count})
    database.execute(ZONES)
    database.execute(ZONES_OF_CHECKPOINTS)
    database.execute(ZONES_OF_PERMITS, {"count": count})


def add_watchlist(database: sqlite3.Connection, since: datetime) -> None:
    """People and vehicles that are looked for."""
    database.execute(WATCHLIST, {"count": WATCHED, "since": since.strftime(TIME)})


def add_scans(
    database: sqlite3.Connection, count: int, *, since: datetime, until: datetime
) -> None:
    """Past scans, evenly over the time, the permits and the lanes."""
    lanes, permits, officer = database.execute(
        "SELECT (SELECT count(*) FROM scans_lane), (SELECT max(id) FROM permits_permit),"
        " (SELECT min(id) FROM auth_user)"
    ).fetchone()
    since_ms, until_ms = int(since.timestamp() * 1000), int(until.timestamp() * 1000)
    database.execute(
        SCANS,
        {
            "count": count,
            "since_ms": since_ms,
            "step_ms": (until_ms - since_ms) // count,
            "lanes": lanes,
            "permits": permits,
            "officer": officer,
        },
    )
