"""PURE. A scan's id where no client made one: a UUID of version 7 (RFC 9562).

It begins with the time, so ids made one after another stand side by side in the database's index,
and recording stays as fast with five million scans as with none.
"""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from scans.times import from_milliseconds, to_milliseconds, utc_day

# By so much may the day in an id differ from the day on which it is recorded. All days of scans
# that come now are within it, so a look-up need not ask for others.
NEAR = timedelta(days=1)
LATEST_MILLISECONDS = 253_402_300_799_000  # the last second of the year 9999


def new_scan_id(now: datetime) -> UUID:
    """48 bits of milliseconds, then 74 random ones around the version and the variant."""
    value = to_milliseconds(now) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return UUID(int=value)


def day_in(scan_id: UUID) -> date | None:
    """The day in an id, in UTC, or None where it has no time."""
    milliseconds = scan_id.int >> 80
    if scan_id.version != 7 or milliseconds > LATEST_MILLISECONDS:
        return None
    return utc_day(from_milliseconds(milliseconds))


def says_its_day(scan_id: UUID, now: datetime) -> bool:
    """Whether the day in an id can be that of a scan that is recorded now."""
    day = day_in(scan_id)
    return day is not None and abs(day - utc_day(now)) <= NEAR


def scan_day(scan_id: UUID, now: datetime) -> date:
    """The day, in UTC, under which a scan is kept.

    It is the day in the id, so that every replay of a check comes to the same place, where the
    database sees that it is there already. An id without a time, or with one that cannot be (a
    device's clock is wrong), is kept under the day of its recording; whoever records it has to
    look for it under the days before.
    """
    day = day_in(scan_id)
    return day if day and says_its_day(scan_id, now) else utc_day(now)


def days_near(now: datetime) -> list[date]:
    """Every day under which a scan of this moment, or its replay, can be kept."""
    today = utc_day(now)
    return [today - NEAR, today, today + NEAR]
