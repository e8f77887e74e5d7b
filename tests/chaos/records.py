"""What is in a site's database, read past the site: its settings are not those of the tests."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.cameras.tally import PlaceKey

SCANS = """
    SELECT id, scan_id, lane_id, direction, source, recorded_at, elapsed_ms
    FROM scans_scan WHERE id > {after} ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One scan. `recorded_at` is in seconds since 1970, by the server's clock."""

    id: int
    scan_id: str
    place: PlaceKey
    source: str
    recorded_at: float
    elapsed_ms: int


class Records:
    """The scans of a site: `where` is PostgreSQL's address, or an SQLite file."""

    def __init__(self, where: str | Path) -> None:
        self._where = where

    def scans(self, *, after: int = 0) -> list[Row]:
        """The scans whose id is greater, in the order of their ids."""
        connection: Any = (
            sqlite3.connect(self._where)
            if isinstance(self._where, Path)
            else psycopg.connect(self._where)
        )
        with closing(connection):
            return [_row(*row) for row in connection.execute(SCANS.format(after=after))]

    def newest(self) -> int:
        """The id of the last scan."""
        return max((row.id for row in self.scans()), default=0)


def _row(
    number: int, scan_id: object, lane: int, direction: str, source: str, at: Any, elapsed_ms: int
) -> Row:
    # SQLite has neither UUIDs nor times: they are text there, and the time is in UTC.
    when = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
    place = (lane, direction)
    return Row(number, str(UUID(str(scan_id))), place, source, when.timestamp(), elapsed_ms)
