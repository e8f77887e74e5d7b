"""The machine: its clock, its disk, and how many sockets it lets a process have."""

import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from checkpoint_site.dependencies import fresh_connection
from checkpoint_site.doctor import disk
from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from scans.disk import free_bytes

NOT_BEFORE = 2026  # the year of this code
A_LITTLE = timedelta(seconds=5)
USED_OTHERWISE = 100  # files, the database, the log
FEW_FILES = 4096


def look() -> Iterator[Finding]:
    """The limit on files is that of whoever runs the doctor; a service has one of its own."""
    yield judge_clock(timezone.now(), latest=_latest_scan())
    yield judge_zone(settings.TIME_ZONE, timezone.now())
    yield disk.judge_room(settings.DATA_DIR, free_bytes(settings.DATA_DIR))
    yield judge_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _latest_scan() -> datetime | None:
    """None also where there is no database to ask: database.py has said so."""
    try:
        with fresh_connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT max(recorded_at) FROM scans_scan")
            latest: datetime | str | None = cursor.fetchone()[0]
    except DatabaseError:
        return None
    if isinstance(latest, str):  # SQLite has its times as texts, in UTC
        return datetime.fromisoformat(latest).replace(tzinfo=UTC)
    return latest


def judge_clock(now: datetime, *, latest: datetime | None) -> Finding:
    """Whether it can be this time. `latest` is when the last scan was recorded."""
    do = "Let the machine take its time from a time server (chrony, systemd-timesyncd)."
    if now.year < NOT_BEFORE:
        return wrong(f"The clock says {now:%Y-%m-%d}: permits would not be valid yet.", do)
    if latest and latest > now + A_LITTLE:
        return wrong(
            f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC, but a scan was recorded at "
            f"{latest:%Y-%m-%d %H:%M:%S}: it has been set back, or was ahead.",
            do,
        )
    return ok(f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC.")


def judge_zone(name: str, now: datetime) -> Finding:
    """For permits that count at certain hours of the day."""
    return ok(
        f"Hours of the day count in {name}, where it is {now.astimezone(ZoneInfo(name)):%H:%M}."
    )


def judge_files(most: int) -> Finding:
    """Each socket is an open file."""
    if most == resource.RLIM_INFINITY:
        return ok("There is no limit on open files.")
    sockets = max(most - USED_OTHERWISE, 0)
    says = f"A process started here may open {most} files: about {sockets} sockets."
    if most < FEW_FILES:
        return warning(says, "ulimit -n 65536; in a systemd unit: LimitNOFILE=65536")
    return ok(says)
