"""A month of made-up scans as a city would have them: two rush hours a day, every outcome."""

import math
import sqlite3
from datetime import datetime

DAY_MS = 86_400_000
# How far a rush hour draws the scans of a day together.
RUSH = 0.06

# Sixteen in a hundred are not in order, for eight reasons; three in a hundred come late.
SCANS = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count),
    dealt(i, ms, lane, luck, late) AS (
        SELECT i, min(rush(:since_ms + i * :step_ms), :until_ms),
            1 + (i * 2654435761 >> 7) % :lanes, (i * 48271 >> 3) % 100, (i * 69621 >> 5) % 1000
        FROM n
    ),
    decided(i, ms, lane, late, outcome, reason) AS (
        SELECT i, ms, lane, late,
            CASE WHEN luck < 84 THEN 'allow' WHEN luck < 94 THEN 'hold' ELSE 'refuse' END,
            CASE WHEN luck < 84 THEN '' WHEN luck < 87 THEN 'pending'
                WHEN luck < 89 THEN 'wrong_zone' WHEN luck < 91 THEN 'outside_hours'
                WHEN luck < 92 THEN 'already_used'
                WHEN luck < 94 THEN 'plate_mismatch' WHEN luck < 96 THEN 'expired'
                WHEN luck < 98 THEN 'revoked' ELSE 'unknown_code' END
        FROM dealt
    )
    INSERT INTO scans_scan (id, scan_id, checkpoint_id, lane_id, direction, officer_id, permit_id,
        payload_kind, payload_digest, source, outcome, reason, reasons, hits, masked_number,
        captured_at, captured_day, recorded_at, elapsed_ms)
    SELECT i,
        printf('%012x', ms) || '7' || substr(lower(hex(randomblob(2))), 2) || '8'
            || substr(lower(hex(randomblob(8))), 2),
        place.checkpoint_id, place.id, CASE place.id % 2 WHEN 0 THEN 'out' ELSE 'in' END,
        (SELECT min(id) FROM auth_user),
        CASE reason WHEN 'unknown_code' THEN NULL ELSE 1 + i * 7919177 % :permits END,
        CASE reason WHEN 'unknown_code' THEN 'unknown' ELSE 'token' END, randomblob(32), 'camera',
        outcome, reason, CASE reason WHEN '' THEN '[]' ELSE '["' || reason || '"]' END, '[]',
        printf('••••%04d', i % 10000),
        strftime('%Y-%m-%d %H:%M:%f', (ms - 40) / 1000.0, 'unixepoch'),
        strftime('%Y-%m-%d', ms / 1000.0, 'unixepoch'),
        strftime('%Y-%m-%d %H:%M:%f', ms / 1000.0, 'unixepoch'),
        CASE WHEN late < 30 THEN 200 + late * 200 ELSE 14 + i % 70 END
    FROM decided JOIN scans_lane AS place ON place.id = lane
"""


def add_scans(
    database: sqlite3.Connection, count: int, *, since: datetime, until: datetime
) -> None:
    """In the order of time, over all lanes and permits; with two rush hours a day."""
    [lanes] = database.execute("SELECT count(*) FROM scans_lane").fetchone()
    [permits] = database.execute("SELECT max(id) FROM permits_permit").fetchone()
    since_ms, until_ms = int(since.timestamp() * 1000), int(until.timestamp() * 1000)
    database.create_function("rush", 1, _rush, deterministic=True)
    database.execute(
        SCANS,
        {
            "count": count,
            "since_ms": since_ms,
            "until_ms": until_ms,
            "step_ms": (until_ms - since_ms) / count,
            "lanes": lanes,
            "permits": permits,
        },
    )


def _rush(ms: float) -> int:
    """An even time drawn towards the day's two rush hours, which keeps the order."""
    return int(ms + DAY_MS * RUSH * math.sin(4 * math.pi * (ms % DAY_MS) / DAY_MS))
