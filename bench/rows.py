"""Made-up rows by the million, written by SQLite itself."""

import sqlite3
from datetime import datetime

# Odd, so that multiples of it run through all 45-bit numbers without repeating; small enough for
# SQLite's 64-bit integers up to a million rows.
SCATTER = 5_270_498_306_775
LAST_NUMBER = (1 << 45) - 1
TIME = "%Y-%m-%d %H:%M:%S.%f"
WATCHED = 2_000

HOLDERS = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO permits_holder (id, full_name, personal_number, birth_date, sex, phone)
    SELECT i,
        CASE i % 5 WHEN 0 THEN 'Nguyễn' WHEN 1 THEN 'Trần' WHEN 2 THEN 'Lê' WHEN 3 THEN 'Phạm'
            ELSE 'Hoàng' END || CASE i % 2 WHEN 0 THEN ' Văn Mẫu ' ELSE ' Thị Mẫu ' END || i,
        printf('000%d%02d%06d', i % 2, i % 100, i * 7919 % 1000000),
        printf('19%02d-%02d-%02d', i % 100, 1 + i % 12, 1 + i % 28),
        CASE i % 2 WHEN 0 THEN 'male' ELSE 'female' END,
        printf('0%09d', i)
    FROM n
"""

# One in fifty is revoked; the kinds take turns.
PERMITS = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO permits_permit (id, number, state, valid_from, valid_until, origin, destination,
        purpose, plate, travel_at, declared_at, link_digest, holder_id, kind_id)
    SELECT i, i * :scatter & :last_number, CASE i % 53 WHEN 7 THEN 'revoked' ELSE 'approved' END,
        :valid_from, :valid_until, 'phường Mẫu ' || (i % 97) || ', Hà Nội',
        'xã Mẫu ' || (i % 89) || ', Hải Phòng', 'Đi làm', printf('99A%05d', i % 100000),
        :valid_from, :valid_from, randomblob(32), i,
        (SELECT id FROM permits_permitkind WHERE number = 1 + i / 7 % 6)
    FROM n
"""

# Every hundredth entry is of a person who has a permit.
WATCHLIST = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO permits_watchlistentry (personal_number, plate, level, active_from, active_until,
        note, source)
    SELECT CASE i % 100
            WHEN 0 THEN (SELECT personal_number FROM permits_holder WHERE id = i / 2)
            ELSE printf('999%09d', i) END,
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
