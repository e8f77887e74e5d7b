"""The days of the scans on PostgreSQL: each has a partition of its own, made ahead, dropped whole.

A day without a partition loses nothing: its scans go into the default partition, and are moved when
the day gets its own. SQLite has one table, and nothing here does anything there.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from scans.times import utc_day

AHEAD = timedelta(days=7)
DAY = timedelta(days=1)
log = logging.getLogger(__name__)
PARENT, DEFAULT = "scans_scan", "scans_scan_default"


def days() -> list[date]:
    """The days that have a partition, in order."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = %s::regclass AND relname <> %s ORDER BY relname",
            [PARENT, DEFAULT],
        )
        return [date.fromisoformat(name[-10:].replace("_", "-")) for (name,) in cursor.fetchall()]


def of(days: Iterable[date]) -> Q:
    """Scans of these days, said to PostgreSQL alone, which then reads their partitions only.

    SQLite would take the day for the better way in, and read a day's scans to find one by its key.
    """
    return Q(captured_day__in=[*days]) if connection.vendor == "postgresql" else Q()


def since(day: date) -> Q:
    """The same, for all days from one on."""
    return Q(captured_day__gte=day) if connection.vendor == "postgresql" else Q()


def make_ahead(now: datetime) -> list[date]:
    """Make what is missing from yesterday to a week from now. Returns the days."""
    if connection.vendor != "postgresql":
        return []
    first, last = utc_day(now) - DAY, utc_day(now) + AHEAD
    wanted = [first + number * DAY for number in range((last - first).days + 1)]
    missing = sorted({*wanted} - {*days()})
    for day in missing:
        make(day)
    return missing


_kept_ahead_on: date | None = None  # the day on which this process has last looked


def keep_ahead(now: datetime) -> None:
    """Make what is missing, once a day and process. A failure stops no check."""
    global _kept_ahead_on
    today = utc_day(now)
    if _kept_ahead_on == today:
        return
    _kept_ahead_on = today
    try:
        make_ahead(now)
    except DatabaseError as error:
        log.error("partitions could not be made ahead: %s", type(error).__name__)


def drop(day: date) -> None:
    """Drop a day's partition, with its scans."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {_name(day)}")


@transaction.atomic
def make(day: date) -> None:
    """Make a day's partition beside the table and attach it, which blocks no scan for long.

    Two processes may come to it at once: the second waits for the lock and finds it made.
    """
    name = _name(day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return
        cursor.execute(
            f"CREATE TABLE {name} (LIKE {PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        )
        cursor.execute(
            f"WITH moved AS (DELETE FROM {DEFAULT} WHERE captured_day = %s RETURNING *)"  # noqa: S608
            f" INSERT INTO {name} SELECT * FROM moved",
            [day],
        )
        cursor.execute(
            f"ALTER TABLE {PARENT} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            [day, day + DAY],
        )


def _name(day: date) -> str:
    return f"{PARENT}_{day:%Y_%m_%d}"
